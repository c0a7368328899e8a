"""Waiting until there may be something to deliver, without asking the database over and over.

On PostgreSQL the writing transaction notifies; on SQLite one look at PRAGMA data_version tells whether any connection of
any process has committed since the last look (it reads a counter in shared memory: no lock, some microseconds).
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from backend.db.engine import Database
from backend.outbox.service import PG_CHANNEL

log = structlog.get_logger()

POLL_SECONDS = 0.1
RECONNECT_SECONDS = 1.0


class WakeUp:
    """Use as an async context manager; `wait` returns when something may be due, or after the given seconds."""

    def __init__(self, db: Database, *channels: str) -> None:
        self._db = db
        self._channels = channels or (PG_CHANNEL,)
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> WakeUp:
        watch = self._watch_file() if self._db.is_sqlite else self._listen()
        self._task = asyncio.create_task(watch)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def ring(self) -> None:
        """Wake whoever waits, from this process."""
        self._news.set()

    async def wait(self, seconds: float) -> None:
        """Until something was committed since the last call, but at most `seconds`."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), max(seconds, 0))
        self._news.clear()

    async def _watch_file(self) -> None:
        with contextlib.closing(sqlite3.connect(str(self._db.engine.url.database))) as connection:
            seen = None
            while True:
                version = connection.execute("PRAGMA data_version").fetchone()[0]
                if version != seen:
                    seen = version
                    self._news.set()
                await asyncio.sleep(POLL_SECONDS)

    async def _listen(self) -> None:
        while True:
            broken = asyncio.Event()
            try:
                async with self._db.engine.connect() as connection:
                    await connection.execution_options(isolation_level="AUTOCOMMIT")
                    driver: Any = (await connection.get_raw_connection()).driver_connection
                    driver.add_termination_listener(lambda *_, event=broken: event.set())
                    for channel in self._channels:
                        await driver.add_listener(channel, lambda *_: self._news.set())
                    # What was notified while nobody listened is looked for once.
                    self._news.set()
                    try:
                        await broken.wait()
                    finally:
                        # A connection that listens, or is dead, must not go back into the pool.
                        await connection.invalidate()
            except (OSError, DBAPIError) as error:
                log.warning("worker lost its listening connection; trying again", error=repr(error))
            await asyncio.sleep(RECONNECT_SECONDS)
