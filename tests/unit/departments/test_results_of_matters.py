"""Reports of departments, matter by matter (notice 三)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from backend.applications import repository as applications
from backend.applications import service
from backend.applications.model import Application
from backend.applications.papers import DONE_AT_CHECK_IN
from backend.clock import now
from backend.departments.seed import seed_examples
from backend.errors import Conflict
from backend.house import House
from backend.locale.text import render
from backend.notices import repository as notices
from tests.support.people import CLERK, accepted, in_progress, said, send, tasks_of

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


async def test_a_result_that_overtakes_the_answer_to_the_push_is_taken(house: House) -> None:
    application = await in_progress(house)
    task = (await tasks_of(house, application))["medical_transfer"]
    await send(house, task, "done")
    task = (await tasks_of(house, application))["medical_transfer"]
    assert task.state == "done" and task.received_at is not None


@pytest.mark.parametrize("matter", ["medical_transfer", "pension_transfer"])
async def test_returned_waits_for_the_right_unit(house: House, matter: str) -> None:
    application = await in_progress(house)
    await send(house, (await tasks_of(house, application))[matter], "returned", reason="不归本单位办")
    task = (await tasks_of(house, application))[matter]
    assert (task.state, task.due_at) == ("returned", None)


# --- refusals -----------------------------------------------------------------------------------------------------------


async def test_another_units_task_is_not_there_and_the_refusal_is_kept(house: House) -> None:
    application = await in_progress(house)
    tasks = await tasks_of(house, application)
    police, foreign = tasks["household_restoration"], tasks["medical_transfer"]
    own_id, police.id = police.id, foreign.id  # the police report about the insurer's task
    assert (await send(house, police, "done", event_id="evt_9"))[0] == 404
    police.id = own_id
    assert (await tasks_of(house, application))["medical_transfer"].state == "dispatched"
    with pytest.raises(Conflict):
        await send(house, police, "done", event_id="evt_9")


async def test_a_task_that_was_never_dispatched_has_no_result(house: House) -> None:
    application = await in_progress(house, (11,))
    tasks = await tasks_of(house, application)
    waiting = tasks["medical_transfer"]
    assert waiting.state == "waiting_papers"
    waiting.unit_id = tasks["household_restoration"].unit_id
    assert (await send(house, waiting, "done"))[0] == 404


@pytest.mark.parametrize("result", ["received", "done", "declined", "returned"])
async def test_what_check_in_does_no_departments_secret_does(house: House, result: str) -> None:  # notice 四(一)
    application = await accepted(house)
    await seed_examples(house)
    await service.receive_originals(house, application.number, CLERK)
    for matter in DONE_AT_CHECK_IN:
        task = (await tasks_of(house, application))[matter]
        status, answer = await send(house, task, result, reason="理由")
        assert (status, answer["error"], answer["allowed"]) == (409, "done_at_check_in", [])
        assert "窗口" in answer["message"]
    await service.check_in(house, application.number, CLERK)
    tasks = await tasks_of(house, application)
    assert {tasks[matter].state for matter in DONE_AT_CHECK_IN} == {"done"}


@pytest.mark.parametrize(
    ("result", "more"),
    [
        ("finished", {}),
        ("waiting", {}),
        ("done", {"waiting_for": "funds"}),
        ("waiting", {"waiting_for": "veteran"}),
        ("declined", {}),
        ("mailed", {}),
        ("done", {"colour": "red"}),
        ("paper_needed", {"reason": "缺", "material": 99}),
        ("ready", {}),  # this matter makes nothing that is collected
    ],
)
async def test_a_report_that_is_not_as_documented_is_refused(house: House, result: str, more: dict[str, object]) -> None:
    application = await in_progress(house)
    status, answer = await send(house, (await tasks_of(house, application))["medical_transfer"], result, **more)
    assert status == 422 and answer["error"] in ("invalid_result", "no_product")
    assert (await tasks_of(house, application))["medical_transfer"].state == "dispatched"


async def test_a_time_more_than_five_minutes_ahead_is_refused(house: House) -> None:
    application = await in_progress(house)
    task = (await tasks_of(house, application))["medical_transfer"]
    assert (await send(house, task, "done", now() + timedelta(minutes=6)))[0] == 422
    assert (await send(house, task, "done", now() + timedelta(minutes=4)))[0] == 200


async def test_a_time_before_the_dispatch_is_refused(house: House) -> None:  # an earlier day would make a late result look kept
    application = await in_progress(house)
    task = (await tasks_of(house, application))["medical_transfer"]
    assert task.dispatched_at is not None
    status, answer = await send(house, task, "done", task.dispatched_at - timedelta(minutes=6))
    assert (status, answer["error"]) == (422, "at_before_dispatch")
    assert (await tasks_of(house, application))["medical_transfer"].state == "dispatched"
    assert (await send(house, task, "done", task.dispatched_at - timedelta(minutes=4)))[0] == 200


# --- what the veteran hears, delivery, the end ----------------------------------------------------------------------


async def test_not_found_in_the_population_database_is_moved_offline_and_told(house: House) -> None:  # notice 三(五)
    application = await in_progress(house)
    await send(house, (await tasks_of(house, application))["household_restoration"], "moved_offline")
    assert any("线下办" in text for text in await said(house, application))


async def test_another_reason_to_go_offline_is_told_as_it_is(house: House) -> None:  # notice 三(五)
    application = await in_progress(house)
    task = (await tasks_of(house, application))["household_restoration"]
    await send(house, task, "moved_offline", reason="入伍地已经注销了户口")
    told = [text for text in await said(house, application) if "线下" in text]
    assert len(told) == 1 and "入伍地已经注销了户口" in told[0] and "没有查到" not in told[0]


async def test_who_wants_a_new_identity_card_is_sent_to_the_police(house: House) -> None:  # notice 三(五)
    wants = await in_progress(house, new_id_card=True)
    keeps = await in_progress(house, new_id_card=False)
    for application in (wants, keeps):
        await send(house, (await tasks_of(house, application))["household_restoration"], "done")
    assert any("采集人像和指纹" in text for text in await said(house, wants))
    assert any("可以接着用" in text for text in await said(house, keeps))


async def test_the_tax_office_is_named_with_the_fifth_working_day_after(house: House) -> None:  # notice 三(六)
    with time_machine.travel(MORNING, tick=False):
        application = await in_progress(house)
        await send(house, (await tasks_of(house, application))["pension_enrolment"], "done")
    text = next(text for text in await said(house, application) if "养老保险参保登记办好了" in text)
    assert render(date(2026, 11, 30)) in text and "联合办理登记表" in text


async def test_the_outcome_is_told(house: House) -> None:  # notice 三(七), 三(八)
    application = await in_progress(house)
    task = (await tasks_of(house, application))["annuity_transfer"]
    await send(house, task, "done", outcome={"转入年限": "2年"})
    assert any("转入年限：2年" in text for text in await said(house, application))


async def test_a_card_that_is_mailed_is_followed_to_the_door(house: House) -> None:  # notice 三(九), 五
    application = await in_progress(house)
    task = (await tasks_of(house, application))["social_card"]
    await send(house, task, "done")
    await send(house, task, "mailed", carrier="示例快递", tracking_number="EX1")
    assert any("示例快递" in text and "EX1" in text for text in await said(house, application))
    await send(house, task, "came_back")
    await send(house, task, "mailed", carrier="示例快递", tracking_number="EX2")
    await send(house, task, "delivered")
    async with house.db.reading() as session:
        (card,) = await applications.deliveries(session, application.id)
    assert (card.product, card.way, card.state, card.tracking_number) == ("card", "mail", "delivered", "EX2")
    assert (await send(house, task, "came_back"))[1]["applied"] is False


async def test_the_day_a_card_is_collected_moves_neither_month_nor_worked_time_of_its_result(house: House) -> None:  # notice 五
    with time_machine.travel(MORNING, tick=False):
        application = await in_progress(house)
        task = (await tasks_of(house, application))["household_restoration"]
        await send(house, task, "received")
    with time_machine.travel(NEXT_NOON, tick=False):
        await send(house, task, "done")
    ended = (await tasks_of(house, application))["household_restoration"]
    with time_machine.travel(datetime(2026, 12, 8, 2, tzinfo=UTC), tick=False):
        await send(house, task, "ready")
        await send(house, task, "collected", now() + timedelta(minutes=1))
    task = (await tasks_of(house, application))["household_restoration"]
    assert ended.ended_month == task.ended_month == "2026-11"
    assert ended.worked_minutes == task.worked_minutes


async def test_a_booklet_is_collected_in_person_with_the_identity_card(house: House) -> None:  # notice 三(五)
    application = await in_progress(house)
    task = (await tasks_of(house, application))["household_restoration"]
    await send(house, task, "done")
    await send(house, task, "ready")
    assert any("户口簿可以来取了" in text and "身份证" in text for text in await said(house, application))
    assert (await send(house, task, "ready"))[1]["applied"] is False


async def test_an_application_is_completed_when_all_has_ended_and_all_is_delivered(house: House) -> None:  # notice 五
    application = await in_progress(house, matters=["report_in", "household_restoration", "medical_transfer"])
    tasks = await tasks_of(house, application)
    await send(house, tasks["medical_transfer"], "declined", reason="在外省参保")
    await send(house, tasks["household_restoration"], "done")
    assert await state_of(house, application) == "in_progress"
    await send(house, tasks["household_restoration"], "ready")
    assert await state_of(house, application) == "in_progress"
    await send(house, tasks["household_restoration"], "collected")
    assert await state_of(house, application) == "completed"
    assert any("3项都有结果了" in text for text in await said(house, application))


async def test_a_booklet_announced_before_the_end_does_not_hold_up_what_went_offline(house: House) -> None:
    application = await in_progress(house, matters=["report_in", "household_restoration"])
    task = (await tasks_of(house, application))["household_restoration"]
    await send(house, task, "ready")
    await send(house, task, "moved_offline", reason="查不到")
    assert await state_of(house, application) == "completed"


async def test_a_wait_for_money_is_told_once_and_only_in_the_chat(house: House) -> None:
    application = await in_progress(house)
    task = (await tasks_of(house, application))["pension_transfer"]
    await send(house, task, "received")
    await send(house, task, "waiting", waiting_for="funds")
    async with house.db.reading() as session:
        told = [row for row in await notices.of_application(session, application.id) if row.key == f"{task.id}:waiting_funds"]
    assert [row.channel for row in told] == ["chat"]


# --- the copy of 《入党志愿书》 (notice 三(十)) ------------------------------------------------------------------------

FORM = "party_form_delivered"
FORM_THERE = "《中国共产党入党志愿书》复印件已经转到"


async def told_of_the_form(house: House, application: Application) -> list[str]:
    return [text for text in await said(house, application) if FORM_THERE in text]


@pytest.mark.parametrize("before", ["received", "waiting", "done"])
async def test_the_veteran_is_told_once_that_the_form_has_reached_the_organisation(house: House, before: str) -> None:
    application = await in_progress(house, political_status="party", party_organisation="示例社区党支部")
    task = (await tasks_of(house, application))["party"]
    await send(house, task, before, **({"waiting_for": "approval"} if before == "waiting" else {}))
    state = (await tasks_of(house, application))["party"].state
    for _ in range(2):  # a second report, of another event
        status, answer = await send(house, task, "form_delivered")
        assert (status, answer["applied"], answer["state"]) == (200, True, state)
    (text,) = await told_of_the_form(house, application)
    assert "示例社区党支部" in text and "会通知你" in text
    async with house.db.reading() as session:
        channels = {row.channel for row in await notices.of_application(session, application.id) if row.event == FORM}
    assert channels == {"chat", "sms"}


async def test_the_form_moves_neither_the_task_nor_its_clock(house: House) -> None:
    with time_machine.travel(MORNING, tick=False):
        application = await in_progress(house, political_status="party")
        await send(house, (await tasks_of(house, application))["party"], "approved")
        before = (await tasks_of(house, application))["party"]
        await send(house, before, "form_delivered")
        after = (await tasks_of(house, application))["party"]
    assert (after.state, after.state_since, after.due_at) == (before.state, before.state_since, before.due_at)
    assert after.due_at == NEXT_NOON


@pytest.mark.parametrize("name", ["league", "medical_transfer"])
async def test_who_is_no_party_member_has_no_form(house: House, name: str) -> None:
    application = await in_progress(house)
    status, answer = await send(house, (await tasks_of(house, application))[name], "form_delivered")
    assert (status, answer["error"]) == (422, "no_party_form")
    assert await told_of_the_form(house, application) == []


@pytest.mark.parametrize("end", ["declined", "moved_offline"])
async def test_after_a_transfer_that_failed_the_form_is_of_no_account(house: House, end: str) -> None:
    application = await in_progress(house)
    task = (await tasks_of(house, application))["party"]
    await send(house, task, end, reason="示例原因")
    assert (await send(house, task, "form_delivered"))[1]["applied"] is False
    assert await told_of_the_form(house, application) == []
