"""What departments report: applied once, in any order, told to the veteran, never undoing an end (notice 三, 四, 五)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from backend.applications import repository as applications
from backend.applications.model import Application
from backend.clock import now
from backend.errors import Conflict
from backend.house import House
from backend.notices import repository as notices
from tests.support.people import in_progress, said, send, tasks_of

MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 10:00 in Shanghai
NEXT_NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def at(day: int, hour: int) -> datetime:
    """An hour of November 2026 in Shanghai."""
    return datetime(2026, 11, day, hour - 8, tzinfo=UTC)


async def state_of(house: House, application: Application) -> str:
    async with house.db.reading() as session:
        found = await applications.by_id(session, application.id)
        assert found is not None
        return found.state


# --- clocks (notice 四) -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("matter", ["household_restoration", "pension_enrolment", "medical_enrolment", "medical_transfer"])
async def test_a_one_day_limit_starts_when_the_push_is_received(house: House, matter: str) -> None:
    with time_machine.travel(MORNING, tick=False):
        application = await in_progress(house)
        assert (await tasks_of(house, application))[matter].due_at is None
        await send(house, (await tasks_of(house, application))[matter], "received")
    assert (await tasks_of(house, application))[matter].due_at == NEXT_NOON


async def test_the_social_card_has_three_days_from_the_push_as_the_bank_was_chosen_before(house: House) -> None:
    with time_machine.travel(MORNING, tick=False):
        application = await in_progress(house)
        await send(house, (await tasks_of(house, application))["social_card"], "received")
    assert (await tasks_of(house, application))["social_card"].due_at == datetime(2026, 11, 26, 4, tzinfo=UTC)


@pytest.mark.parametrize("matter", ["pension_transfer", "annuity_transfer"])
async def test_five_days_start_when_the_money_that_arrived_is_verified(house: House, matter: str) -> None:
    with time_machine.travel(MORNING, tick=False):
        application = await in_progress(house)
        task = (await tasks_of(house, application))[matter]
        await send(house, task, "received")
    task = (await tasks_of(house, application))[matter]
    assert (task.state, task.due_at) == ("waiting_funds", None)
    with time_machine.travel(at(25, 16), tick=False):
        await send(house, task, "funds_verified")
        await send(house, task, "funds_verified", now() + timedelta(minutes=1))
    task = (await tasks_of(house, application))[matter]
    assert (task.state, task.due_at) == ("received", datetime(2026, 12, 2, 10, tzinfo=UTC))


@pytest.mark.parametrize("path", ["party", "league"])
async def test_the_transfer_of_membership_has_one_day_from_the_approval(house: House, path: str) -> None:
    with time_machine.travel(MORNING, tick=False):
        application = await in_progress(house)
        task = (await tasks_of(house, application))[path]
        await send(house, task, "waiting", waiting_for="approval")
        assert (await tasks_of(house, application))[path].due_at is None
        await send(house, task, "approved")
    task = (await tasks_of(house, application))[path]
    assert (task.state, task.due_at) == ("received", NEXT_NOON)


async def test_the_subsidy_has_no_limit_and_is_told_when_it_is_paid(house: House) -> None:
    application = await in_progress(house)
    task = (await tasks_of(house, application))["local_subsidy"]
    await send(house, task, "waiting", waiting_for="funds")
    await send(house, task, "funds_verified")
    task = (await tasks_of(house, application))["local_subsidy"]
    assert (task.state, task.due_at) == ("received", None)
    await send(house, task, "done")
    assert any(
        "补助已经发到" in text and application.answers["bank_card"][-4:] in text for text in await said(house, application)
    )


async def test_a_failed_payment_waits_for_the_veteran_and_is_not_done(house: House) -> None:
    application = await in_progress(house)
    task = (await tasks_of(house, application))["local_subsidy"]
    await send(house, task, "waiting", waiting_for="veteran", reason="户名不一致")
    assert (await tasks_of(house, application))["local_subsidy"].state == "waiting_veteran"
    assert any("户名不一致" in text for text in await said(house, application))


async def test_the_clock_stands_while_the_veteran_is_waited_for_and_then_starts_anew(house: House) -> None:
    with time_machine.travel(MORNING, tick=False):
        application = await in_progress(house)
        task = (await tasks_of(house, application))["household_restoration"]
        await send(house, task, "received")
        await send(house, task, "paper_needed", reason="户口簿缺页", material=7)
        assert (await tasks_of(house, application))["household_restoration"].due_at is None
    with time_machine.travel(at(26, 9), tick=False):
        await send(house, task, "received")
    task = (await tasks_of(house, application))["household_restoration"]
    assert (task.state, task.due_at) == ("received", datetime(2026, 11, 27, 4, tzinfo=UTC))


async def test_acknowledging_moves_no_clock(house: House) -> None:
    with time_machine.travel(MORNING, tick=False):
        application = await in_progress(house)
        task = (await tasks_of(house, application))["household_restoration"]
        await send(house, task, "received")
    with time_machine.travel(at(23, 17), tick=False):
        await send(house, task, "received")
    assert (await tasks_of(house, application))["household_restoration"].due_at == NEXT_NOON


# --- once, in any order -----------------------------------------------------------------------------------------------


async def test_the_same_event_gets_the_same_answer_and_other_content_is_refused(house: House) -> None:
    application = await in_progress(house)
    task = (await tasks_of(house, application))["medical_transfer"]
    moment = now()
    first = await send(house, task, "done", moment, "evt_1")
    again = await send(house, task, "done", moment, "evt_1")
    assert first == again == (200, {"applied": True, "state": "done", "reason": None})
    with pytest.raises(Conflict) as refusal:
        await send(house, task, "declined", moment, "evt_1", reason="不符合")
    assert refusal.value.code == "event_reused"
    assert (await tasks_of(house, application))["medical_transfer"].state == "done"


async def test_the_same_event_at_the_same_moment_is_applied_and_told_once(house: House) -> None:
    application = await in_progress(house)
    task = (await tasks_of(house, application))["medical_transfer"]
    moment = now()
    answers = await asyncio.gather(*(send(house, task, "done", moment, "evt_1") for _ in range(4)))
    assert all(answer == answers[0] for answer in answers)
    async with house.db.reading() as session:
        told = [row for row in await notices.of_application(session, application.id) if row.key.startswith(task.id)]
    assert sorted(row.channel for row in told) == ["chat", "sms"]


@pytest.mark.parametrize("end", ["done", "moved_offline", "declined"])
@pytest.mark.parametrize("late", ["received", "waiting", "funds_verified", "returned", "done", "declined"])
async def test_what_comes_after_the_end_never_undoes_it(house: House, end: str, late: str) -> None:
    application = await in_progress(house)
    task = (await tasks_of(house, application))["pension_transfer"]
    await send(house, task, end, reason="理由")
    more = {"waiting_for": "funds"} if late == "waiting" else {"reason": "理由"}
    status, answer = await send(house, task, late, now() + timedelta(minutes=1), **more)
    assert (status, answer["applied"], answer["state"]) == (200, False, end)
    assert answer["reason"]


async def test_an_older_report_does_not_take_back_a_newer_one(house: House) -> None:
    application = await in_progress(house)
    task = (await tasks_of(house, application))["pension_transfer"]
    moment = now()
    await send(house, task, "funds_verified", moment)
    status, answer = await send(house, task, "waiting", moment - timedelta(minutes=1), waiting_for="funds")
    assert (status, answer["applied"], answer["state"]) == (200, False, "received")
