"""Rasa's side of the hub's channel, over real HTTP: it records what it is sent and answers what a test tells it to."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

Answer = tuple[int, Any]
Answering = Callable[[dict[str, Any]], Answer | Awaitable[Answer]]


def says(*texts: str) -> Answer:
    """A good answer: one message each."""
    return 200, {"messages": [{"recipient_id": "c", "custom": {"text": text}} for text in texts]}


class FakeRasa:
    """`seen`: the bodies in the order in which they came; `answering`: what is answered, an echo at first; `forgotten`: ids."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.authorisations: list[str] = []
        self.forgotten: list[str] = []
        self.answering: Answering = lambda body: says(f"回：{body['message']}")
        self.port = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        """Where it listens; the port stays the same over a stop and a start."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def texts(self) -> list[str]:
        """The messages it was sent."""
        return [body["message"] for body in self.seen]

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is not None:
            self._server.close()
            for writer in tuple(self._open):
                writer.close()
            await self._server.wait_closed()
            self._server = None

    async def _answer(self, request_line: str, content: bytes) -> Answer:
        method, path, _ = request_line.split(" ")
        if method == "DELETE":
            self.forgotten.append(path.removeprefix("/webhooks/hub/conversations/"))
            return 200, {"erased": 1}
        self.seen.append(json.loads(content))
        answer = self.answering(self.seen[-1])
        return answer if isinstance(answer, tuple) else await answer

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
                content = await reader.readexactly(int(headers.get("content-length", 0)))
                self.authorisations.append(headers.get("authorization", ""))
                status, answer = await self._answer(head[0], content)
                raw = json.dumps(answer).encode()
                writer.write(
                    f"HTTP/1.1 {status} x\r\ncontent-type: application/json\r\ncontent-length: {len(raw)}\r\n\r\n".encode()
                )
                writer.write(raw)
                await writer.drain()
        self._open.discard(writer)
        writer.close()
