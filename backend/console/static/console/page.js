// What pages do besides htmx: keys, pictures that turn and grow, and boxes that show what belongs to a choice.
// Every page works without it.
import { viewers } from "./viewer.js";

const typing = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

// A link or button with data-key is pressed by that key alone.
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const wanted = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!wanted) return;
  event.preventDefault();
  wanted.click();
});

// A select with data-fills puts its chosen text into the box it names.
document.addEventListener("change", (event) => {
  const box = event.target.dataset?.fills && document.getElementById(event.target.dataset.fills);
  if (!box || !event.target.value) return;
  box.value = event.target.value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
});

// Buttons with data-print print the page.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

viewers(document);
