"""Work on pictures beside the event loop: so many at once, so long each, and no more waiting than a person would."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from backend.errors import GuituError
from backend.locale.text import T, render
from backend.vouchers.rules import too_slow

#: A picture of a phone takes about a hundred megabytes while it is unpacked.
AT_ONCE = 2
SECONDS = 20.0
MOST_WAITING = 20


class Workshop:
    """The places of one process. A thread cannot be ended from outside, so its place is free only when it has finished."""

    def __init__(self, at_once: int = AT_ONCE, seconds: float = SECONDS, most_waiting: int = MOST_WAITING) -> None:
        self.seconds = seconds
        self.most_waiting = most_waiting
        self._free = asyncio.Semaphore(at_once)
        self._waiting = 0

    async def do[Result](self, work: Callable[[float], Result], language: str) -> Result:
        """What `work` returns; it is given the time.monotonic() by which it should have. Raises as it does.

        Besides: Refused `too_slow`, and GuituError `busy` (503) when too many wait already.
        """
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
        task = asyncio.create_task(asyncio.to_thread(work, time.monotonic() + self.seconds))
        task.add_done_callback(self._give_back)
        try:
            return await asyncio.wait_for(asyncio.shield(task), self.seconds + 1)
        except TimeoutError:
            raise too_slow() from None

    def _give_back(self, task: asyncio.Task[object]) -> None:
        self._free.release()
        if not task.cancelled():
            # Whoever waited has been told; an error that came too late is nobody's any more.
            task.exception()


def _busy(language: str) -> GuituError:
    error = GuituError(render(T("现在传照片的人有点多，过一会儿会自动再传。"), language), code="busy")
    error.status = 503
    return error
