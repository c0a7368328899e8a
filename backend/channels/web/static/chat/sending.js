// What the veteran sends goes out in order, one at a time, each under a key of its own that it keeps when it is sent again.
// It waits in memory only: nothing that was written is put on the phone's disk. Leaving the page while something waits is
// asked about first.

import { send, Refused, Unreached } from "./api.js";

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15_000;

const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export class Sending {
  /** `on` is told how it stands: sending(key), waiting(key), sent(key, seq),
   * refused(key, error, content), settled() when no request is out any more. */
  constructor(on) {
    this.on = on;
    this.queue = [];
    this.busy = false;
    this.wait = FIRST_WAIT;
    this.timer = null;
  }

  get empty() {
    return this.queue.length === 0;
  }

  /** Whether a request is out at this moment: what the service says meanwhile may be this very message. */
  get inFlight() {
    return this.busy;
  }

  /** Queue {text} or {press}; returns its key. */
  add(content) {
    const key = newKey();
    this.queue.push({ key, ...content });
    return key;
  }

  /** Give up what waits. */
  forget() {
    clearTimeout(this.timer);
    this.queue.length = 0;
  }

  /** Begin, or try again at once. */
  async go() {
    clearTimeout(this.timer);
    if (this.busy) return;
    this.busy = true;
    let again = 0;
    while (this.queue.length && !again) again = await this.first();
    this.busy = false;
    this.on.settled();
    if (again) this.timer = setTimeout(() => this.go(), again);
  }

  /** Send the first of the queue. Returns the milliseconds to wait before it is sent again, 0 when it is done with. */
  async first() {
    const content = this.queue[0];
    if (!navigator.onLine) return this.later(0);
    this.on.sending(content.key);
    try {
      const { seq } = await send(content);
      this.done(content);
      this.wait = FIRST_WAIT;
      this.on.sent(content.key, seq);
    } catch (error) {
      if (error instanceof Unreached) return this.later(error.retryAfter * 1000);
      if (!(error instanceof Refused)) throw error;
      this.done(content);
      this.on.refused(content.key, error, content);
    }
    return 0;
  }

  done(content) {
    if (this.queue[0] === content) this.queue.shift();
  }

  later(asked) {
    for (const each of this.queue) this.on.waiting(each.key);
    const wait = Math.max(this.wait, asked);
    this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    return wait;
  }
}
