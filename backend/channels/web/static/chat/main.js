// The chat page: brings the parts together.

import { eraseChat, messagesAfter, openChat, Refused, switchLanguage } from "./api.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { byId } from "./dom.js";
import { Files } from "./files.js";
import { setUpLayers, tell } from "./layers.js";
import { Live } from "./live.js";
import { papersMayHaveChanged, uploads } from "./papers.js";
import { Presence } from "./presence.js";
import { Sending } from "./sending.js";
import { t } from "./texts.js";
import { Transcript } from "./transcript.js";

const RETRY = 3000;
/** A message that the service has accepted is heard of at once; later than this, events are held back on the way. */
const HEARD_WITHIN = 8000;
const TYPING_AT_MOST = 30_000;

const language = document.body.dataset.language;
const connection = new Connection();
const transcript = new Transcript(press);
const composer = new Composer(say);
const files = new Files(transcript);
const presence = new Presence(() => heardUpTo);
/** What came in while something was on its way out, so that our own message is known again when it comes. */
let held = [];
/** Messages of ours that the service has accepted, until they are heard of. */
const unheard = new Set();
let heardUpTo = 0;
let typingTimer = null;
let leaving = false;

const sending = new Sending({
  sending: (key) => transcript.setLocalState(key, "sending"),
  waiting: (key) => {
    transcript.setLocalState(key, "waiting");
    connection.broken();
  },
  sent: (key, seq) => {
    transcript.settleLocal(key, seq);
    unheard.add(seq);
    setTimeout(() => unheard.has(seq) && live.distrust(), HEARD_WITHIN);
  },
  refused: (key, error, content) => {
    transcript.refuseLocal(key, error.message);
    if (content.text) composer.giveBack(content.text);
    if (error.code === "no_conversation") ended();
  },
  settled: () => {
    const waiting = held;
    held = [];
    waiting.forEach(receive);
  },
});
const live = new Live(
  {
    message: receive,
    changed: ({ seq, state }) => transcript.setState(seq, state),
    attended: attend,
    typing: showTyping,
    connected: (on) => {
      if (on) connection.restored();
      else connection.broken();
    },
    gone: ended,
  },
  () => heardUpTo,
);

function receive(message) {
  if (sending.inFlight) {
    held.push(message);
    return;
  }
  heardUpTo = Math.max(heardUpTo, message.seq);
  unheard.delete(message.seq);
  if (message.author !== "veteran") {
    showTyping(false);
    papersMayHaveChanged();
  }
  if (!transcript.confirm(message)) transcript.add(message);
  // Without events, only this tells that a person answers.
  if (live.polling && message.author === "staff") attend(true);
  presence.read();
}

/** One of staff answers, or no longer does. */
function attend(on) {
  presence.attend(on);
  files.attend(on);
}

function showTyping(on) {
  clearTimeout(typingTimer);
  byId("typing").hidden = !on;
  const who = presence.attended ? t("typing_staff") : t("typing");
  byId("typing-who").textContent = presence.attended ? who : "";
  byId("status").textContent = on ? who : "";
  if (on) {
    typingTimer = setTimeout(() => showTyping(false), TYPING_AT_MOST);
    transcript.follow();
  }
}

function say(text) {
  presence.stopped();
  transcript.addLocal(sending.add({ text }), text);
  sending.go();
}

function press(seq, ids) {
  // A second press of what the first has already sent.
  if (!transcript.offer || transcript.offer.message.seq !== seq) return;
  const { message, element } = transcript.offer;
  const labels = message.body.choices.filter((choice) => ids.includes(choice.id)).map((choice) => choice.label);
  const focused = element.contains(document.activeElement);
  const key = sending.add({ press: { message: seq, choices: ids } });
  transcript.withdrawOffer(ids);
  const bubble = transcript.addLocal(key, labels.join("、"));
  // What was pressed is gone; from here Tab goes on to what is offered next.
  if (focused) bubble.focus({ preventScroll: true });
  sending.go();
}

function ended() {
  live.stop();
  composer.close();
  transcript.withdrawOffer();
  transcript.note(t("gone"), { label: t("start_again"), act: reload });
}

function reload() {
  leaving = true;
  window.location.reload();
}

async function switchTo(wanted) {
  if (wanted === language) return;
  try {
    await switchLanguage(wanted);
    leaving = true;
    // Without a query that asks for another language.
    window.location.replace("/");
  } catch {
    await tell(t("language_failed"));
  }
}

async function erase() {
  try {
    live.stop();
    sending.forget();
    const { message } = await eraseChat();
    transcript.clear();
    composer.close();
    await tell(message);
    reload();
  } catch (error) {
    await tell(error instanceof Refused && error.message ? error.message : t("erasing_failed"));
    reload();
  }
}

/** Open the conversation and show what was said. */
async function begin() {
  for (;;) {
    try {
      await openChat(language);
      for (let more = await messagesAfter(0); more.length; more = await messagesAfter(heardUpTo)) more.forEach(receive);
      return;
    } catch (error) {
      if (error instanceof Refused) throw error;
      byId("banner").textContent = navigator.onLine ? t("cannot_open") : t("offline");
      await new Promise((resolve) => { setTimeout(resolve, RETRY); });
    }
  }
}

window.addEventListener("offline", () => connection.offline());
window.addEventListener("online", () => {
  connection.restored();
  live.restart();
  sending.go();
  uploads.go();
  files.go();
});
document.addEventListener("visibilitychange", () => {
  // A phone in the pocket loses its connection without a word.
  if (document.visibilityState !== "visible") return;
  if (!sending.empty) sending.go();
  if (!uploads.empty) uploads.go();
  if (!files.empty) files.go();
});
window.addEventListener("beforeunload", (event) => {
  if ((sending.empty && uploads.empty && files.empty) || leaving) return;
  event.preventDefault();
  event.returnValue = t("leave");
});

setUpLayers({ say, switchTo, erase });
byId("talk").setAttribute("aria-busy", "true");
begin()
  .then(() => {
    connection.restored();
    // Only what comes from now on is read out.
    byId("log").setAttribute("aria-live", "polite");
    live.start();
  })
  .catch((error) => transcript.note(error.message, { label: t("start_again"), act: reload }))
  .finally(() => byId("talk").removeAttribute("aria-busy"));
