"""“弄好了”: a task that waits for something the veteran does goes on when they say that it is done (notice 四(八))."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from backend.applications import service as applications
from backend.departments.model import Task
from backend.departments.seed import seed_examples
from backend.house import House
from backend.outbox.model import OutboxRow
from tests.support.people import CLERK, send, tasks_of
from tests.support.turns import Person


async def waiting(house: House, *matters: str, **more: Any) -> Person:
    """A veteran whose departments all wait for something they are to do."""
    person = Person(house)
    await person.fill(matters=["report_in", *matters])
    await person.press("review=submit")
    await seed_examples(house)
    number = (await person.application()).number
    await applications.record_archive(house, number, CLERK)
    await applications.accept(house, number, CLERK)
    await applications.intake(house, number, CLERK)
    for task in (await of(person)).values():
        if task.matter in matters:
            await send(house, task, "waiting", waiting_for="veteran", reason="请先在网上登记", **more)
    return person


async def of(person: Person) -> dict[str, Task]:
    return await tasks_of(person.house, await person.application())


@pytest.mark.parametrize(
    ("said", "intent", "step"),
    [
        ("弄好了", "affirm", "form"),
        ("已经填好了。", "inform", "form"),
        ("搞定", "out_of_scope", "fallback"),
        ("It's done.", "affirm", "form"),
    ],
)
async def test_what_waited_for_the_veteran_goes_on_with_its_clock(house: House, said: str, intent: str, step: str) -> None:
    person = await waiting(house, "medical_transfer")
    assert "马上接着办" in await person.say(said, intent, step)
    task = (await of(person))["medical_transfer"]
    assert task.state == "received" and task.due_at is not None
    async with house.db.reading() as session:
        rows = (await session.scalars(select(OutboxRow).where(OutboxRow.topic == "task.push"))).all()
    assert [row.payload["event"] for row in rows if row.payload["task"] == task.id].count("task.supplied") == 1


@pytest.mark.parametrize("said", ["弄好了吗", "还没弄好", "办好了没有", "怎么填好"])
async def test_a_question_or_a_not_yet_moves_nothing(house: House, said: str) -> None:
    person = await waiting(house, "medical_transfer")
    await person.say(said, "progress", "progress")
    assert (await of(person))["medical_transfer"].state == "waiting_veteran"


async def test_of_several_the_one_that_is_named_goes_on(house: House) -> None:
    person = await waiting(house, "medical_transfer", "household_restoration")
    assert "是哪一项" in await person.say("弄好了", "affirm")
    assert {task.state for task in (await of(person)).values()} == {"done", "waiting_veteran"}
    await person.say("恢复户口弄好了", "inform")
    held = await of(person)
    assert (held["household_restoration"].state, held["medical_transfer"].state) == ("received", "waiting_veteran")


async def test_who_has_nothing_waiting_is_answered_as_always(house: House) -> None:
    person = Person(house)
    await person.fill(matters=["report_in"])
    await person.press("review=submit")
    assert "马上接着办" not in await person.say("弄好了", "affirm")


async def test_what_waits_for_a_paper_does_not_go_on_by_words(house: House) -> None:
    person = await waiting(house, "household_restoration")
    await send(house, (await of(person))["household_restoration"], "paper_needed", material=7, reason="缺页")
    await person.say("弄好了", "affirm")
    assert (await of(person))["household_restoration"].state == "waiting_veteran"
