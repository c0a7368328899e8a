// An open conversation: it stays at its end, tells how far it was read and that somebody types. The page works without it.
const talk = document.getElementById("talk");
const token = document.querySelector('[name="form_token"]').value;
const TYPING_EVERY = 3000, STOPPED_AFTER = 5000;
let told = 0, typed = 0, stopping;

const tell = (address, fields) =>
  fetch(address, { method: "POST", body: new URLSearchParams(fields), headers: { "x-form-token": token, "hx-request": "true" } }).catch(() => {});

function seen() {
  const last = Number(talk.lastElementChild?.dataset.seq ?? 0);
  if (document.visibilityState !== "visible" || last <= told) return;
  told = last;
  tell(talk.dataset.seen, { seq: last });
}

function toTheEnd() {
  talk.scrollTop = talk.scrollHeight;
  seen();
}

// After a break some messages may come again.
document.addEventListener("htmx:sseBeforeMessage", (event) => {
  if (event.detail.type === "message" && document.getElementById(`m-${event.detail.lastEventId}`)) event.preventDefault();
});
new MutationObserver(toTheEnd).observe(talk, { childList: true });
document.addEventListener("visibilitychange", seen);

document.addEventListener("input", (event) => {
  const address = event.target.dataset?.typing;
  if (!address) return;
  clearTimeout(stopping);
  stopping = setTimeout(() => { typed = 0; tell(address, { on: "0" }); }, STOPPED_AFTER);
  if (Date.now() - typed < TYPING_EVERY) return;
  typed = Date.now();
  tell(address, { on: "1" });
});

// The form of a reply is written anew when it went. What was typed meanwhile goes over, and the caret only if it was there:
// who has gone on to a note must not find it in the veteran's reply.
let sent = "", written = "", here = false;
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.elt.id === "reply") sent = detail.elt.elements.text.value;
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id !== "reply") return;
  written = detail.target.elements.text.value;
  here = detail.target.contains(document.activeElement);
});
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target?.id !== "reply") return;
  const box = document.getElementById("reply-text");
  if (!box || written === sent) written = "";
  else box.value += written.startsWith(sent) ? written.slice(sent.length) : written;
  if (box && here) box.focus();
  sent = written = "";
  here = false;
});

// Ctrl+Enter sends.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "reply-text") event.target.form.requestSubmit();
});

toTheEnd();
