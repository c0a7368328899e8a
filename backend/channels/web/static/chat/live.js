// The talk as it happens: server-sent events, taken up again where they broke off; where something between holds events
// back, a long poll instead, and events tried again from time to time.

import { messagesAfter, Refused } from "./api.js";

const POLL_SECONDS = 20;
const PAUSE = 2000;
const TRIES = 3;
const EVENTS_AGAIN = 60_000;

export class Live {
  /** `on`: message(M), changed({seq, state}), attended(on), typing(on), connected(on), gone(). `lastSeq()`: what is shown already. */
  constructor(on, lastSeq) {
    this.on = on;
    this.lastSeq = lastSeq;
    this.failures = 0;
    this.trusted = false;
    this.source = null;
    this.polling = false;
    this.stopped = false;
  }

  start() {
    if (this.stopped) return;
    if ("EventSource" in window && this.failures < TRIES) this.listen();
    else this.poll();
  }

  /** End it for good. */
  stop() {
    this.stopped = true;
    this.close();
  }

  /** Try at once, as when the network is back. */
  restart() {
    this.failures = 0;
    this.close();
    clearTimeout(this.timer);
    if (!this.polling) this.start();
  }

  /** Events are held back somewhere: what was sent was accepted, but is not heard of. */
  distrust() {
    if (!this.source) return;
    this.failures = TRIES;
    this.trusted = false;
    this.close();
    this.start();
  }

  close() {
    if (this.source) this.source.close();
    this.source = null;
  }

  listen() {
    const source = new EventSource(`/api/chat/events?after=${this.lastSeq()}`);
    this.source = source;
    const heard = (name, act) => source.addEventListener(name, (event) => act(JSON.parse(event.data)));
    source.addEventListener("open", () => {
      this.failures = 0;
      this.trusted = true;
      // Whoever answers is told next.
      this.on.attended(false);
      this.on.connected(true);
    });
    heard("message", (message) => this.on.message(message));
    heard("changed", (change) => this.on.changed(change));
    heard("attended", (attended) => this.on.attended(attended.on));
    heard("typing", (typing) => this.on.typing(typing.on));
    heard("gone", () => this.end());
    source.addEventListener("error", () => {
      if (this.source !== source) return;
      this.on.connected(false);
      // The browser resumes by itself with Last-Event-ID; only a refusal closes it.
      this.failures += 1;
      if (source.readyState === EventSource.CLOSED || this.failures >= TRIES) {
        this.close();
        this.timer = setTimeout(() => this.start(), PAUSE);
      }
    });
  }

  async poll() {
    if (this.polling) return;
    this.polling = true;
    const until = Date.now() + EVENTS_AGAIN;
    while (!this.stopped && (Date.now() < until || !("EventSource" in window)) && this.failures >= TRIES) {
      try {
        for (const message of await messagesAfter(this.lastSeq(), POLL_SECONDS)) this.on.message(message);
        this.on.connected(true);
        // The service was away and is back: events worked before, so they will again.
        if (this.trusted) break;
      } catch (error) {
        if (error instanceof Refused) {
          this.polling = false;
          this.end();
          return;
        }
        this.on.connected(false);
        await new Promise((resolve) => { setTimeout(resolve, PAUSE); });
      }
    }
    this.polling = false;
    this.failures = 0;
    this.start();
  }

  end() {
    this.stop();
    this.on.gone();
  }
}
