"""How it stands: each matter, who holds it, since when, due when, what next."""

from __future__ import annotations

from datetime import UTC, datetime

import time_machine

from backend.applications import service as applications
from backend.applications.model import Application
from backend.house import House
from backend.locale.text import render
from tests.support.people import in_progress, send, submitted, tasks_of


async def view(house: House, application: Application) -> applications.ProgressView:
    async with house.db.reading() as session:
        found = await applications.latest_for_conversation(session, application.conversation_id)
        assert found is not None
        return await applications.progress(session, house, found)


async def test_before_check_in_nothing_has_begun(house: House) -> None:
    shown = await view(house, await submitted(house))
    assert {line.state for line in shown.lines} == {"not_started"}
    assert (shown.total, shown.done, shown.open) == (11, 0, 11)


async def test_each_line_says_who_holds_it_and_until_when(house: House) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 2, 0, tzinfo=UTC), tick=False):
        application = await in_progress(house, (13,))
        tasks = await tasks_of(house, application)
        await send(house, tasks["household_restoration"], "received")
        await send(house, tasks["pension_transfer"], "waiting", waiting_for="funds")
        shown = {line.path or line.matter.code: line for line in (await view(house, application)).lines}
    household = shown["household_restoration"]
    assert household.holder and render(household.holder) == "派出所" and household.unit == "示例·鼓楼派出所"
    assert household.due == datetime(2026, 11, 24, 4, 0, tzinfo=UTC) and not household.overdue
    assert shown["pension_transfer"].due is None and shown["pension_transfer"].next is not None
    assert shown["party"].for_veteran and "带到窗口" in render(shown["party"].next)


async def test_a_limit_that_passed_shows_as_overdue_and_waiting_is_counted_in_days(house: House) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 2, 0, tzinfo=UTC), tick=False):
        application = await in_progress(house)
        tasks = await tasks_of(house, application)
        await send(house, tasks["household_restoration"], "received")
        await send(house, tasks["pension_transfer"], "waiting", waiting_for="funds")
    with time_machine.travel(datetime(2026, 12, 5, 2, 0, tzinfo=UTC), tick=False):
        shown = {line.path or line.matter.code: line for line in (await view(house, application)).lines}
    assert shown["household_restoration"].overdue
    assert shown["pension_transfer"].waited_days == 12
