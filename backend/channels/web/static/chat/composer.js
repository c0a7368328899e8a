// The box to write in. Enter sends, Shift and Enter makes a new line; an Enter that only picks a word of an input method
// (拼音) does neither.

import { byId } from "./dom.js";
import { t } from "./texts.js";

export const LONGEST = 2000;
const TELL_FROM = 1800;
/** Older browsers give this key code, and no isComposing, for a key that the input method has taken. */
const TAKEN_BY_INPUT_METHOD = 229;

export class Composer {
  /** `say(text)` is called with what was written. */
  constructor(say) {
    this.say = say;
    this.words = byId("words");
    this.button = byId("send");
    this.counter = byId("counter");
    this.words.addEventListener("input", () => this.refresh());
    this.words.addEventListener("keydown", (event) => this.key(event));
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.refresh();
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === TAKEN_BY_INPUT_METHOD) return;
    event.preventDefault();
    this.submit();
  }

  /** Characters as people and the service count them: an emoji is not two. */
  get length() {
    return [...this.words.value.trim()].length;
  }

  submit() {
    if (this.length === 0 || this.length > LONGEST || this.words.disabled) return;
    const text = this.words.value.trim();
    this.words.value = "";
    this.refresh();
    this.say(text);
  }

  /** Give back what was refused, unless something else is being written. */
  giveBack(text) {
    if (this.words.value) return;
    this.words.value = text;
    this.refresh();
  }

  close() {
    this.words.disabled = true;
    this.refresh();
  }

  refresh() {
    const { length } = this;
    this.button.disabled = length === 0 || length > LONGEST || this.words.disabled;
    this.counter.classList.toggle("composer__counter_over", length > LONGEST);
    if (length > LONGEST) this.counter.textContent = t("over", { count: length - LONGEST });
    else if (length >= TELL_FROM) this.counter.textContent = t("left", { count: LONGEST - length });
    else this.counter.textContent = "";
    this.words.style.height = "auto";
    this.words.style.height = `${this.words.scrollHeight}px`;
  }
}
