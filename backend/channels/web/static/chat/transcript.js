// The talk on the page: what the service said, what is on its way to it, and which choices can still be pressed.

import { cardOf } from "./cards.js";
import { mergesCard, offered, retire, tickChosen } from "./choices.js";
import { byId, h } from "./dom.js";
import { fileOf, linkOf } from "./files.js";
import { t } from "./texts.js";
import { saidTime, showsTime } from "./time.js";

const NEAR = 80;
const STATES = { delayed: "delayed", sending: "sending", waiting: "waiting" };

export class Transcript {
  /** `press(seq, ids)` is called when choices of the message `seq` are pressed. */
  constructor(press) {
    this.press = press;
    this.talk = byId("talk");
    this.log = byId("log");
    this.newer = byId("newer");
    this.shown = new Map();
    this.lastAt = null;
    /** What can be pressed now, and what could be before the veteran went on: {message, element}. */
    this.offer = null;
    this.withdrawn = null;
    /** The element whose beginning stays in view: what the veteran said last, or what came after a pause. */
    this.anchor = null;
    this.following = true;
    this.reached = 0;
    this.talk.addEventListener("scroll", () => this.watch(), { passive: true });
    this.newer.addEventListener("click", () => this.toEnd());
    new ResizeObserver(() => this.following && this.follow()).observe(this.talk);
  }

  /** Show a message of the service. One that is shown already is left as it is. */
  add(message) {
    if (this.shown.has(message.seq)) return;
    const pause = this.separate(new Date(message.at));
    const element = this.element(message);
    this.shown.set(message.seq, element);
    // What is still on its way stays at the end.
    this.log.insertBefore(element, this.log.querySelector("[data-key]"));
    if (message.author === "veteran" || pause || !this.anchor) this.anchor = element;
    if (message.author === "veteran") {
      this.withdrawOffer();
      this.setState(message.seq, message.state);
    }
    const past = this.withdrawn;
    if (message.body.chosen && past) tickChosen(past.element, past.message.body.choices, message.body.chosen);
    if (message.body.choices && message.body.choices.length) this.makeOffer(message, element);
    this.follow();
    if (element.offsetTop > this.talk.scrollTop + this.talk.clientHeight - NEAR / 2) this.newer.hidden = false;
  }

  /** Show something the veteran has just sent, until the service has it. Returns its element. */
  addLocal(key, text) {
    this.separate(new Date());
    const element = this.bubble("message_out", t("avatar_you"), t("you"), null, { text });
    element.dataset.key = key;
    this.log.append(element);
    this.withdrawOffer();
    this.anchor = element;
    this.following = true;
    this.follow();
    return element;
  }

  /** The service has it as `seq`: the bubble becomes that message, or goes if the message is shown already. */
  settleLocal(key, seq) {
    const element = this.local(key);
    if (!element) return;
    if (this.shown.has(seq)) element.remove();
    else {
      delete element.dataset.key;
      this.mark(element, "");
      this.shown.set(seq, element);
    }
  }

  /** The service has a file of ours: what stood for it goes, the message takes its place. */
  settleFile(key, message) {
    this.local(key)?.remove();
    this.add(message);
  }

  /** The service's own form of a message that was sent from here: numbers are masked in it. */
  confirm(message) {
    const element = this.shown.get(message.seq);
    if (!element) return false;
    if (message.author === "veteran") element.querySelector(".bubble").textContent = message.body.text;
    this.setState(message.seq, message.state);
    return true;
  }

  local(key) {
    return this.log.querySelector(`[data-key="${CSS.escape(key)}"]`);
  }

  /** How it stands with something that is on its way: "sending", "waiting" or "". */
  setLocalState(key, state) {
    const element = this.local(key);
    if (element) this.mark(element, state);
  }

  /** It was refused: the bubble says why, and what was offered before can be pressed again. */
  refuseLocal(key, reason) {
    const element = this.local(key);
    if (!element) return;
    delete element.dataset.key;
    this.mark(element, "refused", reason ? t("refused", { reason }) : t("refused_plain"));
    if (this.withdrawn) this.reviveOffer();
  }

  /** How the service stands with a message: only "delayed" is shown. */
  setState(seq, state) {
    const element = this.shown.get(seq);
    if (element && element.classList.contains("message_out")) this.mark(element, state === "delayed" ? "delayed" : "");
  }

  mark(element, state, text = STATES[state] ? t(STATES[state]) : "") {
    element.querySelector(".message__state")?.remove();
    if (!text) return;
    const kind = state === "refused" ? " message__state_bad" : state === "sending" ? " message__state_sending" : "";
    element.querySelector(".message__body").append(h("p", { class: `message__state${kind}` }, text));
    this.follow();
  }

  /** A line in the middle that is not part of the talk, with something to press if given {label, act}. */
  note(text, action = null) {
    const button = action && h("button", { type: "button", class: "weui-btn weui-btn_default choice", onclick: action.act }, action.label);
    this.log.append(this.noteElement(text, button && h("div", { class: "choices" }, button)));
    this.follow();
  }

  /** Forget everything shown. */
  clear() {
    this.log.replaceChildren();
    this.shown.clear();
    this.lastAt = this.offer = this.withdrawn = this.anchor = null;
  }

  /** Show the time first if something else was long ago; says whether it was. */
  separate(at) {
    const pause = showsTime(this.lastAt, at);
    if (pause) {
      const time = h("p", { class: "time" }, h("time", { datetime: at.toISOString() }, saidTime(at)));
      this.log.insertBefore(time, this.log.querySelector("[data-key]"));
    }
    this.lastAt = at;
    return pause;
  }

  element(message) {
    const { author, body, seq } = message;
    if (author === "system" && !body.card && !(body.choices || []).length) return this.noteElement(body.text);
    if (author === "veteran") return this.bubble("message_out", t("avatar_you"), t("you"), null, body);
    const take = (ids) => this.press(seq, ids);
    if (author === "staff") {
      const name = message.author_name || t("staff");
      return this.bubble("message_in message_staff", [...name][0], name, name, body, take);
    }
    return this.bubble("message_in", t("avatar"), t("assistant"), null, body, take);
  }

  noteElement(text, below = null) {
    return h("div", { class: "note" }, h("p", { class: "note__text" }, text), below);
  }

  bubble(side, letter, speaker, name, body, take = null) {
    return h(
      "div",
      { class: `message ${side}`, tabindex: "-1" },
      h("span", { class: "avatar", "aria-hidden": "true" }, letter),
      h(
        "div",
        { class: "message__body" },
        name ? h("p", { class: "message__name", "aria-hidden": "true" }, name) : null,
        h("span", { class: "sr" }, t("says", { name: speaker })),
        body.text ? h("p", { class: "bubble" }, body.text) : null,
        body.link ? linkOf(body.link) : null,
        body.attachment ? fileOf(body.attachment) : null,
        body.card && !mergesCard(body) ? cardOf(body, take) : null,
        take ? offered(body, take) : null,
      ),
    );
  }

  makeOffer(message, element) {
    this.withdrawOffer();
    // While something is on its way, what arrives was asked before it.
    this.offer = { message, element };
    this.withdrawn = null;
    if (this.log.querySelector("[data-key]")) this.withdrawOffer();
  }

  withdrawOffer(taken = []) {
    if (!this.offer) return;
    this.withdrawn = this.offer;
    this.offer = null;
    retire(this.withdrawn.element, taken);
  }

  reviveOffer() {
    const { message, element } = this.withdrawn;
    const fresh = this.element(message);
    element.replaceWith(fresh);
    this.shown.set(message.seq, fresh);
    this.makeOffer(message, fresh);
  }

  watch() {
    const below = this.talk.scrollHeight - this.talk.clientHeight - this.talk.scrollTop;
    if (below < NEAR) this.following = true;
    else if (this.talk.scrollTop < this.reached - NEAR) this.following = false;
    if (this.following) this.newer.hidden = true;
  }

  /** Keep the end in view, but never push the beginning of what was last said out of it. */
  follow() {
    if (!this.following) {
      this.newer.hidden = false;
      return;
    }
    const end = this.talk.scrollHeight - this.talk.clientHeight;
    const top = this.anchor ? this.anchor.offsetTop - 12 : end;
    this.reached = Math.max(this.talk.scrollTop, Math.min(end, top));
    this.talk.scrollTop = this.reached;
  }

  toEnd() {
    this.following = true;
    this.anchor = null;
    this.newer.hidden = true;
    this.follow();
    this.talk.focus({ preventScroll: true });
  }
}
