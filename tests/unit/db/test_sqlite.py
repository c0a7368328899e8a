"""SQLite in the event loop: who waits for a lock sleeps, writers take turns, and nobody who gives up leaves a lock behind."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from backend.db import sqlite
from backend.db.engine import Database, Unit
from backend.errors import TryAgain


@pytest.fixture
async def db(tmp_path: Path) -> Database:
    """A database with one table of one number."""
    made = Database(f"sqlite+aiosqlite:///{tmp_path / 'small.db'}")
    async with made.unit() as unit:
        await unit.session.execute(text("CREATE TABLE tally (n INTEGER)"))
        await unit.session.execute(text("INSERT INTO tally VALUES (0)"))
        await unit.commit()
    return made


def other_process(db: Database) -> sqlite3.Connection:
    """A connection as another process has it."""
    path = db.engine.url.database
    assert path is not None
    return sqlite3.connect(path, isolation_level=None)


async def add(unit: Unit) -> None:
    """Count one up, in two statements that others could come between."""
    n = await unit.session.scalar(text("SELECT n FROM tally"))
    await asyncio.sleep(0)
    await unit.session.execute(text("UPDATE tally SET n = :n"), {"n": n + 1})


async def tally(db: Database, *, long: bool = False) -> int:
    async with db.reading(long=long) as session:
        return int(await session.scalar(text("SELECT n FROM tally")) or 0)


async def test_writers_of_one_process_take_turns(db: Database) -> None:
    async def write() -> None:
        async with db.unit() as unit:
            await add(unit)
            await unit.commit()

    await asyncio.gather(*(write() for _ in range(20)))
    assert await tally(db) == await tally(db, long=True) == 20
    await db.dispose()


async def test_who_waits_for_another_process_holds_up_nobody(db: Database) -> None:
    other = other_process(db)
    other.execute("BEGIN IMMEDIATE")

    async def write() -> None:
        async with db.unit() as unit:
            await add(unit)
            await unit.commit()

    writing = asyncio.create_task(write())
    for _ in range(5):
        assert await tally(db) == 0  # reading goes on meanwhile
        await asyncio.sleep(sqlite.LONGEST_PAUSE)
    assert not writing.done()
    other.execute("COMMIT")
    await writing
    assert await tally(db) == 1
    await db.dispose()


async def test_after_so_long_it_is_told_that_the_database_is_locked(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
    other = other_process(db)
    other.execute("BEGIN IMMEDIATE")
    for _ in range(2):  # and the second is not held up by the first, which has gone
        with pytest.raises(OperationalError, match="locked"):
            async with db.unit() as unit:
                await add(unit)
    other.execute("ROLLBACK")
    async with db.unit() as unit:
        await add(unit)
        await unit.commit()
    assert await tally(db) == 1
    await db.dispose()


async def test_a_unit_that_is_given_up_leaves_no_lock_behind(db: Database) -> None:
    begun = asyncio.Event()

    async def never_ends() -> None:
        async with db.unit() as unit:
            await add(unit)
            begun.set()
            await asyncio.Event().wait()

    given_up = asyncio.create_task(never_ends())
    await begun.wait()
    waiting = asyncio.create_task(never_ends())
    await asyncio.sleep(0)
    for task in (waiting, given_up):
        task.cancel()
    await asyncio.gather(given_up, waiting, return_exceptions=True)
    async with db.unit() as unit:
        await add(unit)
        await unit.commit()
    assert await tally(db) == 1
    other_process(db).execute("BEGIN IMMEDIATE")
    await db.dispose()


async def test_what_is_rolled_back_is_gone(db: Database) -> None:
    with pytest.raises(RuntimeError):
        async with db.unit() as unit:
            await add(unit)
            raise RuntimeError
    assert await tally(db) == 0
    await db.dispose()


async def test_a_unit_opened_inside_a_unit_is_told_so_at_once(db: Database) -> None:
    async with db.unit() as unit:
        await add(unit)
        with pytest.raises(RuntimeError, match="inside a unit"):
            async with db.unit() as inner:
                await add(inner)
        await unit.commit()  # the outer one is none the worse for it
    for _ in range(2):  # nor is one after the other, by the same task, taken for one inside the other
        async with db.unit() as unit:
            await add(unit)
            await unit.commit()
    assert await tally(db) == 3
    await db.dispose()


async def test_who_waits_too_long_for_a_turn_is_asked_to_try_again(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def write() -> None:
        async with db.unit() as unit:
            await add(unit)
            await unit.commit()

    async with db.unit() as unit:
        await add(unit)
        monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.05)
        with pytest.raises(TryAgain) as refused:
            await asyncio.create_task(write())
        assert (refused.value.status, refused.value.code) == (503, "busy")
        await unit.commit()
    await write()
    assert await tally(db) == 2
    await db.dispose()


async def test_many_rows_are_written_whole_or_not_at_all(db: Database) -> None:
    many = [{"n": n} for n in range(3)]
    with pytest.raises(RuntimeError):
        async with db.unit() as unit:
            await unit.session.execute(text("INSERT INTO tally VALUES (:n)"), many)
            raise RuntimeError
    other = other_process(db)
    other.execute("BEGIN IMMEDIATE")

    async def write() -> None:
        async with db.unit() as unit:
            await unit.session.execute(text("INSERT INTO tally VALUES (:n)"), many)
            await unit.commit()

    writing = asyncio.create_task(write())
    await asyncio.sleep(sqlite.LONGEST_PAUSE)
    other.execute("COMMIT")
    await writing
    async with db.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM tally")) == 1 + len(many)
    await db.dispose()
