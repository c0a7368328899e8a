"""The one client of the backend. A turn of the talk is one call here; the backend decides what is said and what is kept."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Literal

import httpx

Step = Literal["form", "progress", "answer", "handoff", "withdraw", "fallback"]
# Less than what Rasa waits for us (bot/fast.py), so that it hears of the failure from us.
SECONDS = 4.0
BACKEND_URL, TOKEN = "GUITU_BACKEND_URL", "GUITU_INTERNAL_TOKEN"
DEFAULT_URL = "http://127.0.0.1:8000"


class BackendError(Exception):
    """The backend gave no usable answer. The turn fails as a whole; the hub keeps the message and tries it again."""


@dataclass(frozen=True)
class Reply:
    """What to say: message bodies as of backend/conversations/messages.py, in order. `open`: the form goes on."""

    bodies: list[dict[str, Any]]
    open: bool


class Backend:
    """Made once a process. Repeating a turn is harmless: the backend answers the same message id the same way."""

    def __init__(self, url: str | None = None, token: str | None = None) -> None:
        self.url = (url or os.environ.get(BACKEND_URL) or DEFAULT_URL).rstrip("/")
        self._token = token if token is not None else os.environ.get(TOKEN, "")
        # Loopback: proxies of the environment must not see what is sent.
        self._http = httpx.AsyncClient(timeout=SECONDS, trust_env=False)

    async def turn(self, body: dict[str, Any]) -> Reply:
        """Ask for the answer to one message; `body` is the request of POST /internal/turn. Raises BackendError."""
        try:
            answer = await self._http.post(
                f"{self.url}/internal/turn", json=body, headers={"Authorization": f"Bearer {self._token}"}
            )
        except httpx.HTTPError as error:
            raise BackendError(f"the backend at {self.url} does not answer: {type(error).__name__}") from error
        if answer.status_code != httpx.codes.OK:
            raise BackendError(f"the backend answered {answer.status_code}")
        try:
            told = answer.json()
            return Reply([dict(reply) for reply in told["replies"]], {"open": True, "closed": False}[told["form"]])
        except (ValueError, KeyError, TypeError) as error:
            raise BackendError("the backend's answer is not of the form that was agreed") from error


_backend: Backend | None = None


def backend() -> Backend:
    """The process's client, made at first use: the server may start its worker after this module is imported."""
    global _backend
    if _backend is None:
        _backend = Backend()
    return _backend
