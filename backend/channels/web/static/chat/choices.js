// What can be pressed under a bubble: buttons, a list to tick, and presses in a card's rows.

import { tickedPapers } from "./cards.js";
import { h } from "./dom.js";
import { t } from "./texts.js";

/** A choice that is not one of the list (“都齐了”, “跳过”): it is pressed by itself, also under a list to tick. */
const standsAlone = (choice) => choice.intent !== "choose" || /=none$/.test(choice.value || "");

/** A card that lists what can be ticked is merged with the list: what is said of a thing belongs beside its box. */
export const mergesCard = (body) => Boolean(body.several && body.card && ["notice", "checklist"].includes(body.card.kind));

/** The choice that a row of the card stands for: by the row's own word, or by the number that the row begins with. */
const standsFor = (row, choice) => row.choice === choice.id || row.title.startsWith(`${choice.id} `);

function inRows(body) {
  return new Set(((body.card && body.card.rows) || []).map((row) => row.choice).filter(Boolean));
}

/** A choice to press; `take(ids)` is called with it. */
function pressButton(choice, take, main = false) {
  const kind = main ? "weui-btn_primary choice choice_main" : "weui-btn_default choice";
  return h("button", { type: "button", class: `weui-btn ${kind}`, "data-choice": choice.id, onclick: () => take([choice.id]) }, choice.label);
}

/** What can be pressed or ticked under a message's bubble, or null when there is nothing. `take(ids)` is called with it. */
export function offered(body, take) {
  // A row's own press stands in the row, unless the rows are the list to tick.
  const rows = mergesCard(body) ? new Set() : inRows(body);
  const free = (body.choices || []).filter((choice) => !rows.has(choice.id));
  const listed = body.several ? free.filter((choice) => !standsAlone(choice)) : [];
  const alone = free.filter((choice) => !listed.includes(choice));
  if (listed.length) return ticks(body, listed, alone, take);
  if (!alone.length) return null;
  // On the review the first press hands it in: it stands out.
  const review = Boolean(body.card && body.card.kind === "review");
  const buttons = alone.map((choice, place) => pressButton(choice, take, review && place === 0));
  return h("div", { class: "choices", role: "group", "aria-label": t("choose_one") }, ...buttons);
}

function ticks(body, listed, alone, take) {
  const papers = mergesCard(body) && body.card.kind === "checklist";
  const sendButton = h("button", { type: "submit", class: "weui-btn weui-btn_primary choice choice_main" });
  const boxes = new Map(
    listed.map((choice) => [
      choice,
      h("input", { type: "checkbox", class: "tick__box", value: choice.id, checked: Boolean(choice.checked), onchange: count }),
    ]),
  );
  const chosen = () => [...boxes.values()].filter((box) => box.checked).map((box) => box.value);
  function count() {
    const { length } = chosen();
    sendButton.textContent = t(papers ? "lacking_count" : "chosen", { count: length });
    sendButton.disabled = length === 0;
    // Nothing lacking has a button of its own.
    sendButton.hidden = papers && length === 0;
  }
  count();
  const inCard = papers ? tickedPapers(body.card, (row) => boxes.get(listed.find((choice) => standsFor(row, choice))) || null) : [];
  const others = papers ? listed.filter((choice) => !body.card.rows.some((row) => standsFor(row, choice))) : listed;
  const send = (event) => {
    event.preventDefault();
    if (chosen().length) take(chosen());
  };
  return h(
    "form",
    { class: "several", onsubmit: send },
    h(
      "fieldset",
      { class: "ticks" },
      h("legend", { class: "sr" }, t("choose_several")),
      ...inCard,
      ...others.map((choice) => tick(body, choice, boxes.get(choice))),
    ),
    h("div", { class: "choices" }, sendButton, ...alone.map((choice) => pressButton(choice, take))),
  );
}

function tick(body, choice, box) {
  const row = mergesCard(body) ? body.card.rows.find((one) => standsFor(one, choice)) : null;
  const reasons = (row ? row.lines : []).map((line) => h("span", { class: "tick__why" }, line));
  return h("div", { class: "tick" }, h("label", { class: "tick__label" }, box, h("span", { class: "tick__text" }, choice.label, ...reasons)));
}

/** Tick what was `chosen` (values) of a list that is past, also where it was typed. Of another list it says nothing. */
export function tickChosen(element, choices, chosen) {
  const fields = new Set(chosen.map((value) => value.split("=")[0]));
  for (const box of element.querySelectorAll(".tick__box")) {
    const choice = choices.find((one) => one.id === box.value);
    if (choice && fields.has(choice.value.split("=")[0])) box.checked = chosen.includes(choice.value);
  }
}

/** Make what was offered inert: it stays to be read, `taken` ids are marked, nothing can be pressed or reached by Tab. */
export function retire(element, taken = []) {
  for (const button of element.querySelectorAll("button[data-choice]")) {
    if (button.classList.contains("row__press")) {
      button.remove();
      continue;
    }
    const marked = taken.includes(button.dataset.choice) ? " choice_taken" : "";
    button.replaceWith(h("span", { class: `weui-btn choice choice_past${marked}` }, button.textContent));
  }
  for (const box of element.querySelectorAll(".tick__box")) {
    box.disabled = true;
    // What was proposed is not what was chosen; which it was is told with the answer.
    box.checked = taken.includes(box.value);
  }
  for (const list of element.querySelectorAll(".ticks")) list.classList.add("ticks_past");
  for (const button of element.querySelectorAll("button[type=submit]")) button.remove();
}
