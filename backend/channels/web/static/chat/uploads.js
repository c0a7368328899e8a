// Pictures of papers: what has been sent, what may be sent now, and what is on its way. Each file goes out under a key that it
// keeps when it is sent again, one at a time, and waits in memory only while the network is away.

import { Refused, Unreached } from "./api.js";
import { h } from "./dom.js";

const PATH = "/api/chat/vouchers";
const SECONDS = 180;
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15_000;

const KINDS = "image/jpeg,image/png,image/webp,image/gif,application/pdf";

export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export const pageOf = (voucher, page) => `${PATH}/${encodeURIComponent(voucher.id)}/pages/${page}`;

/** Let a file be chosen, from the album, the camera or the files, as the telephone offers it; `taken(file)` is called with it. */
export function chooseFile(taken) {
  // On the page until it is answered: a web view may let go of one that is nowhere, and nothing would be told.
  const input = h("input", { type: "file", accept: KINDS, hidden: true });
  document.body.append(input);
  input.addEventListener("cancel", () => input.remove());
  input.addEventListener("change", () => {
    input.remove();
    if (input.files[0]) taken(input.files[0]);
  });
  input.click();
}

/** One request whose sending can be watched: `progress` is told the share that is out, 0 to 1. Resolves to the answer. */
export function post(path, form, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.responseType = "json";
    request.timeout = SECONDS * 1000;
    request.upload.addEventListener("progress", (event) => progress(event.loaded / (event.total || 1)));
    const away = () => reject(new Unreached(""));
    for (const name of ["error", "timeout", "abort"]) request.addEventListener(name, away);
    request.addEventListener("load", () => {
      const { status, response } = request;
      if (status >= 200 && status < 300 && response) resolve(response);
      else if (!response || status >= 500 || status === 429 || status === 408) {
        reject(new Unreached("", Number(response && response.retry_after) || 0));
      } else reject(new Refused(status, response.error, response.message || ""));
    });
    request.send(form);
  });
}

export class Uploads {
  /** `changed(material)` is called when something is different there, without a material when all may be. */
  constructor() {
    this.changed = () => {};
    this.vouchers = [];
    this.wanted = new Set();
    this.mostBytes = 0;
    /** What waits or is on its way: {material, file, key, state: "sending" | "waiting", share}. */
    this.queue = [];
    this.refusals = new Map();
    this.busy = false;
    this.wait = FIRST_WAIT;
    this.timer = null;
  }

  get empty() {
    return this.queue.length === 0;
  }

  of(material) {
    return this.vouchers.filter((voucher) => voucher.material === material);
  }

  underWay(material) {
    return this.queue.find((one) => one.material === material) || null;
  }

  /** Ask what there is. That it could not be asked now changes nothing that is shown. */
  async refresh() {
    try {
      const response = await fetch(PATH, { credentials: "same-origin", cache: "no-store" });
      if (!response.ok) return;
      const answer = await response.json();
      this.vouchers = answer.vouchers;
      this.wanted = new Set(answer.wanted);
      this.mostBytes = answer.most_bytes;
      this.changed();
    } catch {
      // It is asked again with the next message.
    }
  }

  /** Queue a file for a material. */
  add(material, file) {
    this.refusals.delete(material);
    this.queue.push({ material, file, key: newKey(), state: "waiting", share: 0 });
    this.changed(material);
    this.go();
  }

  /** Say on the line of a material why nothing was taken. */
  refuse(material, reason) {
    this.refusals.set(material, reason);
    this.changed(material);
  }

  /** Begin, or try again at once. */
  async go() {
    clearTimeout(this.timer);
    if (this.busy) return;
    this.busy = true;
    let again = 0;
    while (this.queue.length && !again) again = await this.first();
    this.busy = false;
    if (again) this.timer = setTimeout(() => this.go(), again);
  }

  /** Send the first of the queue. Returns the milliseconds to wait before it is sent again, 0 when it is done with. */
  async first() {
    const one = this.queue[0];
    const tell = (state, share) => {
      Object.assign(one, { state, share });
      this.changed(one.material);
    };
    const form = new FormData();
    form.append("material", one.material);
    form.append("key", one.key);
    form.append("file", one.file, "file");
    tell("sending", 0);
    try {
      this.vouchers.push((await post(PATH, form, (share) => tell("sending", share))).voucher);
      this.wait = FIRST_WAIT;
    } catch (error) {
      if (error instanceof Unreached) {
        tell("waiting", 0);
        const wait = Math.max(this.wait, error.retryAfter * 1000);
        this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
        return wait;
      }
      this.refusals.set(one.material, error.message);
    }
    this.queue.shift();
    this.changed(one.material);
    await this.refresh();
    return 0;
  }

  /** Take one back. Returns why not, or "". */
  async remove(voucher) {
    try {
      const response = await fetch(`${PATH}/${encodeURIComponent(voucher.id)}`, { method: "DELETE", credentials: "same-origin" });
      if (!response.ok && response.status !== 404) return (await response.json()).message;
    } catch {
      return null;
    }
    this.vouchers = this.vouchers.filter((one) => one.id !== voucher.id);
    this.changed(voucher.material);
    await this.refresh();
    return "";
  }
}
