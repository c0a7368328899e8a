// The page's side of the web channel's API. Answers are JSON; failures are one of two kinds.

const SECONDS = 15;

/** The request did not come through, or the service could not answer now: it can be sent again as it is. */
export class Unreached extends Error {
  constructor(message, retryAfter = 0) {
    super(message);
    this.retryAfter = retryAfter;
  }
}

/** The service refused: sending the same again does not help. `code` is for programs, the message for people. */
export class Refused extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

async function call(method, path, body, seconds = SECONDS) {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), seconds * 1000);
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  try {
    const response = await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      signal: ending.signal,
    });
    const answer = await response.json();
    if (response.ok) return answer;
    if (response.status >= 500 || response.status === 429 || response.status === 408) {
      throw new Unreached(answer.message, Number(response.headers.get("Retry-After")) || 0);
    }
    throw new Refused(response.status, answer.error, answer.message || "");
  } catch (error) {
    if (error instanceof Unreached || error instanceof Refused) throw error;
    // No network, a time-out, or something between that answers with a page of its own.
    throw new Unreached(error.message);
  } finally {
    clearTimeout(timer);
  }
}

export const openChat = (language) => call("POST", "/api/chat", { language });
export const send = (content) => call("POST", "/api/chat/messages", content);
export const switchLanguage = (language) => call("POST", "/api/chat/language", { language });
export const eraseChat = () => call("DELETE", "/api/chat");

/** Tell that somebody types or has read. Nobody waits for it: lost, the next one tells it. */
export const mention = (what, body) =>
  fetch(`/api/chat/${what}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    credentials: "same-origin",
    keepalive: true,
  }).catch(() => {});

/** Messages after a seq; with `wait`, the answer comes when there is something or after that many seconds. */
export const messagesAfter = async (seq, wait = 0) =>
  (await call("GET", `/api/chat/messages?after=${seq}${wait ? `&wait=${wait}` : ""}`, undefined, wait + SECONDS)).messages;
