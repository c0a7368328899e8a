// Cards under a bubble. A row is {title, detail, lines, state, choice?, material?}; what stands in it is text.

import { h } from "./dom.js";
import { paperLine } from "./papers.js";
import { t } from "./texts.js";

const STATES = new Set(["open", "done", "waiting", "overdue", "lacking"]);

function badge(text, state) {
  return text ? h("span", { class: STATES.has(state) ? `badge badge_${state}` : "badge" }, text) : null;
}

function linesOf(row) {
  return row.lines.length ? h("div", { class: "row__lines" }, ...row.lines.map((line) => h("p", {}, line))) : null;
}

function press(row, choices, take) {
  const choice = choices.find((one) => one.id === row.choice);
  if (!choice) return null;
  return h(
    "button",
    {
      type: "button",
      class: "row__press",
      "data-choice": choice.id,
      // Many rows have the same word on them; a screen reader hears which row it changes, the word first as it is seen.
      "aria-label": t("change_row", { action: choice.label, title: row.title }),
      onclick: () => take([choice.id]),
    },
    choice.label,
  );
}

const titled = (card, ...rows) => [
  h(
    "div",
    { class: "card__head" },
    h("span", { class: "card__title" }, card.title),
    card.rows.length > 1 ? h("span", { class: "card__count" }, t("items", { count: card.rows.length })) : null,
  ),
  ...rows,
];

/** A row that unfolds when it has lines, else a plain one. */
function unfolding(row, choices, take, { open = false, badges }) {
  const head = [h("span", { class: "row__title" }, row.title), ...badges];
  const change = press(row, choices, take);
  if (!row.lines.length) return h("div", { class: "row" }, h("div", { class: "row__head" }, ...head, change));
  return h("details", { class: "row", open }, h("summary", { class: "row__head" }, ...head), linesOf(row), change);
}

/** A paper, and under it the line for its pictures. */
function paper(row, choices, take) {
  const badges = [row.state === "lacking" ? badge(t("lacking"), "lacking") : null, badge(row.detail, "")];
  const unfolds = unfolding(row, choices, take, { badges });
  const line = paperLine(row);
  return line ? h("div", { class: "row row_paper" }, unfolds, line) : unfolds;
}

const ROWS = {
  checklist: paper,
  progress: (row, choices, take) =>
    unfolding(row, choices, take, { open: row.state !== "done", badges: [badge(row.detail, row.state)] }),
  notice: (row, choices, take) => unfolding(row, choices, take, { badges: [badge(row.detail, row.state)] }),
  review: (row, choices, take) =>
    h(
      "div",
      { class: "row row_review" },
      h(
        "div",
        { class: "row__what" },
        h("span", { class: "row__title" }, row.title),
        h("span", { class: "row__value" }, row.detail),
        linesOf(row),
      ),
      press(row, choices, take),
    ),
};

/** The papers with a box before each that can be ticked as lacking. `boxOf(row)` gives the box, or null. */
export function tickedPapers(card, boxOf) {
  return titled(
    card,
    ...card.rows.map((row) => {
      const box = boxOf(row);
      const line = paper(box ? { ...row, state: "lacking" } : row, []);
      if (!box) return line;
      box.setAttribute("aria-label", t("change_row", { action: t("lacking"), title: row.title }));
      return h("div", { class: "row row_tick" }, box, line);
    }),
  );
}

/** A card of a message's body. A kind that this page does not know yet is shown as a notice. */
export function cardOf(body, take) {
  const { card } = body;
  const makeRow = ROWS[card.kind] || ROWS.notice;
  return h(
    "section",
    { class: `card card_${ROWS[card.kind] ? card.kind : "notice"}`, "aria-label": card.title },
    ...titled(card, ...card.rows.map((row) => makeRow(row, body.choices || [], take))),
  );
}
