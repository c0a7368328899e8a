// The demonstration's WeChat: one telephone's talk, asked for every second, and what is done on it.

import { byId, h } from "/static/chat/dom.js";
import { t } from "/static/chat/texts.js";
import { saidTime, showsTime } from "/static/chat/time.js";

const EVERY = 1000;
const WHO = /^[A-Za-z0-9_-]{1,28}$/;
const hour = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

let who = "";
let after = 0;
let lastAt = null;
let subscribed = false;
let doing = Promise.resolve();
let waiting = 0;

async function ask(path, options = {}) {
  const response = await fetch(path, { cache: "no-store", ...options });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.message || `${response.status}`);
  return answer;
}

function use(chosen) {
  who = chosen;
  after = 0;
  lastAt = null;
  byId("who").value = chosen;
  byId("mine").textContent = chosen;
  byId("list").replaceChildren(h("p", { class: "texts__empty" }, t("empty")));
  byId("alarm").textContent = "";
  refresh();
  look();
}

function refresh() {
  byId("send").disabled = !byId("words").value.trim();
  byId("follow").textContent = subscribed ? t("unfollow") : t("follow");
}

function noted(message) {
  if (message.text === "subscribe" || message.text === "unsubscribe") return t(`${message.text}d`);
  return message.kind === "note" && message.author === "system" && message.text.length < 12 ? t("menu", { name: message.text }) : message.text;
}

function show(message) {
  const list = byId("list");
  list.querySelector(".texts__empty")?.remove();
  const at = new Date(message.at);
  if (showsTime(lastAt, at)) list.append(h("p", { class: "texts__time" }, saidTime(at)));
  lastAt = at;
  if (message.author === "system") list.append(h("p", { class: "texts__time" }, noted(message)));
  else list.append(bubble(message));
  list.scrollTop = list.scrollHeight;
}

function bubble(message) {
  const arrived = message.author === "them";
  const words = { image: t("image"), voice: `${t("voice")} ${message.text}` }[message.kind] ?? message.text;
  const entries = (message.menu ?? []).map((entry) =>
    h("button", { type: "button", class: "entry", onclick: () => act({ kind: "text", text: entry.content, menu: entry.id }) }, entry.content),
  );
  return h(
    "div",
    { class: `text ${arrived ? "text_arrived" : "text_sent"}` },
    h("span", { class: "sr" }, arrived ? t("in") : t("out")),
    h("div", { class: "text__bubble" }, words, entries.length ? h("div", { class: "entries" }, ...entries) : ""),
    h("p", { class: "text__state" }, message.how ? t(message.how) : ""),
  );
}

async function look() {
  const asked = who;
  if (!asked) return;
  try {
    const answer = await ask(`/demo/wechat/messages?who=${asked}&after=${after}`);
    if (asked !== who) return;
    subscribed = answer.subscribed;
    byId("mine").textContent = answer.typing ? t("typing") : asked;
    for (const message of answer.messages) {
      if (message.seq > after) {
        after = message.seq;
        show(message);
      }
    }
    refresh();
  } catch {
    if (asked === who) byId("alarm").textContent = t("unreached");
  }
}

/** Do something on the telephone, after what is still being done; what was answered arrives with the next look. */
function act(what, path, options) {
  const done = doing.then(() => send(what, path, options));
  doing = done;
  return done;
}

async function send(what, path = "/demo/wechat/messages", options = null) {
  waiting += 1;
  byId("alarm").textContent = "";
  let done = false;
  try {
    const post = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ who, ...what }) };
    await ask(path, options ?? post);
    done = true;
    await look();
  } catch (error) {
    byId("alarm").textContent = error.message || t("failed");
  }
  waiting -= 1;
  refresh();
  return done;
}

async function say(kind) {
  const text = byId("words").value.trim();
  byId("words").value = "";
  // What did not go stays to be sent again, unless something else is being written by now.
  if (!(await act({ kind, text })) && !byId("words").value) byId("words").value = text;
  refresh();
}

byId("choose").addEventListener("submit", (event) => {
  event.preventDefault();
  const wanted = byId("who").value.trim();
  if (WHO.test(wanted)) use(wanted);
  else byId("alarm").textContent = t("wrong");
});
byId("words").addEventListener("input", refresh);
byId("write").addEventListener("submit", (event) => {
  event.preventDefault();
  if (!byId("send").disabled) say("text");
});
byId("voice").addEventListener("click", () => say("voice"));
byId("place").addEventListener("click", () => act({ kind: "location", text: "福州市鼓楼区（示例）" }));
byId("follow").addEventListener("click", () => {
  const kind = subscribed ? "unsubscribe" : "subscribe";
  act({ kind, text: kind });
});
byId("picture").addEventListener("change", async (event) => {
  const [file] = event.target.files;
  if (file) await act({}, `/demo/wechat/pictures?who=${who}`, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file });
  event.target.value = "";
});
for (const entry of document.querySelectorAll(".menubar__entry")) {
  entry.addEventListener("click", () => act({ kind: "click", text: entry.dataset.key }));
}

async function tick() {
  byId("clock").textContent = hour.format(new Date());
  if (!document.hidden && !waiting) await look();
  setTimeout(tick, EVERY);
}

use(byId("who").value);
tick();
