"""The kept line to a service of ours on this machine: a JSON question, and what was answered. At every turn of every talk.

It asks nobody's proxy, keeps no cookies, and lets a connection go before the other side does.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp

#: Below Sanic's own of five seconds in the release that Rasa runs on.
KEPT_SECONDS = 4.0


class NoAnswer(Exception):
    """Refused, cut off, too late, or not a JSON answer. The text names what happened and nothing of what was asked."""


class Loopback:
    """Made with the process, connected at first use; close it at the end."""

    def __init__(self, seconds: float) -> None:
        self._timeout = aiohttp.ClientTimeout(total=seconds)
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, method: str, url: str, token: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        """The status, and for a 200 what was answered. Raises NoAnswer."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode() if body is not None else None
        try:
            async with self._open().request(method, url, data=content, headers=headers, allow_redirects=False) as answer:
                told = await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise NoAnswer(f"no answer: {type(error).__name__}") from error
        if answer.status != 200:
            return answer.status, None
        try:
            return 200, json.loads(told)
        except ValueError as error:
            raise NoAnswer("an answer that is no JSON") from error

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=KEPT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._timeout,
            )
        return self._session

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()
            # Closing is handed to the loop: a turn of it, and nothing is left open.
            await asyncio.sleep(0)
