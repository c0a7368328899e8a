// Pictures of papers: zoomed and turned by buttons or keys (+ − r 0), moved by dragging or scrolling.
const STEP = 1.25;
const LEAST = 1;
const MOST = 6;

function viewer(root) {
  const picture = root.querySelector("img");
  const frame = root.querySelector(".viewer__frame");
  let zoom = 1;
  let turned = 0;

  const show = () => {
    root.dataset.turned = String(turned);
    picture.style.setProperty("--zoom", String(zoom));
    picture.style.setProperty("--turn", `${turned}deg`);
    frame.classList.toggle("viewer__frame_zoomed", zoom > 1);
  };
  const deeds = {
    in: () => { zoom = Math.min(MOST, zoom * STEP); },
    out: () => { zoom = Math.max(LEAST, zoom / STEP); },
    turn: () => { turned = (turned + 90) % 360; },
    whole: () => { zoom = 1; turned = 0; },
  };
  const keys = { "+": "in", "=": "in", "-": "out", r: "turn", 0: "whole" };
  const does = (name) => { deeds[name](); show(); };

  root.querySelector(".viewer__tools").hidden = false;
  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-view]");
    if (button) does(button.dataset.view);
  });
  frame.addEventListener("keydown", (event) => {
    const name = keys[event.key.toLowerCase()];
    if (!name || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    does(name);
  });

  let from = null;
  frame.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || zoom === 1) return;
    from = { x: event.clientX, y: event.clientY, left: frame.scrollLeft, top: frame.scrollTop };
    frame.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  frame.addEventListener("pointermove", (event) => {
    if (!from) return;
    frame.scrollLeft = from.left - (event.clientX - from.x);
    frame.scrollTop = from.top - (event.clientY - from.y);
  });
  frame.addEventListener("pointerup", () => { from = null; });
  show();
}

export function viewers(within) {
  within.querySelectorAll(".viewer").forEach(viewer);
}
