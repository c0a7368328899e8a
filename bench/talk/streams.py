"""Open pages: each one connection that reads server-sent events, and when which words arrived on it."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

OPEN_AT_ONCE = 50
#: What is said begins with it; nothing else on a page does.
MARK = "压"


@dataclass
class Pages:
    """`arrived`: words → the moment (perf_counter) at which they stood on a page; `open`: how many pages are."""

    url: str
    arrived: dict[str, float] = field(default_factory=dict)
    open: int = 0
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def watch(self, pages: list[tuple[str, str]]) -> None:
        """Open a page each: its path, and the header that proves whose it is. Returns when all stand."""
        gate = asyncio.Semaphore(OPEN_AT_ONCE)
        wanted = self.open + len(pages)
        self._tasks += [asyncio.create_task(self._watch(gate, path, header)) for path, header in pages]
        async with asyncio.timeout(120):
            while self.open < wanted:
                for task in self._tasks:
                    if task.done() and (error := task.exception()):
                        raise error
                await asyncio.sleep(0.05)

    async def _watch(self, gate: asyncio.Semaphore, path: str, header: str) -> None:
        where = urlsplit(self.url)
        async with gate:
            reader, writer = await asyncio.open_connection(where.hostname, where.port, limit=1 << 20)
            self._writers.append(writer)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\n{header}\r\n\r\n".encode())
            status = await reader.readline()
            if b" 200 " not in status:
                raise RuntimeError(f"{path}: {status!r}")
            while b"retry" not in await reader.readline():
                continue
            self.open += 1
        while line := await reader.readline():
            if line.startswith(b"data: ") and MARK.encode() in line:
                self._note(line)

    def _note(self, line: bytes) -> None:
        moment, event = time.perf_counter(), json.loads(line.removeprefix(b"data: "))
        text = event.get("text") or (event.get("body") or {}).get("text")
        if text:
            self.arrived.setdefault(text, moment)

    async def close(self) -> None:
        """Leave every page."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.close()
        await asyncio.gather(*(writer.wait_closed() for writer in self._writers), return_exceptions=True)
