"""The worker: delivers what lies in the outbox, answers messages that are due, and looks after pushes that fail.

Any number of workers may run beside each other. A worker that is told to stop finishes what it has in hand.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from backend.clock import now
from backend.house import House
from backend.outbox import repository
from backend.outbox.service import PG_CHANNEL, Handler, deliver_due
from backend.outbox.wakeup import WakeUp

log = structlog.get_logger()

#: However quiet it is, chores are looked after this often.
LONGEST_WAIT = timedelta(seconds=30)
PAUSE_AFTER_FAILURE = 2.0
CHORES_EVERY = 1.0

Chore = Callable[[House], Awaitable[object]]


@dataclass
class Worker:
    """`handlers` by topic of the outbox; `chores` run once a second, each with transactions of its own.

    `channels`: further PostgreSQL channels whose notices wake it.
    """

    house: House
    handlers: Mapping[str, Handler]
    chores: Mapping[str, Chore] = field(default_factory=dict)
    channels: tuple[str, ...] = ()
    rounds: int = 0
    last_round_at: datetime | None = None
    failure: str | None = None

    def __post_init__(self) -> None:
        self._stopping = asyncio.Event()
        self._wake: WakeUp | None = None

    def stop(self) -> None:
        """Ask it to end; `run` returns when what is in hand is finished."""
        self._stopping.set()
        if self._wake:
            self._wake.ring()

    def stop_on_signals(self) -> None:
        """SIGTERM and SIGINT ask it to end."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)

    @property
    def healthy(self) -> bool:
        """True while rounds go by without failure."""
        recent = self.last_round_at is not None and now() - self.last_round_at < 3 * LONGEST_WAIT
        return recent and self.failure is None

    async def run(self) -> None:
        """Work until `stop`."""
        async with WakeUp(self.house.db, PG_CHANNEL, *self.channels) as self._wake:
            chores = [asyncio.create_task(self._keep_doing(name, chore)) for name, chore in self.chores.items()]
            try:
                while not self._stopping.is_set():
                    await self._wake.wait(await self._round())
            finally:
                await asyncio.gather(*chores)

    async def _round(self) -> float:
        """Deliver all that is due. Returns the seconds until something is due again."""
        try:
            while not self._stopping.is_set() and await deliver_due(self.house, self.handlers):
                pass
            async with self.house.db.reading() as session:
                due_at = await repository.next_due_at(session, list(self.handlers))
            self.failure = None
        except (OSError, SQLAlchemyError) as error:
            # The database is away: nothing is lost, the rows are still there when it is back.
            self.failure = repr(error)
            log.error("the worker cannot reach the database", exc_info=error)
            return PAUSE_AFTER_FAILURE
        finally:
            self.rounds += 1
            self.last_round_at = now()
        until = (due_at - now()).total_seconds() if due_at else LONGEST_WAIT.total_seconds()
        return min(max(until, 0.0), LONGEST_WAIT.total_seconds())

    async def _keep_doing(self, name: str, chore: Chore) -> None:
        """A chore once a second, in a task of its own so that a slow one holds up no delivery.

        What chores look for comes with time, and none is waited for within the second: no commit need wake them.
        """
        while not self._stopping.is_set():
            pause = CHORES_EVERY
            try:
                await chore(self.house)
            except Exception as error:
                log.error("a chore failed; it runs again", chore=name, exc_info=error)
                pause = PAUSE_AFTER_FAILURE
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
