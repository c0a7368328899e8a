"""The one client of the backend. A turn of the talk is one call here; the backend decides what is said and what is kept."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp

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
        self._session: aiohttp.ClientSession | None = None

    async def turn(self, body: dict[str, Any]) -> Reply:
        """Ask for the answer to one message; `body` is the request of POST /internal/turn. Raises BackendError."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        content = json.dumps(body, ensure_ascii=False).encode()
        try:
            async with self._open().post(f"{self.url}/internal/turn", data=content, headers=headers) as answer:
                told = await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise BackendError(f"the backend at {self.url} does not answer: {type(error).__name__}") from error
        if answer.status != 200:
            raise BackendError(f"the backend answered {answer.status}")
        try:
            said = json.loads(told)
            return Reply([dict(reply) for reply in said["replies"]], {"open": True, "closed": False}[said["form"]])
        except (ValueError, KeyError, TypeError) as error:
            raise BackendError("the backend's answer is not of the form that was agreed") from error

    def _open(self) -> aiohttp.ClientSession:
        """The kept connections to the backend, which is on loopback: no proxy of the environment sees what is sent."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=SECONDS),
            )
        return self._session

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()


_backend: Backend | None = None


def backend() -> Backend:
    """The process's client, made at first use: the server may start its worker after this module is imported."""
    global _backend
    if _backend is None:
        _backend = Backend()
    return _backend


async def let_go() -> None:
    """Give back the process's connections, at its end."""
    if _backend is not None:
        await _backend.close()
