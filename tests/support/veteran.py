"""A veteran on the page's API: says, presses, and waits for the answer as the page does."""

from __future__ import annotations

import asyncio
import secrets
import time
from types import TracebackType
from typing import Any, Self

import httpx

ANSWER_SECONDS = 30.0
POLL_SECONDS = 10


class Veteran:
    """One conversation. Every call returns the bodies that were said in answer."""

    def __init__(self, base_url: str) -> None:
        self.http = httpx.AsyncClient(base_url=base_url, timeout=ANSWER_SECONDS, trust_env=False, headers={"origin": base_url})
        self.conversation = ""
        self.seq = 0
        self.messages: list[dict[str, Any]] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.http.aclose()

    async def open(self, language: str = "zh_Hans_CN") -> list[dict[str, Any]]:
        """Open the page; returns the opening bubbles."""
        opened = await self.http.post("/api/chat", json={"language": language})
        opened.raise_for_status()
        self.conversation = opened.json()["conversation"]
        return await self.hear()

    async def say(self, text: str) -> list[dict[str, Any]]:
        """Type something; returns what was answered."""
        return await self._send({"text": text})

    async def press(self, *labels: str) -> list[dict[str, Any]]:
        """Press the choices with these labels (or beginnings of them) of the latest message that has any."""
        message = next(m for m in reversed(self.messages) if m["body"].get("choices"))
        offered = message["body"]["choices"]
        chosen = []
        for label in labels:
            fitting = [c for c in offered if c["label"] == label] or [c for c in offered if c["label"].startswith(label)]
            assert fitting, f"{label!r} was not offered, but {[c['label'] for c in offered]}"
            chosen.append(fitting[0]["id"])
        return await self._send({"press": {"message": message["seq"], "choices": chosen}})

    async def _send(self, content: dict[str, Any]) -> list[dict[str, Any]]:
        message = {"key": secrets.token_hex(8), **content}
        sent = await self.http.post("/api/chat/messages", json=message)
        while sent.status_code == httpx.codes.TOO_MANY_REQUESTS:
            # Nobody types as fast as a test: it waits as long as it is asked to, like the page.
            await asyncio.sleep(sent.json()["retry_after"])
            sent = await self.http.post("/api/chat/messages", json=message)
        assert sent.status_code == 202, sent.text
        return await self.answer_to(sent.json()["seq"])

    async def answer_to(self, seq: int) -> list[dict[str, Any]]:
        """Wait until the message `seq` is answered; returns what was said after it."""
        began = time.monotonic()
        said: list[dict[str, Any]] = []
        while time.monotonic() - began < ANSWER_SECONDS:
            said += await self.hear(wait=POLL_SECONDS)
            if any(body for body in said):
                return said
        raise AssertionError(f"no answer to message {seq} within {ANSWER_SECONDS} s")

    async def hear(self, wait: int = 0) -> list[dict[str, Any]]:
        """What was said since the last look, by others than the veteran; with `wait`, waits for something new."""
        answer = await self.http.get("/api/chat/messages", params={"after": self.seq, **({"wait": wait} if wait else {})})
        answer.raise_for_status()
        new = answer.json()["messages"]
        if new:
            self.seq = new[-1]["seq"]
        self.messages += new
        return [message["body"] for message in new if message["author"] != "veteran"]
