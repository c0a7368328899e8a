"""In the chat after filing: pressing for a result, complaining, coming by appointment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from backend.applications import service as applications
from backend.appointments import service as appointments
from backend.clock import local
from backend.departments.seed import seed_examples
from backend.house import House
from backend.requests import service as requests
from tests.support.people import CLERK, send, tasks_of
from tests.support.turns import Person

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai


async def filed(house: House, *, checked_in: bool) -> Person:
    """A veteran whose pre-review passed, or whose matters are with the departments."""
    person = Person(house)
    await person.fill(discharge_month="2026-09", matters=["report_in", "household_restoration", "medical_transfer"])
    await person.press("review=submit")
    number = (await person.application()).number
    await seed_examples(house)
    await applications.record_archive(house, number, CLERK)
    await applications.accept(house, number, CLERK)
    if checked_in:
        await applications.intake(house, number, CLERK)
    return person


async def asked(house: House) -> list[tuple[str, str | None]]:
    async with house.db.reading() as session:
        return [(each.kind, matter) for each, _, matter in await requests.waiting(session, CLERK)]


async def test_what_is_named_is_pressed_for(house: House) -> None:
    with time_machine.travel(MONDAY):
        person = await filed(house, checked_in=True)
        answer = await person.say("户口能不能催一下", "faq/urge", "answer")
    assert "替你催：恢复户口" in answer
    assert await asked(house) == [("urge", "household_restoration")]


async def test_without_a_name_what_is_overdue_is_pressed_for(house: House) -> None:
    with time_machine.travel(MONDAY):
        person = await filed(house, checked_in=True)
        task = (await tasks_of(house, await person.application()))["medical_transfer"]
        await send(house, task, "received")
    with time_machine.travel(MONDAY + timedelta(days=3)):
        await person.say("都多久了，快点", "faq/urge", "answer")
        await person.say("催催催", "faq/urge", "answer")
    assert await asked(house) == [("urge", "medical_transfer")]


async def test_before_check_in_there_is_nothing_to_press_for_and_the_way_is_told(house: House) -> None:
    with time_machine.travel(MONDAY):
        person = await filed(house, checked_in=False)
        assert "催一下" in await person.say("能催吗", "faq/urge", "answer")
    assert await asked(house) == []


@pytest.mark.parametrize(
    ("words", "recorded"),
    [
        ("窗口的人态度太差了", [("complaint", None)]),
        ("户口那边让我跑了三趟", [("complaint", "household_restoration")]),
        ("投诉电话多少", []),
    ],
)
async def test_a_complaint_is_recorded_and_the_question_how_to_complain_is_answered(
    house: House, words: str, recorded: list[tuple[str, str | None]]
) -> None:
    with time_machine.travel(MONDAY):
        person = await filed(house, checked_in=True)
        answer = await person.say(words, "faq/complain", "answer")
    assert ("记下了" in answer) == bool(recorded)
    assert await asked(house) == recorded


async def test_a_time_is_taken_moved_and_given_up_in_the_chat(house: House) -> None:
    with time_machine.travel(MONDAY):
        person = await filed(house, checked_in=False)
        assert "哪个时间" in await person.say("我想预约", "faq/appointment", "answer")
        offered = [choice["value"] for choice in person.last.replies[-1]["choices"]]
        assert "约好了" in await person.press(offered[0], "help", "answer")
        assert "你约的是" in await person.say("改预约", "faq/appointment", "answer")
        assert "约好了" in await person.press(offered[1], "help", "answer")
        async with house.db.reading() as session:
            made = await appointments.of_application(session, await person.application())
        assert made is not None and local(made.starts_at).isoformat(timespec="minutes") == offered[1].removeprefix(
            "appointment="
        )
        assert "取消了" in await person.press("appointment=cancel", "help", "answer")


@pytest.mark.parametrize("value", ["appointment=2026-11-01T09:00+08:00", "appointment=soon", "appointment=2026-11-24T09:00"])
async def test_a_time_that_cannot_be_had_is_answered_with_those_that_can(house: House, value: str) -> None:
    with time_machine.travel(MONDAY):
        person = await filed(house, checked_in=False)
        answer = await person.press(value, "help", "answer")
    assert "约不上了" in answer and "哪个时间" in answer
