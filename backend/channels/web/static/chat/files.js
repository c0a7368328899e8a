// Files in the talk. While one of staff answers, the veteran can send them a picture or a PDF; what either side has sent is opened
// in a layer. Each goes out under a key that it keeps when it is sent again, one at a time, and waits in memory only.

import { Unreached } from "./api.js";
import { byId, h } from "./dom.js";
import { openLayer } from "./layers.js";
import { t } from "./texts.js";
import { chooseFile, newKey, post } from "./uploads.js";

const PATH = "/api/chat/attachments";
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 15_000;

const pageOf = (file, page) => `${PATH}/${encodeURIComponent(file.id)}/pages/${page}`;

/** A file of a message: its first page, small, to be opened. */
export function fileOf(file) {
  return h(
    "button",
    { type: "button", class: "file", onclick: () => show(file) },
    h("img", { class: "file__picture", src: pageOf(file, 1), alt: "", loading: "lazy" }),
    h("span", { class: "file__label" }, t("look_at_file", { pages: file.pages })),
  );
}

/** An address of a message; only one that leads where it says. */
export function linkOf(link) {
  if (!link.url.startsWith("https://")) return null;
  return h("a", { class: "bubble bubble_link", href: link.url, target: "_blank", rel: "noopener noreferrer" }, link.label);
}

function show(file) {
  const pages = Array.from({ length: file.pages }, (_, index) => index + 1);
  byId("file-list").replaceChildren(
    ...pages.map((page) =>
      h("li", { class: "picture" }, h("img", { class: "picture__page", src: pageOf(file, page), loading: "lazy", alt: t("file_alt", { page, pages: file.pages }) })),
    ),
  );
  openLayer("file");
}

export class Files {
  /** `transcript`: where they are shown. */
  constructor(transcript) {
    this.transcript = transcript;
    this.queue = [];
    this.busy = false;
    this.wait = FIRST_WAIT;
    this.timer = null;
    byId("file-open").addEventListener("click", () => chooseFile((file) => this.add(file)));
  }

  get empty() {
    return this.queue.length === 0;
  }

  /** Only a person is sent files. */
  attend(on) {
    byId("file-open").hidden = !on;
  }

  add(file) {
    const key = newKey();
    const element = this.transcript.addLocal(key, t("file"));
    const bar = h("progress", { class: "upload__bar", max: "1", value: "0", "aria-label": t("sending_file") });
    element.querySelector(".message__body").append(bar);
    this.queue.push({ key, file, bar });
    this.go();
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
    const { key, file, bar } = this.queue[0];
    const form = new FormData();
    form.append("key", key);
    form.append("file", file, "file");
    this.transcript.setLocalState(key, "sending");
    try {
      const { seq, attachment } = await post(PATH, form, (share) => { bar.value = share; });
      this.transcript.settleFile(key, { seq, author: "veteran", at: new Date().toISOString(), body: { text: t("file"), attachment }, state: "stored" });
      this.wait = FIRST_WAIT;
    } catch (error) {
      if (error instanceof Unreached) {
        bar.value = 0;
        this.transcript.setLocalState(key, "waiting");
        const wait = Math.max(this.wait, error.retryAfter * 1000);
        this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
        return wait;
      }
      bar.remove();
      this.transcript.refuseLocal(key, error.message);
    }
    this.queue.shift();
    return 0;
  }
}
