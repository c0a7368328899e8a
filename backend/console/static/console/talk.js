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

// Ctrl+Enter sends.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "reply-text") event.target.form.requestSubmit();
});

toTheEnd();
