"""Appointments over real HTTP: made, moved, full, given up, reminded of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
import time_machine

from backend.applications import service as applications
from backend.appointments import service
from backend.appointments.endpoints import blueprint
from backend.calendars import service as calendars
from backend.clock import local, now
from backend.departments.seed import seed_examples
from backend.errors import Conflict
from backend.house import House
from backend.outbox.service import deliver_due
from tests.support.people import CLERK, COUNTY, accepted, said, submitted, tasks_of
from tests.support.staff import Desk, desk, served


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with served(house, blueprint) as url:
        yield url


@pytest.fixture
async def clerk(house: House, address: str) -> AsyncIterator[Desk]:
    async with desk(house, address, "window") as someone:
        yield someone


async def free(clerk: Desk) -> list[str]:
    return [slot["starts_at"] for slot in (await clerk.get(f"/api/appointments/{COUNTY}")).json()["free"]]


async def test_a_time_is_made_moved_and_given_up_and_the_veteran_is_told(house: House, clerk: Desk) -> None:
    application = await accepted(house)
    first, *_, last = await free(clerk)
    assert (await clerk.post("/api/appointments", number=application.number, starts_at=first)).status_code == 200
    moved = await clerk.post("/api/appointments", number=application.number, starts_at=last)
    assert moved.json() == {"starts_at": last}
    shown = (await clerk.get(f"/api/appointments/{COUNTY}", days="31")).json()["appointments"]
    assert [(each["number"], each["starts_at"]) for each in shown] == [(application.number, last)]
    assert (await clerk.post("/api/appointments/cancel", number=application.number)).json() == {"cancelled": True}
    assert (await clerk.post("/api/appointments/cancel", number=application.number)).json() == {"cancelled": False}
    lines = " ".join(await said(house, application))
    assert "约好了" in lines and "改好了" in lines and "预约取消了" in lines


async def test_nobody_gets_a_place_that_is_taken_however_many_press_at_once(house: House, clerk: Desk) -> None:
    start = (await free(clerk))[0]
    cases = [await accepted(house) for _ in range(3)]
    answers = await asyncio.gather(*(clerk.post("/api/appointments", number=each.number, starts_at=start) for each in cases))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert refused.json()["error"] == "no_place" and refused.json()["allowed"]
    assert start not in await free(clerk)


async def test_a_day_on_which_the_county_is_closed_is_not_offered(house: House, clerk: Desk) -> None:
    first = datetime.fromisoformat((await free(clerk))[0]).date()
    await calendars.close_days(house, COUNTY, [first], "台风", CLERK)
    assert not [start for start in await free(clerk) if datetime.fromisoformat(start).date() == first]


async def test_only_who_passed_the_pre_review_can_have_one(house: House, clerk: Desk) -> None:
    application = await submitted(house)
    answer = await clerk.post("/api/appointments", number=application.number, starts_at=(await free(clerk))[0])
    assert (answer.status_code, answer.json()["error"]) == (409, "not_allowed")


@pytest.mark.parametrize("starts_at", ["2026-01-01T09:00:00+08:00", "yesterday", "2026-11-26T09:00:00"])
async def test_a_time_that_is_none_is_refused(house: House, clerk: Desk, starts_at: str) -> None:
    application = await accepted(house)
    answer = await clerk.post("/api/appointments", number=application.number, starts_at=starts_at)
    assert answer.status_code == 400


async def test_a_case_that_is_withdrawn_or_transferred_gives_its_place_back(house: House, clerk: Desk) -> None:
    start = (await free(clerk))[0]
    for leave in (
        lambda number: applications.withdraw(house, number, CLERK),
        lambda number: applications.transfer(house, number, CLERK, "350582", "落户在晋江"),
    ):
        application = await accepted(house)
        await service.book(house, application.number, CLERK, datetime.fromisoformat(start))
        await leave(application.number)
        async with house.db.reading() as session:
            assert await service.of_application(session, application) is None


async def test_the_evening_before_there_is_a_reminder_unless_it_was_moved(house: House, clerk: Desk) -> None:
    kept, moved = await accepted(house), await accepted(house)
    times = [datetime.fromisoformat(start) for start in await free(clerk)]
    start = next(each for each in times if local(each).date() > local(now()).date() + timedelta(days=1))
    later = next(each for each in times if each.date() > start.date())
    await service.book(house, kept.number, CLERK, start)
    await service.book(house, moved.number, CLERK, start)
    await service.book(house, moved.number, CLERK, later)
    with time_machine.travel(start - timedelta(hours=12), tick=False):
        await deliver_due(house, {service.TOPIC: service.remind})
    assert any("提醒" in line for line in await said(house, kept))
    assert not any("提醒" in line for line in await said(house, moved))


async def test_who_checked_in_early_or_was_rejected_gives_the_place_back_and_nothing_of_the_window_stays_open(
    house: House, clerk: Desk
) -> None:
    await seed_examples(house)
    start = datetime.fromisoformat((await free(clerk))[-1])
    early, refused = await accepted(house), await accepted(house)
    for application in (early, refused):
        await service.book(house, application.number, CLERK, start)
        await applications.receive_originals(house, application.number, CLERK)
    await applications.check_in(house, early.number, CLERK)
    await applications.differ(house, refused.number, CLERK, [("certificate_number", "与原件不一致")])
    await applications.correct(
        house, refused.number, f"veteran:{refused.conversation_id}", {"certificate_number": "退字第2026002号"}
    )
    await applications.reject(house, refused.number, CLERK, "安置地不在本县")
    async with house.db.reading() as session:
        assert await service.of_application(session, early) is None
        assert await service.of_application(session, refused) is None
    assert {task.state for task in (await tasks_of(house, refused)).values()} == {"declined"}


async def test_nobody_is_reminded_to_come_who_has_to_correct_something_first(house: House, clerk: Desk) -> None:
    application = await accepted(house)
    start = datetime.fromisoformat((await free(clerk))[-1])
    await service.book(house, application.number, CLERK, start)
    await applications.receive_originals(house, application.number, CLERK)
    await applications.differ(house, application.number, CLERK, [("certificate_number", "与原件不一致")])
    with time_machine.travel(start - timedelta(hours=12), tick=False):
        await deliver_due(house, {service.TOPIC: service.remind})
    assert not any("提醒" in line for line in await said(house, application))


@pytest.mark.parametrize("first", ["0001-01-01", "9999-12-31"])
async def test_a_week_at_either_end_of_the_calendar_is_refused(clerk: Desk, first: str) -> None:
    answer = await clerk.get(f"/api/appointments/{COUNTY}", **{"from": first})
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_day")


async def test_a_full_time_is_refused_in_the_service_too(house: House, clerk: Desk) -> None:
    start = datetime.fromisoformat((await free(clerk))[0])
    for _ in range(2):
        await service.book(house, (await accepted(house)).number, CLERK, start)
    with pytest.raises(Conflict):
        await service.book(house, (await accepted(house)).number, CLERK, start)


async def test_the_places_of_a_county_are_shown_to_its_own_staff_alone(house: House, address: str, clerk: Desk) -> None:
    async with desk(house, address, "window", county="350582") as stranger:
        other = await stranger.get(f"/api/appointments/{COUNTY}")
    unknown = await clerk.get("/api/appointments/999999")
    for answer in (other, unknown):
        assert (answer.status_code, answer.json()["error"]) == (404, "unknown_county")
        assert "free" not in answer.json()
