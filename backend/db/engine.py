"""The database: one engine a process, and units of work that commit when told to and roll back otherwise."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, event, make_url, text
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from backend.db.sqlite import BEGIN_WRITING, connector

#: A connection that was given back so lately needs no look whether it still lives: each look goes to the server and back.
TRUSTED_SECONDS = 1.0
#: A process keeps so many connections of PostgreSQL, and in each so many statements as it has planned them. Rows that are
#: inserted together make a statement of their own for each number of them.
KEPT_CONNECTIONS, MORE_CONNECTIONS = 10, 5
KEPT_STATEMENTS = 250
_NOTIFY = "guitu_notify"


def notify_on_commit(session: AsyncSession, channel: str, payload: str = "") -> None:
    """Let the database tell `channel` when the session's unit commits; the same twice is told once. SQLite tells nobody."""
    if session.get_bind().dialect.name == "postgresql":
        session.info.setdefault(_NOTIFY, {})[channel, payload] = None


async def hold(session: AsyncSession, subject: str) -> None:
    """Go on only while no other transaction holds `subject`, until this one ends. On SQLite only one writes anyway.

    For what no row can be locked yet. Who holds takes it before any row, or two may wait for each other.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:subject, 0))"), {"subject": subject})


class Unit:
    """One transaction: work through `session`, then `commit()`. Leaving without a commit rolls back.

    What must follow a commit (waking a worker, a live page) is given to `after_commit`; it runs only then.
    """

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self._after: list[Callable[[], None]] = []
        self._gathered: dict[Callable[..., Awaitable[None]], list[Any]] | None = None
        self._read: dict[Hashable, Any] = {}
        self._asking = 0

    @asynccontextmanager
    async def together(self) -> AsyncIterator[None]:
        """What is given to `later` meanwhile is written at the end: a statement a table, and not one a row.

        Nor is what was added flushed before each question: who asks for it has to flush first.
        """
        assert self._gathered is None, "within another, the other's would be lost"
        self._gathered = {}
        try:
            with self.session.no_autoflush:
                yield
                gathered, self._gathered = self._gathered, None
                for write, items in gathered.items():
                    await write(self, items)
        finally:
            self._gathered = None

    async def later[T](self, write: Callable[[Unit, Sequence[T]], Awaitable[None]], item: T) -> None:
        """Let `write` write `item`, with whatever else it is given within `together`; at once outside of it."""
        if self._gathered is None:
            await write(self, [item])
        else:
            self._gathered.setdefault(write, []).append(item)

    async def once[T](self, name: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """What `read` gives, read once in this unit: for what no unit changes that asks for it."""
        if name not in self._read:
            self._asking += 1
            try:
                self._read[name] = await read()
            finally:
                self._asking -= 1
        value: T = self._read[name]
        return value

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call `callback` once this unit has committed; never when it rolls back."""
        self._after.append(callback)

    async def commit(self) -> None:
        """Make everything of this unit last, then run what waited for it.

        A second call starts from a new transaction, which asks anew what this one asked `once`. Raises RuntimeError within
        `together` or `once`.
        """
        if self._gathered is not None:
            raise RuntimeError("commit within together: what was given to later would not be in it; commit after its end")
        if self._asking:
            raise RuntimeError("commit within once: what reads must not write; commit after it")
        if waiting := self.session.info.pop(_NOTIFY, None):
            channels, payloads = zip(*waiting, strict=True)
            # One trip to the database for all; it tells them if, and only if, the commit that follows succeeds.
            tell = text(
                "SELECT pg_notify(channel, payload)"
                " FROM unnest(CAST(:channels AS text[]), CAST(:payloads AS text[])) AS told (channel, payload)"
            )
            await self.session.execute(tell, {"channels": list(channels), "payloads": list(payloads)})
        await self.session.commit()
        self._read.clear()
        callbacks, self._after = self._after, []
        for callback in callbacks:
            callback()


class Database:
    """The engine and its units of work. SQLite and PostgreSQL behave alike for what is written with it."""

    def __init__(self, url: str) -> None:
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self.engine: AsyncEngine = _sqlite(url) if self.is_sqlite else _postgres(url)
        if self.is_sqlite:
            _prepare_sqlite(self.engine)
            self._reader = self.engine.execution_options(guitu_read_only=True)
            # aiosqlite itself, with a thread for each connection. It connects when it is first used.
            self._threaded = create_async_engine(url, connect_args={"isolation_level": None})
            _prepare_sqlite(self._threaded)
            self._long_reader = self._threaded.execution_options(guitu_read_only=True)
        else:
            self._threaded = self.engine
            _look_before_use(self.engine)
            # By default each statement of a transaction sees what is committed when it begins: without one it sees the
            # same, and BEGIN and ROLLBACK are two trips less.
            self._reader = self._long_reader = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        #: What a process must know before it changes anything; it looks for itself, outside the unit's transaction.
        self.before_units: list[Callable[[], Awaitable[None]]] = []
        #: The same for reading.
        self.before_readings: list[Callable[[], Awaitable[None]]] = []

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Unit]:
        """A unit of work that may write. On SQLite it takes the write lock at once, so it never fails half way."""
        for look in self.before_units:
            await look()
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            yield Unit(session)

    @asynccontextmanager
    async def reading(self, *, look: bool = True, long: bool = False) -> AsyncIterator[AsyncSession]:
        """A session for reading only: it takes no write lock, and what is changed in it is never written.

        `look`: False for those that look themselves for what a process must know. `long`: what is read takes more than some
        milliseconds, such as statistics of a county; on SQLite everything else in the process goes on meanwhile.
        """
        for each in self.before_readings if look else ():
            await each()
        reader = self._long_reader if long else self._reader
        async with AsyncSession(reader, expire_on_commit=False, autoflush=False) as session:
            yield session

    async def dispose(self) -> None:
        """Close every connection."""
        await self.engine.dispose()
        await self._threaded.dispose()


def _sqlite(url: str) -> AsyncEngine:
    return create_async_engine(url, async_creator=connector(make_url(url).database or ""))


def _postgres(url: str) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=KEPT_CONNECTIONS,
        max_overflow=MORE_CONNECTIONS,
        connect_args={"prepared_statement_cache_size": KEPT_STATEMENTS},
    )


def _look_before_use(engine: AsyncEngine) -> None:
    """As the pool's own ping: a server that was started anew is noticed before a request meets a dead connection."""

    @event.listens_for(engine.sync_engine, "checkin")
    def on_checkin(_connection: Any, record: Any) -> None:
        record.info["used_at"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def on_checkout(connection: Any, record: Any, _proxy: Any) -> None:
        used_at = record.info.get("used_at")
        if used_at is None or time.monotonic() - used_at < TRUSTED_SECONDS:
            return
        dialect = engine.sync_engine.dialect
        try:
            alive = dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            if not dialect.is_disconnect(error, connection, None):
                raise
            alive = False
        if not alive:
            raise InvalidatePoolError("the server was started anew")


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in ("journal_mode=wal", "synchronous=normal", "foreign_keys=on", "busy_timeout=0"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("guitu_read_only")
        connection.exec_driver_sql("BEGIN" if read_only else BEGIN_WRITING)
