"""The backend's own hands: what was just acknowledged is given to Rasa at once, in the background and bounded.

Whatever they do not reach (too many at once, a process that stops) lies stored, and the worker's sweep takes it up.
"""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from sanic import Sanic

from backend.conversations.handling import Work, handle_pending
from backend.db.ids import new_id
from backend.house import House

log = structlog.get_logger()

AT_ONCE = 16
MOST_WAITING = 500
STOP_SECONDS = 5.0


class Hands:
    """Background handling in one process."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    def lease(self) -> str | None:
        """A lease for what is received now and given to `take_up`; None while the hands are full."""
        return new_id("l") if len(self._tasks) < AT_ONCE else None

    def take_up(self, conversation_id: str, lease: str | None = None, work: Work | None = None) -> None:
        """Answer what waits in a conversation, soon; `work` under its `lease` first. Returns at once."""
        if len(self._tasks) >= MOST_WAITING:
            return
        task = asyncio.create_task(self._handle(conversation_id, lease, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _handle(self, conversation_id: str, lease: str | None, work: Work | None) -> None:
        async with self._gate:
            try:
                await handle_pending(self._house, conversation_id, lease, work)
            except Exception as error:
                # The message is stored and its lease runs out: the sweep tries again. Only the log needs to know now.
                log.error("handling failed", conversation=conversation_id, exc_info=error)

    async def idle(self) -> None:
        """Wait until nothing is in hand."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def stop(self) -> None:
        """Finish what is in hand for some seconds, then leave the rest to the sweep."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=STOP_SECONDS)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*tuple(self._tasks), return_exceptions=True)


def hands_of(app: Sanic[Any, Any]) -> Hands:
    """The hands of a running application, made on first use."""
    if not hasattr(app.ctx, "hands"):
        app.ctx.hands = Hands(app.ctx.house)
    hands: Hands = app.ctx.hands
    return hands


async def let_go(app: Sanic[Any, Any]) -> None:
    """End the background work and the live pages before the server closes its connections."""
    if hasattr(app.ctx, "hands"):
        await app.ctx.hands.stop()
    await app.ctx.live.stop()
