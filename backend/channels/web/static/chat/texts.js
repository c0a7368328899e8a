// What the scripts say, in the reader's language: the template writes it as JSON into the page.

const texts = JSON.parse(document.getElementById("texts").textContent);

/** The text of a name, with its {places} filled. */
export function t(name, values = {}) {
  return texts[name].replace(/\{(\w+)\}/g, (place, key) => (key in values ? String(values[key]) : place));
}
