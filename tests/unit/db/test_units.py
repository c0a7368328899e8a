"""A unit of work: what is gathered in it is written together, and what several need to know is asked once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, event

from backend.applications import service as applications
from backend.db.engine import Unit
from backend.departments.seed import seed_examples
from backend.house import House
from backend.systems.seed import seed_links
from tests.support.people import CLERK, accepted


async def test_what_is_given_within_together_is_written_once_at_its_end(house: House) -> None:
    written: list[list[str]] = []

    async def write(_unit: Unit, items: Sequence[str]) -> None:
        written.append(list(items))

    async with house.db.unit() as unit:
        await unit.later(write, "before")
        async with unit.together():
            await unit.later(write, "first")
            await unit.later(write, "second")
            assert written == [["before"]]
        await unit.later(write, "after")
    assert written == [["before"], ["first", "second"], ["after"]]


async def test_nothing_that_was_gathered_is_written_when_the_command_fails(house: House) -> None:
    written: list[str] = []

    async def write(_unit: Unit, items: Sequence[str]) -> None:
        written.extend(items)

    async with house.db.unit() as unit:
        with pytest.raises(LookupError):
            async with unit.together():
                await unit.later(write, "lost")
                raise LookupError
        await unit.later(write, "kept")
    assert written == ["kept"]


async def test_a_commit_within_together_would_lose_what_is_gathered_and_is_refused(house: House) -> None:
    async with house.db.unit() as unit:
        with pytest.raises(RuntimeError, match="together"):
            async with unit.together():
                await unit.commit()


async def test_after_a_commit_what_was_asked_once_is_asked_again(house: House) -> None:
    asked: list[int] = []

    async def read() -> int:
        asked.append(1)
        return len(asked)

    async with house.db.unit() as unit:
        assert await unit.once("name", read) == 1
        await unit.commit()
        assert await unit.once("name", read) == 2


async def test_what_is_asked_once_is_asked_once_in_each_unit(house: House) -> None:
    asked: list[int] = []

    async def read() -> int:
        asked.append(1)
        return len(asked)

    async with house.db.unit() as unit:
        assert [await unit.once("name", read), await unit.once("name", read)] == [1, 1]
    async with house.db.unit() as unit:
        assert await unit.once("name", read) == 2


async def test_a_commit_before_what_was_gathered_is_written_is_a_mistake_that_is_told(house: House) -> None:
    async def write(_unit: Unit, _items: Sequence[str]) -> None:
        raise AssertionError("nothing is written by a command that fails")

    async with house.db.unit() as unit:
        with pytest.raises(RuntimeError, match="commit within together"):
            async with unit.together():
                await unit.later(write, "lost")
                await unit.commit()
        await unit.commit()


async def test_a_commit_by_what_only_reads_is_a_mistake_that_is_told(house: House) -> None:
    async with house.db.unit() as unit:
        with pytest.raises(RuntimeError, match="commit within once"):
            await unit.once("name", unit.commit)
        await unit.commit()


async def test_what_was_asked_once_is_asked_anew_after_a_commit(house: House) -> None:
    asked: list[int] = []

    async def read() -> int:
        asked.append(1)
        return len(asked)

    async with house.db.unit() as unit:
        await unit.once("name", read)
        await unit.commit()
        assert await unit.once("name", read) == 2


async def statements_of_check_in(house: House, matters: Sequence[str]) -> int:
    application = await accepted(house, matters=list(matters))
    await applications.receive_originals(house, application.number, CLERK)
    sent: list[str] = []

    def keep(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        # SQLite, which is no trip away, is given one row at a time where it counts them.
        if not (house.db.is_sqlite and statement.startswith("INSERT")):
            sent.append(statement)

    event.listen(house.db.engine.sync_engine, "before_cursor_execute", keep)
    try:
        await applications.check_in(house, application.number, CLERK)
    finally:
        event.remove(house.db.engine.sync_engine, "before_cursor_execute", keep)
    return len(sent)


async def test_a_check_in_of_many_matters_asks_and_writes_no_more_often_than_one_of_few(house: House) -> None:
    await seed_examples(house)
    await seed_links(house)
    few = ["report_in", "local_subsidy", "medical_transfer", "social_card"]
    many = [*few, "household_restoration", "pension_enrolment", "pension_transfer", "annuity_transfer", "medical_enrolment"]
    # Once before, so that nothing is counted that a process does the first time only.
    await statements_of_check_in(house, few)
    assert await statements_of_check_in(house, many) == await statements_of_check_in(house, few)
