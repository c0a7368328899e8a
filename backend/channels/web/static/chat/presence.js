// While one of staff answers, they see that the veteran types and how far they have read. To the bot nothing is told.

import { mention } from "./api.js";
import { byId } from "./dom.js";

/** Still typing is told again this often; a pause this long is an end. */
const TELL_EVERY = 3000;
const PAUSE = 4000;
/** What comes in one burst is told as one. */
const SETTLE = 500;

export class Presence {
  /** `lastSeq()`: what is shown. */
  constructor(lastSeq) {
    this.lastSeq = lastSeq;
    this.attended = false;
    this.typing = false;
    this.toldAt = 0;
    this.seen = 0;
    byId("words").addEventListener("input", () => this.typed());
    document.addEventListener("visibilitychange", () => this.read());
  }

  /** One of staff answers from now on, or no longer does. */
  attend(on) {
    if (!on) this.stopped();
    this.attended = on;
    this.read();
  }

  typed() {
    if (!this.attended) return;
    if (!byId("words").value) {
      this.stopped();
      return;
    }
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.stopped(), PAUSE);
    if (this.typing && Date.now() - this.toldAt < TELL_EVERY) return;
    this.typing = true;
    this.toldAt = Date.now();
    mention("typing", { on: true });
  }

  /** The veteran paused, or sent it. */
  stopped() {
    clearTimeout(this.pause);
    if (this.typing) mention("typing", { on: false });
    this.typing = false;
  }

  /** Something is shown, or the page is looked at again: seen is only what a page in view shows. */
  read() {
    clearTimeout(this.reading);
    this.reading = setTimeout(() => {
      const seq = this.lastSeq();
      if (!this.attended || document.visibilityState !== "visible" || seq <= this.seen) return;
      this.seen = seq;
      mention("seen", { seq });
    }, SETTLE);
  }
}
