// The line under a paper of the checklist: whether a picture of it was sent, and one button to send it or to look at it. What
// was sent opens in a layer, where it can be deleted and another one sent.

import { byId, h } from "./dom.js";
import { openLayer } from "./layers.js";
import { t } from "./texts.js";
import { chooseFile, pageOf, Uploads } from "./uploads.js";

const MEGABYTE = 1024 * 1024;
const SOON = 150;

export const uploads = new Uploads();
const lines = new Set();
let soon = null;
/** Which paper's pictures are open in the layer: {material, title}. */
let open = null;

uploads.changed = (material) => {
  for (const line of lines) {
    if (!line.element.isConnected) lines.delete(line);
    else if (!material || line.material === material) draw(line);
  }
  if (open && byId("pictures").open && (!material || open.material === material)) drawLayer();
};

/** Something was said: what may be sent may have changed. */
export function papersMayHaveChanged() {
  if (!lines.size) return;
  clearTimeout(soon);
  soon = setTimeout(() => uploads.refresh(), SOON);
}

/** The line for a row of a card that has a material; null for any other row. */
export function paperLine(row) {
  if (!row.material) return null;
  const status = h("span", { class: "upload__status", role: "status" });
  const bar = h("progress", { class: "upload__bar", max: "1", value: "0", hidden: true, "aria-label": t("upload_bar", { title: row.title }) });
  const button = h("button", { type: "button", class: "upload__button", onclick: () => press(line) });
  const element = h("div", { class: "upload", hidden: true }, h("div", { class: "upload__what" }, status, bar), button);
  const line = { material: row.material, title: row.title, element, status, bar, button };
  lines.add(line);
  papersMayHaveChanged();
  // The card is not on the page yet.
  queueMicrotask(() => draw(line));
  return element;
}

/** Whether the press shows what was sent. What has to be sent anew, or for the first time, is sent by it. */
function shows(material) {
  const sent = uploads.of(material);
  const latest = sent[sent.length - 1];
  return Boolean(latest) && !(latest.state === "refused" && uploads.wanted.has(material));
}

function press(line) {
  if (shows(line.material)) show(line);
  else choose(line.material);
}

function choose(material) {
  chooseFile((file) => {
    if (uploads.mostBytes && file.size > uploads.mostBytes) {
      const sizes = { size: (Math.ceil((file.size / MEGABYTE) * 10) / 10).toFixed(1), most: Math.round(uploads.mostBytes / MEGABYTE) };
      uploads.refuse(material, t("upload_too_large", sizes));
    } else uploads.add(material, file);
  });
}

function said(material) {
  const under = uploads.underWay(material);
  if (under) {
    if (under.state === "waiting") return { text: t("upload_waiting"), kind: "waiting" };
    // A line that is read out at every percent would never end: the bar shows them.
    return { text: t(under.share < 1 ? "uploading" : "upload_checking"), kind: "open", share: under.share };
  }
  if (uploads.refusals.has(material)) return { text: t("upload_refused", { reason: uploads.refusals.get(material) }), kind: "bad" };
  const sent = uploads.of(material);
  const latest = sent[sent.length - 1];
  if (!latest) return { text: "", kind: "" };
  if (latest.state === "refused") return { text: t("upload_again", { reason: latest.reason }), kind: "waiting" };
  if (latest.state === "accepted") return { text: t("upload_accepted"), kind: "good" };
  const count = sent.filter((voucher) => voucher.state !== "refused").length;
  return { text: count > 1 ? t("uploaded_count", { count }) : t("uploaded"), kind: "good" };
}

function draw(line) {
  const { material, title, element, status, bar, button } = line;
  const { text, kind, share } = said(material);
  const sent = uploads.of(material).length > 0;
  const wanted = uploads.wanted.has(material);
  element.hidden = !sent && !wanted && !text;
  if (status.textContent !== text) status.textContent = text;
  status.className = `upload__status${kind ? ` upload__status_${kind}` : ""}`;
  bar.hidden = share === undefined;
  bar.value = share || 0;
  button.hidden = Boolean(uploads.underWay(material)) || (!sent && !wanted);
  button.textContent = shows(material) ? t("look_at_pictures") : t("upload");
  // Many lines have the same word on them; a screen reader hears which paper it is.
  button.setAttribute("aria-label", t("change_row", { action: button.textContent, title }));
}

function show(line) {
  open = line;
  drawLayer();
  openLayer("pictures");
}

function drawLayer() {
  const sent = uploads.of(open.material);
  byId("pictures-title").textContent = open.title;
  byId("pictures-list").replaceChildren(...sent.map((voucher, place) => shown(voucher, place + 1)));
  const again = byId("pictures-more");
  again.hidden = !uploads.wanted.has(open.material);
  again.textContent = t("upload_more");
  again.onclick = () => {
    byId("pictures").close();
    choose(open.material);
  };
  if (!sent.length && byId("pictures").open) byId("pictures").close();
}

function shown(voucher, place) {
  const pages = Array.from({ length: voucher.pages }, (_, index) => index + 1);
  return h(
    "li",
    { class: "picture" },
    ...pages.map((page) =>
      h("img", {
        class: "picture__page",
        src: pageOf(voucher, page),
        loading: "lazy",
        alt: t("picture_alt", { title: open.title, place, page, pages: voucher.pages }),
      }),
    ),
    voucher.reason ? h("p", { class: "picture__reason" }, t("upload_again", { reason: voucher.reason })) : null,
    voucher.deletable
      ? h(
          "button",
          { type: "button", class: "picture__delete", "aria-label": t("delete_picture_of", { place }), onclick: (event) => take(voucher, event.target) },
          t("delete_picture"),
        )
      : null,
  );
}

async function take(voucher, button) {
  button.disabled = true;
  const reason = await uploads.remove(voucher);
  if (reason === "") return;
  button.disabled = false;
  uploads.refuse(voucher.material, reason || t("not_deleted"));
}
