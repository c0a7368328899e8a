// The demonstration's handset: texts of one number, asked for every second, and texts sent from it.

import { byId, h } from "/static/chat/dom.js";
import { t } from "/static/chat/texts.js";
import { saidTime, showsTime } from "/static/chat/time.js";

const EVERY = 1000;
const NUMBERS_EVERY = 5;
const NUMBER = /^1\d{10}$/;
const TOLD = { queued: "queued", sending: "sending", unknown: "unknown", failed: "undelivered" };
const hour = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

let number = "";
let after = 0;
let lastAt = null;
let round = 0;
/** Outgoing texts whose state may still change: they are asked for again. */
let open = new Map();

async function ask(path, options = {}) {
  const response = await fetch(path, { cache: "no-store", ...options });
  if (!response.ok) throw new Error(`${response.status}`);
  return response.json();
}

function use(chosen) {
  number = chosen;
  after = 0;
  lastAt = null;
  open = new Map();
  byId("number").value = chosen;
  byId("mine").textContent = chosen;
  byId("list").replaceChildren(h("p", { class: "texts__empty" }, t("empty")));
  byId("alarm").textContent = "";
  refresh();
  look();
}

function refresh() {
  byId("send").disabled = !number || !byId("words").value.trim();
}

/** What the service sent ("out") arrives here; what it received ("in") was sent from here. */
function show(text) {
  const list = byId("list");
  list.querySelector(".texts__empty")?.remove();
  const at = new Date(text.at);
  if (showsTime(lastAt, at)) list.append(h("p", { class: "texts__time" }, saidTime(at)));
  lastAt = at;
  const arrived = text.direction === "out";
  const state = h("p", { class: "text__state" });
  list.append(
    h(
      "div",
      { class: `text ${arrived ? "text_arrived" : "text_sent"}` },
      h("span", { class: "sr" }, arrived ? t("in") : t("out")),
      h("p", { class: "text__bubble" }, text.text),
      state,
    ),
  );
  tellState(text, state);
  list.scrollTop = list.scrollHeight;
}

function tellState(text, element) {
  const parts = TOLD[text.state] ? [t(TOLD[text.state])] : [];
  if (text.direction === "out" && text.segments > 1) parts.push(t("segments", { count: text.segments }));
  element.textContent = parts.join(" · ");
  if (text.direction === "out" && ["queued", "sending", "unknown"].includes(text.state)) open.set(text.seq, element);
  else open.delete(text.seq);
}

async function look() {
  const asked = number;
  if (!asked) return;
  // From before the first text that is still on its way, to see what became of it.
  const from = Math.min(after, ...[...open.keys()].map((seq) => seq - 1));
  try {
    const { messages } = await ask(`/demo/phone/messages?number=${asked}&after=${from}`);
    if (asked !== number) return;
    byId("alarm").textContent = "";
    for (const text of messages) {
      if (text.seq > after) {
        after = text.seq;
        show(text);
      } else if (open.has(text.seq)) tellState(text, open.get(text.seq));
    }
  } catch {
    if (asked === number) byId("alarm").textContent = t("unreached");
  }
}

async function findNumbers() {
  let numbers;
  try {
    ({ numbers } = await ask("/demo/phone/numbers"));
  } catch {
    return; // Numbers can be typed as well; the next round asks again.
  }
  byId("numbers").replaceChildren(...numbers.map((each) => h("option", { value: each })));
  const known = byId("known");
  const shown = [...known.children].map((button) => button.textContent);
  for (const each of numbers) {
    if (!shown.includes(each)) {
      known.append(h("button", { type: "button", class: "weui-btn weui-btn_default weui-btn_mini", onclick: () => use(each) }, each));
    }
  }
  if (!number && !byId("number").value && numbers.length) use(numbers[0]);
}

byId("choose").addEventListener("submit", (event) => {
  event.preventDefault();
  const wanted = byId("number").value.replace(/\D/g, "");
  if (NUMBER.test(wanted)) use(wanted);
  else byId("alarm").textContent = t("wrong");
});
byId("words").addEventListener("input", refresh);
byId("write").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = byId("words").value.trim();
  if (!number || !text || byId("send").disabled) return;
  byId("send").disabled = true;
  const key = crypto.getRandomValues(new Uint32Array(4)).join("-");
  try {
    await ask("/demo/phone/messages", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ number, text, key }),
    });
    byId("words").value = "";
    await look();
  } catch {
    byId("alarm").textContent = t("failed");
  }
  refresh();
});

async function tick() {
  byId("clock").textContent = hour.format(new Date());
  if (!document.hidden) {
    if (round % NUMBERS_EVERY === 0) await findNumbers();
    await look();
    round += 1;
  }
  setTimeout(tick, EVERY);
}

byId("list").append(h("p", { class: "texts__empty" }, t("choose")));
tick();
