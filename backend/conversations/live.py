"""Wake-ups for whoever shows a conversation live: something new is there, or someone is typing.

A wake-up carries no content: the reader asks the transcript for what it has not seen, so a lost or doubled one does no harm.
Within a process it comes at once when the writing transaction has committed. Between processes PostgreSQL's LISTEN/NOTIFY
carries it, sent in that transaction; on SQLite one task looks every 200 ms whether another connection has committed
(PRAGMA data_version), and only while somebody is subscribed.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import structlog
from sqlalchemy.exc import SQLAlchemyError

from backend.conversations import repository
from backend.db.engine import Database, Unit, notify_on_commit

log = structlog.get_logger()

PG_CHANNEL = "guitu_live"
POLL_SECONDS = 0.2
LINGER_SECONDS = 5.0
RECONNECT_SECONDS = 1.0
_PROCESS = secrets.token_hex(4)
_feeds: set[LiveFeed] = set()


@dataclass(frozen=True)
class Wake:
    """Why a subscriber wakes: `news`, there may be something new to read; `typing`, on or off, None when it did not change."""

    news: bool
    typing: bool | None


class Subscription:
    """One reader of one conversation. Wake-ups that come while it is busy melt into one. Use it as a context manager."""

    def __init__(self, feed: LiveFeed, conversation_id: str) -> None:
        self._feed = feed
        self._conversation_id = conversation_id
        self._event = asyncio.Event()
        self._news = False
        self._typing: bool | None = None
        self.closed = False

    def wake(self, typing: bool | None = None) -> None:
        """Wake the reader, on the feed's own loop."""
        if typing is None:
            self._news = True
        else:
            self._typing = typing
        self._event.set()

    async def wait(self, seconds: float | None = None) -> Wake | None:
        """The next wake-up, or None after `seconds` or when the feed has stopped (then `closed` is True)."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), seconds)
        if self.closed or not self._event.is_set():
            return None
        self._event.clear()
        wake = Wake(self._news, self._typing)
        self._news, self._typing = False, None
        return wake

    async def __aiter__(self) -> AsyncIterator[Wake]:
        while wake := await self.wait():
            yield wake

    def close(self) -> None:
        """Stop waiting and be forgotten by the feed."""
        self.closed = True
        self._event.set()
        self._feed.forget(self._conversation_id, self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class LiveFeed:
    """The wake-ups of one process. Start it with the server and stop it before connections are closed."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._subscriptions: dict[str, set[Subscription]] = defaultdict(set)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopped = False

    async def start(self) -> None:
        """Begin to listen. On PostgreSQL returns once the listening connection stands."""
        self._loop = asyncio.get_running_loop()
        _feeds.add(self)
        if not self._db.is_sqlite:
            listening = asyncio.Event()
            self._task = asyncio.create_task(self._listen(listening))
            # A database that is away now is tried again by the task; the start need not fail for it.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(listening.wait(), 5)

    async def stop(self) -> None:
        """End every subscription and the listening. A second call does nothing."""
        self._stopped = True
        _feeds.discard(self)
        for subscription in [each for group in self._subscriptions.values() for each in group]:
            subscription.close()
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def subscribe(self, conversation_id: str) -> Subscription:
        """Wake-ups of one conversation from now on. Subscribe first, then read the transcript, then wait."""
        subscription = Subscription(self, conversation_id)
        if self._stopped:
            subscription.closed = True
            return subscription
        self._subscriptions[conversation_id].add(subscription)
        if self._db.is_sqlite and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._poll())
        return subscription

    def forget(self, conversation_id: str, subscription: Subscription) -> None:
        """Called by a subscription that closes."""
        self._subscriptions[conversation_id].discard(subscription)
        if not self._subscriptions[conversation_id]:
            del self._subscriptions[conversation_id]

    def wake(self, conversation_id: str, typing: bool | None = None) -> None:
        """Wake the readers of a conversation; may be called from another thread's loop."""
        if self._loop is None or self._loop.is_closed():
            return
        try:
            same = asyncio.get_running_loop() is self._loop
        except RuntimeError:
            same = False
        if same:
            self._wake_here(conversation_id, typing)
        else:
            self._loop.call_soon_threadsafe(self._wake_here, conversation_id, typing)

    def _wake_here(self, conversation_id: str, typing: bool | None) -> None:
        for subscription in tuple(self._subscriptions.get(conversation_id, ())):
            subscription.wake(typing)

    def _wake_all(self) -> None:
        for conversation_id in tuple(self._subscriptions):
            self._wake_here(conversation_id, None)

    async def _poll(self) -> None:
        """SQLite: while there are subscribers, and a little longer, look for commits of other connections.

        Who asks by long poll subscribes anew each time.
        """
        file = self._db.engine.url.database
        if not file or file == ":memory:":
            return
        # Reading the pragma costs microseconds and takes no lock, so it may run on the loop.
        with contextlib.closing(sqlite3.connect(file)) as connection:
            version, seen = -1, await self._newest_seen_by_nobody()
            quiet = 0.0
            while quiet < LINGER_SECONDS and not self._stopped:
                quiet = 0.0 if self._subscriptions else quiet + POLL_SECONDS
                current = connection.execute("PRAGMA data_version").fetchone()[0]
                if current != version and self._subscriptions:
                    version = current
                    async with self._db.reading() as session:
                        news = await repository.newest_by_conversation(session, seen)
                    for conversation_id, seq in news.items():
                        seen = max(seen, seq)
                        self._wake_here(conversation_id, None)
                await asyncio.sleep(POLL_SECONDS)

    async def _newest_seen_by_nobody(self) -> int:
        # Whoever subscribed just now may have read before the last few commits: one wake-up for all makes up for it.
        async with self._db.reading() as session:
            newest = await repository.newest_seq(session)
        self._wake_all()
        return newest

    async def _listen(self, listening: asyncio.Event) -> None:
        """PostgreSQL: hold one connection that listens; when it breaks, make a new one and wake everybody."""
        while not self._stopped:
            broken = asyncio.Event()
            try:
                async with self._db.engine.connect() as connection:
                    await connection.execution_options(isolation_level="AUTOCOMMIT")
                    driver: Any = (await connection.get_raw_connection()).driver_connection
                    driver.add_termination_listener(lambda *_, event=broken: event.set())
                    await driver.add_listener(PG_CHANNEL, self._on_notice)
                    listening.set()
                    self._wake_all()
                    try:
                        await broken.wait()
                    finally:
                        # A connection that listens, or is dead, must not go back into the pool.
                        await connection.invalidate()
            except (OSError, SQLAlchemyError) as error:
                log.warning("live feed lost its connection; trying again", error=repr(error))
            await asyncio.sleep(RECONNECT_SECONDS)

    def _on_notice(self, _connection: Any, _pid: int, _channel: str, payload: str) -> None:
        process, conversation_id, typing = payload.split(" ")
        if process != _PROCESS:
            self._wake_here(conversation_id, {"on": True, "off": False}.get(typing))


async def announce(unit: Unit, conversation_id: str, typing: bool | None = None) -> None:
    """Once `unit` has committed, wake all who show the conversation, in every process. `typing`: only that changed."""
    state = {None: "-", True: "on", False: "off"}[typing]
    notify_on_commit(unit.session, PG_CHANNEL, f"{_PROCESS} {conversation_id} {state}")

    def wake() -> None:
        for feed in tuple(_feeds):
            feed.wake(conversation_id, typing)

    unit.after_commit(wake)
