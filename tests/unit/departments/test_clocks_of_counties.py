"""Every clock keeps to the working days of the county that has the case (notice 四(八))."""

from __future__ import annotations

from datetime import date, time

import pytest
import time_machine

from backend.applications import service as applications
from backend.applications.actor import Actor
from backend.calendars import service as calendars
from backend.departments.seed import seed_examples
from backend.house import House
from tests.support.limits import at, due_of, received
from tests.support.people import CLERK, COUNTY, accepted, said, send, tasks_of

OTHER = "350582"
BOSS = Actor("staff:boss")
CLOSED = [date(2026, 11, 24), date(2026, 11, 26)]


@pytest.fixture
async def closed(house: House) -> House:
    """The county is closed on Tuesday and Thursday, and at half past five on the others."""
    with time_machine.travel(at("2026-11-20 09:00"), tick=False):
        await calendars.close_days(house, COUNTY, CLOSED, "示例台风", BOSS)
        await calendars.set_hours(house, COUNTY, time(17, 30), "示例作息", BOSS)
    return house


@pytest.mark.parametrize(
    ("matter", "starts_with", "due"),
    [
        ("household_restoration", None, "2026-11-25 17:30"),  # notice 四(三)
        ("pension_transfer", "funds_verified", "2026-12-02 17:30"),  # notice 四(四)
        ("social_card", None, "2026-11-30 17:30"),  # notice 四(六)
        ("party_league", "approved", "2026-11-25 17:30"),  # notice 四(七)
    ],
)
async def test_every_start_counts_with_them(closed: House, matter: str, starts_with: str | None, due: str) -> None:
    moment, name = "2026-11-23 16:00", "party" if matter == "party_league" else matter
    with time_machine.travel(at(moment), tick=False):
        if matter == "party_league":
            await seed_examples(closed)
            application = await accepted(closed, matters=["report_in", matter], political_status="party")
            application = await applications.intake(closed, application.number, CLERK)
        else:
            application = await received(closed, moment, matter)
        if starts_with:
            await send(closed, (await tasks_of(closed, application))[name], starts_with)
    assert await due_of(closed, application, name) == at(due)


async def test_the_days_after_an_enrolment_are_counted_with_them(closed: House) -> None:  # notice 三(六)
    application = await received(closed, "2026-11-23 10:00", "pension_enrolment")
    with time_machine.travel(at("2026-11-23 11:00"), tick=False):
        await send(closed, (await tasks_of(closed, application))["pension_enrolment"], "done")
    # The fifth working day after Monday is not the 30th, as two days in between are closed.
    assert any("12月2日" in text for text in await said(closed, application) if "参保登记办好了" in text)


async def test_the_windows_own_clock_keeps_to_them(closed: House) -> None:  # notice 四(一)
    await seed_examples(closed)
    application = await accepted(closed)
    with time_machine.travel(at("2026-11-23 10:00"), tick=False):
        await applications.receive_originals(closed, application.number, CLERK)
    assert await due_of(closed, application, "report_in") == at("2026-11-25 12:00")


async def test_a_case_that_goes_to_another_county_starts_its_clock_there_anew(closed: House) -> None:
    await seed_examples(closed)
    application = await accepted(closed)
    with time_machine.travel(at("2026-11-23 10:00"), tick=False):
        await applications.receive_originals(closed, application.number, CLERK)
        await applications.transfer(closed, application.number, CLERK, OTHER, "落户在晋江")
    task = (await tasks_of(closed, application))["report_in"]
    assert (task.state, task.due_at, task.next_alert_at, task.county) == ("waiting_veteran", None, None, OTHER)
    with time_machine.travel(at("2026-11-23 16:00"), tick=False):
        await applications.record_archive(closed, application.number, CLERK)
        await applications.accept(closed, application.number, CLERK)
        await applications.receive_originals(closed, application.number, CLERK)
    task = (await tasks_of(closed, application))["report_in"]
    assert (task.state, task.due_at) == ("received", at("2026-11-24 18:00"))
    assert task.unit_id is not None and task.next_alert_at is not None
