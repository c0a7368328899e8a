// Whether we are connected, said in one line under the bar. A short break is not worth a word.

import { byId } from "./dom.js";
import { t } from "./texts.js";

const PATIENCE = 3000;

export class Connection {
  constructor() {
    this.banner = byId("banner");
    this.timer = null;
  }

  /** The browser says there is no network. */
  offline() {
    clearTimeout(this.timer);
    this.timer = null;
    this.banner.textContent = t("offline");
  }

  /** The connection broke off; said only when it stays so. */
  broken() {
    if (!navigator.onLine) this.offline();
    else if (!this.timer && !this.banner.textContent) {
      this.timer = setTimeout(() => { this.banner.textContent = t("reconnecting"); }, PATIENCE);
    }
  }

  /** It stands again. A stream that was still opening when the network went says so too late, and is not believed. */
  restored() {
    clearTimeout(this.timer);
    this.timer = null;
    this.banner.textContent = navigator.onLine ? "" : t("offline");
  }
}
