// What opens over the talk: native dialogs, so that focus stays in them, Escape closes them and what lies under is inert.

import { byId } from "./dom.js";

/** Open one; focus goes back to what opened it when it closes. */
export function openLayer(id) {
  const open = document.querySelector("dialog[open]");
  if (open) open.close();
  byId(id).showModal();
}

/** Say something that must be read. Resolves when it was. */
export function tell(text) {
  byId("notice-text").textContent = text;
  openLayer("notice");
  return new Promise((resolve) => { byId("notice").addEventListener("close", resolve, { once: true }); });
}

/** Let buttons open and close layers. `act`: say(text), switchTo(language), erase(). */
export function setUpLayers(act) {
  byId("menu-open").addEventListener("click", () => openLayer("menu"));
  for (const button of document.querySelectorAll("[data-layer]")) button.addEventListener("click", () => openLayer(button.dataset.layer));
  for (const layer of document.querySelectorAll("dialog.layer")) {
    layer.addEventListener("click", (event) => {
      if (event.target === layer || event.target.closest("[data-close]")) layer.close();
    });
  }
  const closing = (selector, then) => {
    for (const button of document.querySelectorAll(selector)) {
      button.addEventListener("click", () => {
        button.closest("dialog").close();
        then(button);
      });
    }
  };
  closing("[data-say]", (button) => act.say(button.dataset.say));
  closing("[data-switch]", (button) => act.switchTo(button.dataset.switch));
  closing("#erase-now", () => act.erase());
}
