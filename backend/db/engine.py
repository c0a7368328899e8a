"""The database: one engine a process, and units of work that commit when told to and roll back otherwise."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

BUSY_MILLISECONDS = 15_000


class Unit:
    """One transaction: work through `session`, then `commit()`. Leaving without a commit rolls back.

    What must follow a commit (waking a worker, a live page) is given to `after_commit`; it runs only then.
    """

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self._after: list[Callable[[], None]] = []

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call `callback` once this unit has committed; never when it rolls back."""
        self._after.append(callback)

    async def commit(self) -> None:
        """Make everything of this unit last, then run what waited for it. A second call starts from a new transaction."""
        await self.session.commit()
        callbacks, self._after = self._after, []
        for callback in callbacks:
            callback()


class Database:
    """The engine and its units of work. SQLite and PostgreSQL behave alike for what is written with it."""

    def __init__(self, url: str) -> None:
        self.engine: AsyncEngine = create_async_engine(url, pool_pre_ping=not url.startswith("sqlite"))
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        if self.is_sqlite:
            _prepare_sqlite(self.engine)
        self._reader = self.engine.execution_options(guitu_read_only=True)
        #: What a process must know before it changes anything; it looks for itself, outside the unit's transaction.
        self.before_units: list[Callable[[], Awaitable[None]]] = []

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Unit]:
        """A unit of work that may write. On SQLite it takes the write lock at once, so it never fails half way."""
        for look in self.before_units:
            await look()
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            yield Unit(session)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session for reading only: it takes no write lock and is rolled back at the end."""
        async with AsyncSession(self._reader, expire_on_commit=False) as session:
            yield session

    async def dispose(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # The driver's own BEGIN comes too late for reads and is deferred: we say it ourselves, below.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=wal", "synchronous=normal", "foreign_keys=on", f"busy_timeout={BUSY_MILLISECONDS}"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("guitu_read_only")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
