"""Work on pictures beside the backend: in processes of their own, so many at once, so long each, and no more waiting than a
person would. A file that kills a decoder is refused like any other that does not open; the next one gets a new decoder."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import structlog

from backend.errors import GuituError
from backend.locale.text import T, Text, render
from backend.vouchers.decoder import MARK, READ, Ended, receive, send
from backend.vouchers.pictures import Picture
from backend.vouchers.rules import LONGEST_SIDE, MOST_PAGES, Refused, broken, broken_pdf, check_size, kind_of, too_slow
from backend.vouchers.watermark import Mark, chinese_font

log = structlog.get_logger()

#: A picture of a phone takes about a hundred megabytes while it is unpacked.
AT_ONCE = 2
SECONDS = 20.0
MOST_WAITING = 20
#: Address space of one decoder, in bytes: what the largest picture that rules.py lets through needs, with its libraries.
MEMORY = 1536 * 1024 * 1024
#: What a decoder may answer: its pages are of at most 3,000 pixels a side.
MOST_HEAD, MOST_ANSWER = 1 << 16, MOST_PAGES * (1 << 25)
ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = "import sys; sys.path.insert(0, sys.argv[1]); from backend.vouchers.decoder import main; main(int(sys.argv[2]))"


class Decoder:
    """One process. `died`: it ended in the middle of a job; `late`: because it took too long."""

    def __init__(self, command: Sequence[str]) -> None:
        # No environment (but what Windows cannot start without): what is secret lies there. A session of its own: Ctrl-C is
        # for the backend to answer.
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and program, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ},
            start_new_session=True,
        )

    def do(self, head: dict[str, Any], content: bytes, seconds: float) -> tuple[dict[str, Any], list[bytes]] | None:
        """The answer to one job; None when the process died of it. Raises Refused `too_slow` when it had to be ended.

        Blocks: call it in a thread.
        """
        assert self.process.stdin is not None and self.process.stdout is not None
        late = threading.Event()

        def end() -> None:
            late.set()
            self.process.kill()

        timer = threading.Timer(seconds + 1, end)
        timer.daemon = True
        timer.start()
        try:
            send(self.process.stdin, {**head, "seconds": seconds}, [content])
            return receive(self.process.stdout, MOST_HEAD, MOST_ANSWER)
        except (Ended, OSError):
            self.end()
            if late.is_set():
                raise too_slow() from None
            log.warning("a file ended its decoder", status=self.process.returncode, size=len(content))
            return None
        finally:
            timer.cancel()

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue
        self.process.wait()

    @property
    def lives(self) -> bool:
        """False: it has ended."""
        return self.process.poll() is None


class Workshop:
    """The decoders of one process of the service: each opens one file, and the next stands ready when it has."""

    def __init__(
        self,
        at_once: int = AT_ONCE,
        seconds: float = SECONDS,
        most_waiting: int = MOST_WAITING,
        memory: int = MEMORY,
        program: str = PROGRAM,
    ) -> None:
        self.seconds = seconds
        self.most_waiting = most_waiting
        self.command = [sys.executable, "-I", "-c", program, str(ROOT), str(memory)]
        self._free = asyncio.Semaphore(at_once)
        self._waiting = 0
        self._idle: list[Decoder] = []
        self._end = weakref.finalize(self, _end_all, self._idle)

    async def read(self, content: bytes, language: str) -> list[Picture]:
        """The pages of a file, a picture having one. Raises Refused with the reason, GuituError `busy` (503) when too many wait."""
        check_size(len(content))
        died = broken_pdf() if kind_of(content) == "PDF" else broken()
        answer = await self._do({"job": READ}, content, language)
        if answer is None:
            raise died
        sizes = answer[0].get("pictures")
        pictures = _pictures(sizes, answer[1]) if isinstance(sizes, list) else []
        if not pictures:
            raise died
        return pictures

    async def mark(self, jpeg: bytes, mark: Mark, language: str) -> bytes:
        """The picture with the mark over it, as JPEG. Raises Refused where it does not open, GuituError `busy`."""
        # Says once in the log what to install: a decoder's own log goes nowhere.
        chinese_font()
        answer = await self._do({"job": MARK, "mark": asdict(mark)}, jpeg, language)
        if answer is None or len(answer[1]) != 1:
            raise broken()
        return answer[1][0]

    async def _do(self, head: dict[str, Any], content: bytes, language: str) -> tuple[dict[str, Any], list[bytes]] | None:
        if self._waiting >= self.most_waiting:
            raise _busy(language)
        self._waiting += 1
        try:
            async with asyncio.timeout(self.seconds):
                await self._free.acquire()
        except TimeoutError:
            raise _busy(language) from None
        finally:
            self._waiting -= 1
        # Whoever waits may be cancelled; the place is free only when the decoder has finished or was ended.
        task = asyncio.create_task(asyncio.to_thread(self._with_a_decoder, head, content))
        task.add_done_callback(self._give_back)
        answer = await asyncio.shield(task)
        if answer is not None and "refused" in answer[0]:
            raise _refused(answer[0]["refused"])
        return answer

    def _with_a_decoder(self, head: dict[str, Any], content: bytes) -> tuple[dict[str, Any], list[bytes]] | None:
        decoder = next((each for each in iter(self._pop, None) if each.lives), None) or Decoder(self.command)
        try:
            return decoder.do(head, content, self.seconds)
        finally:
            # One that a file has taken over must not see the next person's. A fresh one starts up meanwhile.
            decoder.end()
            if self._end.alive:
                self._idle.append(Decoder(self.command))
                if not self._end.alive:
                    _end_all(self._idle)

    def _pop(self) -> Decoder | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _give_back(self, task: asyncio.Task[object]) -> None:
        self._free.release()
        if not task.cancelled():
            # Whoever waited has been told; an error that came too late is nobody's any more.
            task.exception()

    def close(self) -> None:
        """End the decoders that have nothing to do; one at work ends with its job."""
        self._end()


def workshop_of(context: Any) -> Workshop:
    """The one workshop of a served application, by its `app.ctx`; begun when it is first needed."""
    if not hasattr(context, "workshop"):
        context.workshop = Workshop()
    workshop: Workshop = context.workshop
    return workshop


def _end_all(idle: list[Decoder]) -> None:
    while idle:
        idle.pop().end()


def _pictures(sizes: list[Any], jpegs: list[bytes]) -> list[Picture]:
    """What a decoder answered, as far as it can be right: it has just opened a stranger's file, and is believed nothing else."""
    if len(sizes) != len(jpegs) or not 1 <= len(jpegs) <= MOST_PAGES:
        return []
    found = []
    for size, jpeg in zip(sizes, jpegs, strict=True):
        fits = isinstance(size, list) and len(size) == 2 and all(type(n) is int and 1 <= n <= LONGEST_SIDE for n in size)
        if not fits or not jpeg.startswith(b"\xff\xd8\xff"):
            return []
        found.append(Picture(jpeg, *size))
    return found


def _refused(given: Any) -> Refused:
    try:
        text = Text(str(given["text"]), {str(name): str(value) for name, value in given["params"].items()})
        return Refused(str(given["code"]), text, status=int(given["status"]))
    except (KeyError, TypeError, ValueError, AttributeError):
        return broken()


def _busy(language: str) -> GuituError:
    error = GuituError(render(T("现在传照片的人有点多，过一会儿会自动再传。"), language), code="busy")
    error.status = 503
    return error
