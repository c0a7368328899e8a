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
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from backend.conversations import repository
from backend.conversations.subscriptions import EVERYTHING, DeskSubscription, Subscription, Wake
from backend.db.engine import Database, Unit, notify_on_commit

__all__ = ["PG_CHANNEL", "LiveFeed", "Wake", "announce", "for_staff", "tell_typing"]

log = structlog.get_logger()

PG_CHANNEL = "guitu_live"
PEOPLE = "people"
POLL_SECONDS = 0.2
LINGER_SECONDS = 5.0
RECONNECT_SECONDS = 1.0
_PROCESS = secrets.token_hex(4)
_feeds: set[LiveFeed] = set()


class LiveFeed:
    """The wake-ups of one process. Start it with the server and stop it before connections are closed."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._subscriptions: dict[str, set[Subscription]] = defaultdict(set)
        self._desks: set[DeskSubscription] = set()
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
        for desk in tuple(self._desks):
            desk.close()
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
        self._look_at_the_file()
        return subscription

    def subscribe_desk(self) -> DeskSubscription:
        """Wake-ups of every conversation that people attend to, from now on. Subscribe first, then read, then wait."""
        subscription = DeskSubscription(self)
        if self._stopped:
            subscription.closed = True
            return subscription
        self._desks.add(subscription)
        self._look_at_the_file()
        return subscription

    def forget_desk(self, subscription: DeskSubscription) -> None:
        """Called by a subscription that closes."""
        self._desks.discard(subscription)

    def _look_at_the_file(self) -> None:
        if self._db.is_sqlite and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._poll())

    def forget(self, conversation_id: str, subscription: Subscription) -> None:
        """Called by a subscription that closes."""
        self._subscriptions[conversation_id].discard(subscription)
        if not self._subscriptions[conversation_id]:
            del self._subscriptions[conversation_id]

    def wake(self, conversation_id: str, typing: bool | None = None, people: bool = False) -> None:
        """Wake the readers of a conversation, and with `people` every desk; may be called from another thread's loop."""
        if self._loop is None or self._loop.is_closed():
            return
        try:
            same = asyncio.get_running_loop() is self._loop
        except RuntimeError:
            same = False
        if same:
            self._wake_here(conversation_id, typing, people)
        else:
            self._loop.call_soon_threadsafe(self._wake_here, conversation_id, typing, people)

    def _wake_here(self, conversation_id: str, typing: bool | None, people: bool = False) -> None:
        for subscription in tuple(self._subscriptions.get(conversation_id, ())):
            subscription.wake(typing)
        for desk in tuple(self._desks) if people else ():
            desk.wake(conversation_id)

    def _wake_all(self) -> None:
        for conversation_id in tuple(self._subscriptions):
            self._wake_here(conversation_id, None)
        self._wake_desks()

    def _wake_desks(self) -> None:
        for desk in tuple(self._desks):
            desk.wake(EVERYTHING)

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
                watched = bool(self._subscriptions or self._desks)
                quiet = 0.0 if watched else quiet + POLL_SECONDS
                current = connection.execute("PRAGMA data_version").fetchone()[0]
                if current != version and watched:
                    version = current
                    async with self._db.reading() as session:
                        news = await repository.newest_by_conversation(session, seen)
                    for conversation_id, seq in news.items():
                        seen = max(seen, seq)
                        self._wake_here(conversation_id, None)
                    self._wake_desks()
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
        process, conversation_id, typing, *people = payload.split(" ")
        if process != _PROCESS:
            self._wake_here(conversation_id, {"on": True, "off": False}.get(typing), PEOPLE in people)


async def announce(unit: Unit, conversation_id: str, typing: bool | None = None, people: bool = False) -> None:
    """Once `unit` has committed, wake all who show the conversation, in every process. `typing`: only that changed.

    `people`: it is one that people attend to, or did until now, and their desks are woken as well.
    """
    notify_on_commit(unit.session, PG_CHANNEL, _payload(conversation_id, typing, people))

    def wake() -> None:
        for feed in tuple(_feeds):
            feed.wake(conversation_id, typing, people)

    unit.after_commit(wake)


async def tell_typing(db: Database, subject: str, on: bool) -> None:
    """That a person types, told at once: nothing is written. On SQLite only to those whom the same process serves."""
    for feed in tuple(_feeds):
        feed.wake(subject, on)
    if not db.is_sqlite:
        async with db.reading(look=False) as session:
            told = {"channel": PG_CHANNEL, "payload": _payload(subject, on, people=False)}
            await session.execute(text("SELECT pg_notify(:channel, :payload)"), told)


def for_staff(conversation_id: str) -> str:
    """The subject under which staff hear that the veteran types: not the one that the veteran's own page hears."""
    return f"{conversation_id}/staff"


def _payload(subject: str, typing: bool | None, people: bool) -> str:
    state = {None: "-", True: "on", False: "off"}[typing]
    return f"{_PROCESS} {subject} {state} {PEOPLE if people else '-'}"
