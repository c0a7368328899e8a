"""The window (notice 三(二), 四(一)): originals, check-in and dispatch in one transaction; what lacks papers waits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from sqlalchemy import select

from backend.applications import service as applications
from backend.departments.seed import seed_examples
from backend.errors import Conflict, GuituError
from backend.house import House
from backend.outbox.model import OutboxRow
from tests.support.people import CLERK, accepted, in_progress, said, submitted, tasks_of

MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 10:00 in Shanghai


async def pushes(house: House) -> list[str]:
    async with house.db.reading() as session:
        return [row.payload["task"] for row in await session.scalars(select(OutboxRow).where(OutboxRow.topic == "task.push"))]


async def test_intake_does_report_in_and_survey_and_dispatches_the_rest(house: House) -> None:
    application = await in_progress(house)
    tasks = await tasks_of(house, application)
    assert application.state == "in_progress"
    assert {code for code, task in tasks.items() if task.state == "done"} == {"report_in", "training_survey"}
    dispatched = {code: task for code, task in tasks.items() if task.state == "dispatched"}
    assert set(dispatched) == {
        "local_subsidy",
        "household_restoration",
        "pension_enrolment",
        "pension_transfer",
        "annuity_transfer",
        "medical_enrolment",
        "medical_transfer",
        "social_card",
        "party",
        "league",
    }
    assert sorted(await pushes(house)) == sorted(task.id for task in dispatched.values())
    assert tasks["party"].department == "party_organisation" and tasks["league"].department == "league_committee"
    assert any("退役报到办好了" in text for text in await said(house, application))


async def test_the_clock_of_reporting_in_starts_when_the_originals_are_received(house: House) -> None:
    await seed_examples(house)
    with time_machine.travel(MORNING, tick=False):
        application = await accepted(house)
        await applications.receive_originals(house, application.number, CLERK)
    task = (await tasks_of(house, application))["report_in"]
    assert task.state == "received"
    assert task.due_at == datetime(2026, 11, 24, 4, 0, tzinfo=UTC)  # 12:00 next day # notice 四(八)
    with time_machine.travel(datetime(2026, 11, 23, 3, 0, tzinfo=UTC), tick=False):
        await applications.check_in(house, application.number, CLERK)
    task = (await tasks_of(house, application))["report_in"]
    assert task.state == "done" and task.done_at == datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize("lacking", [(1,), (2,), (1, 2, 8)])
async def test_without_papers_1_and_2_nobody_reports_in_and_nothing_is_half_done(
    house: House, lacking: tuple[int, ...]
) -> None:
    application = await accepted(house)
    await seed_examples(house)
    with pytest.raises(Conflict) as refusal:
        await applications.intake(house, application.number, CLERK, lacking)
    assert refusal.value.code == "papers_missing"
    async with house.db.reading() as session:
        assert (await applications.by_number(session, CLERK, application.number)).state == "accepted"
    assert not await tasks_of(house, application) and not await pushes(house)


@pytest.mark.parametrize(
    ("lacking", "waiting"),
    [
        ((8, 9), {"pension_transfer", "annuity_transfer"}),
        ((10,), {"annuity_transfer"}),
        ((11,), {"medical_enrolment", "medical_transfer"}),
        ((13,), {"party", "league"}),
        ((7,), {"household_restoration", "pension_enrolment"}),
        ((12,), {"social_card"}),
        ((3,), set()),
        (
            (4,),
            {
                "local_subsidy",
                "pension_enrolment",
                "pension_transfer",
                "annuity_transfer",
                "medical_enrolment",
                "medical_transfer",
                "social_card",
                "party",
                "league",
            },
        ),
    ],
)
async def test_a_missing_paper_stops_exactly_the_matters_that_need_it(
    house: House, lacking: tuple[int, ...], waiting: set[str]
) -> None:
    application = await in_progress(house, lacking)
    tasks = await tasks_of(house, application)
    assert {code for code, task in tasks.items() if task.state == "waiting_papers"} == waiting
    assert not waiting or any("还缺" in text for text in await said(house, application))


async def test_papers_brought_later_dispatch_what_waited_for_them_alone(house: House) -> None:
    application = await in_progress(house, (8, 11))
    before = len(await pushes(house))
    await applications.bring_papers(house, application.number, CLERK, [8])
    tasks = await tasks_of(house, application)
    assert tasks["pension_transfer"].state == tasks["annuity_transfer"].state == "dispatched"
    assert tasks["medical_transfer"].state == "waiting_papers"
    assert tasks["pension_transfer"].received_at is None
    assert len(await pushes(house)) == before + 2


@pytest.mark.parametrize("brought", [[], [9], [8, 9]])
async def test_papers_that_nobody_lacks_are_refused_and_nothing_of_them_is_taken(house: House, brought: list[int]) -> None:
    application = await in_progress(house, (8, 11))
    with pytest.raises(Conflict, match="还缺的是：8、11") as refused:
        await applications.bring_papers(house, application.number, CLERK, brought)
    assert refused.value.code == "not_lacking"
    assert (await tasks_of(house, application))["pension_transfer"].state == "waiting_papers"


async def test_originals_that_differ_go_back_to_the_veteran_and_the_clock_starts_anew(house: House) -> None:
    await seed_examples(house)
    with time_machine.travel(MORNING, tick=False):
        application = await accepted(house)
        await applications.receive_originals(house, application.number, CLERK)
        await applications.differ(house, application.number, CLERK, [("certificate_number", "与原件不一致")])
    task = (await tasks_of(house, application))["report_in"]
    assert (task.state, task.due_at) == ("waiting_veteran", None)
    veteran = f"veteran:{application.conversation_id}"
    await applications.correct(house, application.number, veteran, {"certificate_number": "退字第2026002号"})
    await applications.accept(house, application.number, CLERK)
    with time_machine.travel(datetime(2026, 11, 25, 2, 0, tzinfo=UTC), tick=False):
        await applications.receive_originals(house, application.number, CLERK)
    task = (await tasks_of(house, application))["report_in"]
    assert (task.state, task.due_at) == ("received", datetime(2026, 11, 26, 4, 0, tzinfo=UTC))


async def test_a_county_without_units_is_told_so_and_nothing_is_half_done(house: House) -> None:
    application = await accepted(house)
    with pytest.raises(Conflict) as refusal:
        await applications.intake(house, application.number, CLERK)
    assert refusal.value.code == "no_unit"
    assert not await tasks_of(house, application)


async def test_who_only_reports_in_is_through_at_check_in(house: House) -> None:
    application = await in_progress(house, matters=["report_in"])
    assert application.state == "completed"
    assert any("祝你一切顺利" in text for text in await said(house, application))


async def test_unknown_papers_and_wrong_states_are_refused(house: House) -> None:
    application = await accepted(house)
    with pytest.raises(GuituError) as unknown:
        await applications.intake(house, application.number, CLERK, [77])
    assert unknown.value.code == "unknown_material"
    with pytest.raises(Conflict):
        await applications.intake(house, (await submitted(house)).number, CLERK)


async def test_a_limit_beyond_the_published_calendar_is_told_as_provisional(house: House) -> None:  # notice 四(八)
    with time_machine.travel(datetime(2031, 3, 4, 2, 0, tzinfo=UTC), tick=False):
        application = await accepted(house)
        await applications.receive_originals(house, application.number, CLERK)
    assert any("3月5日 12:00（暂定）办好" in line for line in await said(house, application))
