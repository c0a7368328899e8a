"""SQLite in the event loop itself. A statement takes some ten microseconds; handing it to a thread and back takes ten times that.

This is the connection that SQLAlchemy's own aiosqlite dialect drives, with the methods of aiosqlite that it calls, and without
aiosqlite's thread. Waiting for another process's write lock, which could hold up the loop for seconds, is done asleep, and the
writers of one process queue for it. What reads for long (statistics over everything) is given a thread of its own by
`Database.reading(long=True)`. What is left in the loop is short: a statement, and at times the log's way back into the file.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Self

from backend.errors import TryAgain

BUSY_SECONDS = 15.0
FIRST_PAUSE, LONGEST_PAUSE = 0.001, 0.02
BEGIN_WRITING = "BEGIN IMMEDIATE"


def connector(path: str) -> Callable[[], Awaitable[Connection]]:
    """What makes connections to the file for one engine: their writers go one after the other, first come, first served."""
    writing = Turns()

    async def connect() -> Connection:
        # No transaction of its own making, and no waiting: both are ours.
        return Connection(sqlite3.connect(path, isolation_level=None, timeout=0, check_same_thread=False), writing)

    return connect


class Turns:
    """The queue of a process's writers; a lock of whichever loop uses it."""

    def __init__(self) -> None:
        self._lock: asyncio.Lock | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._writer: asyncio.Task[Any] | None = None

    async def take(self) -> asyncio.Lock:
        """Wait for a turn; whoever got the lock gives it back by `release`.

        Raises TryAgain when none comes within BUSY_SECONDS, and RuntimeError to a task that would wait for itself.
        """
        lock, task = self.lock(), asyncio.current_task()
        if lock.locked() and task is not None and self._writer is task:
            raise RuntimeError("a unit of work was opened inside a unit of work: it would wait for itself for ever")
        try:
            async with asyncio.timeout(BUSY_SECONDS):
                await lock.acquire()
        except TimeoutError:
            raise TryAgain("系统正忙，什么都没有改动。请过一会儿再试一次。", code="busy") from None
        self._writer = task
        return lock

    def release(self, lock: asyncio.Lock) -> None:
        """Give a turn back."""
        if lock is self._lock:
            self._writer = None
        lock.release()

    def lock(self) -> asyncio.Lock:
        """The lock of the running loop."""
        loop = asyncio.get_running_loop()
        if self._lock is None or self._loop is not loop:
            self._lock, self._loop = asyncio.Lock(), loop
        return self._lock


class Connection:
    """One connection, as aiosqlite's looks to SQLAlchemy."""

    def __init__(self, connection: sqlite3.Connection, turns: Turns) -> None:
        self._conn = connection
        self._connection: sqlite3.Connection | None = connection
        self._turns = turns
        self._holds: asyncio.Lock | None = None

    @property
    def in_transaction(self) -> bool:
        """True from BEGIN to the end."""
        return self._conn.in_transaction

    def cursor(self) -> Cursor:
        """A cursor."""
        return Cursor(self._conn.cursor(), self)

    async def execute(self, statement: str) -> None:
        """Run one statement, outside what SQLAlchemy does."""
        await until_free(self._conn.execute, statement)

    async def commit(self) -> None:
        """End the transaction; its writes last."""
        if self._conn.in_transaction:
            await until_free(self._conn.execute, "COMMIT")
        self._let_go()

    async def rollback(self) -> None:
        """End the transaction; its writes are gone."""
        if self._conn.in_transaction:
            self._conn.execute("ROLLBACK")
        self._let_go()

    async def close(self) -> None:
        """Close it."""
        self.stop()

    def stop(self) -> None:
        """Close it at once."""
        self._let_go()
        if self._connection is not None:
            self._connection = None
            self._conn.close()

    async def create_function(self, *args: Any, **options: Any) -> None:
        """A function of SQL in Python."""
        self._conn.create_function(*args, **options)

    async def begin_writing(self, begin: Callable[[str], Any]) -> None:
        """Take the write lock: of this process's writers in turn, then of all processes'."""
        if self._holds is None:
            self._holds = await self._turns.take()
        try:
            await until_free(begin, BEGIN_WRITING)
        except BaseException:
            self._let_go()
            raise

    def _let_go(self) -> None:
        if self._holds is not None:
            self._turns.release(self._holds)
            self._holds = None


class Cursor:
    """One cursor, as aiosqlite's looks to SQLAlchemy."""

    def __init__(self, cursor: sqlite3.Cursor, connection: Connection) -> None:
        self._cursor = cursor
        self._of = connection

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def description(self) -> Any:
        """The columns of a result."""
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        """How many rows were changed."""
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The newest row's id."""
        return self._cursor.lastrowid

    @property
    def arraysize(self) -> int:
        """How many rows fetchmany gives."""
        return self._cursor.arraysize

    @arraysize.setter
    def arraysize(self, size: int) -> None:
        self._cursor.arraysize = size

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> Self:
        """Run one statement."""
        if statement == BEGIN_WRITING:
            await self._of.begin_writing(self._cursor.execute)
        else:
            await until_free(self._cursor.execute, statement, parameters)
        return self

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> Self:
        """Run one statement with each of the parameters.

        It is not begun again when the file is busy: it would write its first rows twice. Nor can the file be: a transaction is
        open, and one that writes has the lock since it began.
        """
        assert self._of.in_transaction, "many rows are written in a transaction"
        self._cursor.executemany(statement, parameters)
        return self

    async def fetchall(self) -> Sequence[Any]:
        """All rows that are left."""
        return self._cursor.fetchall()

    async def fetchone(self) -> Any:
        """The next row."""
        return self._cursor.fetchone()

    async def fetchmany(self, size: int | None = None) -> Sequence[Any]:
        """The next rows."""
        return self._cursor.fetchmany(size or self.arraysize)

    async def close(self) -> None:
        """Close it."""
        self._cursor.close()


async def until_free(run: Callable[..., Any], *given: Any) -> None:
    """Run a statement, again and again while another process holds the file. Raises what SQLite raises after BUSY_SECONDS."""
    loop, pause = asyncio.get_running_loop(), FIRST_PAUSE
    until = loop.time() + BUSY_SECONDS
    while True:
        try:
            run(*given)
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or loop.time() > until:
                raise
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)
