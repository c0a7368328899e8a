// Elements are made, never parsed: what people wrote reaches the page as text nodes only.

/**
 * An element with attributes and children. A function under `onclick` and the like is listened with; null, undefined and
 * false leave an attribute or a child out; true sets an empty attribute.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

/** The element with this id. */
export const byId = (id) => document.getElementById(id);
