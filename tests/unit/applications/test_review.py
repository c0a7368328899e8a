"""Pre-review and corrections (notice 三(一), 三(二), 四(一)): each asked for with a reason, each told, each on record."""

from __future__ import annotations

import pytest

from backend.applications import repository
from backend.applications import service as applications
from backend.applications.actor import Actor
from backend.applications.model import Application
from backend.errors import Conflict, GuituError, NotFound
from backend.house import House
from backend.notices import repository as notices
from tests.support.people import CLERK, accepted, in_progress, mobile, said, submitted


async def channels(house: House, application: Application, event: str) -> list[str]:
    async with house.db.reading() as session:
        return sorted(row.channel for row in await notices.of_application(session, application.id) if row.event == event)


async def test_pre_review_passes_only_after_the_archive_is_recorded(house: House) -> None:
    application = await submitted(house)
    with pytest.raises(Conflict) as refusal:
        await applications.accept(house, application.number, CLERK)
    assert refusal.value.code == "no_archive"
    await applications.record_archive(house, application.number, CLERK)
    await applications.record_archive(house, application.number, CLERK)
    done = await applications.accept(house, application.number, CLERK)
    assert done.state == "accepted"
    assert await channels(house, application, "accepted") == ["chat", "sms"]
    assert "综合窗口（示例）" in (await said(house, application))[-1]


async def test_a_rejection_says_why(house: House) -> None:
    application = await submitted(house)
    await applications.reject(house, application.number, CLERK, "安置地不在本县")
    assert "安置地不在本县" in (await said(house, application))[-1]
    assert await channels(house, application, "rejected") == ["chat", "sms"]
    with pytest.raises(GuituError):
        await applications.reject(house, (await submitted(house)).number, CLERK, "  ")


async def test_a_correction_names_fields_and_materials_with_reasons(house: House) -> None:
    application = await submitted(house)
    points = [("mobile", "这个号码停机了"), ("2", "介绍信照片不清楚")]
    await applications.request_correction(house, application.number, CLERK, points)
    text = (await said(house, application))[-1]
    assert "这个号码停机了" in text and "介绍信照片不清楚" in text
    async with house.db.reading() as session:
        found = await applications.open_corrections(session, application.id)
    assert [(point.kind, point.name) for point in found] == [("field", "mobile"), ("material", "2")]


@pytest.mark.parametrize("point", ["99", "shoe_size", "consent", "county"])
async def test_an_unknown_point_is_refused_and_nothing_changes(house: House, point: str) -> None:
    application = await submitted(house)
    with pytest.raises(GuituError) as refusal:
        await applications.request_correction(house, application.number, CLERK, [("mobile", "停机"), (point, "不对")])
    assert refusal.value.code == "unknown_point"
    async with house.db.reading() as session:
        assert (await applications.by_number(session, CLERK, application.number)).state == "submitted"
        assert not await applications.open_corrections(session, application.id)


async def test_corrections_resume_the_review_and_are_marked(house: House) -> None:
    application = await submitted(house)
    await applications.request_correction(house, application.number, CLERK, [("mobile", "停机"), ("2", "不清楚")])
    veteran, new = f"veteran:{application.conversation_id}", mobile()
    with pytest.raises(GuituError) as refusal:
        await applications.correct(house, application.number, veteran, {"name": "林小明"})
    assert refusal.value.details["fields"] == ["mobile"]
    with pytest.raises(GuituError) as wrong:
        await applications.correct(house, application.number, veteran, {"mobile": "123"})
    assert wrong.value.code == "invalid_answers"
    corrected = await applications.correct(house, application.number, veteran, {"mobile": new})
    assert corrected.state == "submitted" and corrected.answers["mobile"] == new
    async with house.db.reading() as session:
        assert not await applications.open_corrections(session, application.id)
        assert all(point.resolved_at for point in await repository.corrections(session, application.id))
        by_mobile = await applications.latest_for_mobile(session, house, new)
        last = (await applications.history(session, corrected))[-1]
    assert by_mobile is not None and by_mobile.id == application.id
    assert last.data == {"changed": ["mobile"], "points": ["mobile", "2"]}


async def test_a_correction_in_january_does_not_end_the_application(house: House) -> None:
    application = await submitted(house)
    await applications.request_correction(house, application.number, CLERK, [("name", "与证件不符")])
    async with house.db.unit() as unit:
        row = await repository.by_number(unit.session, Actor(CLERK), application.number)
        assert row is not None
        row.submitted_at = row.submitted_at.replace(year=row.year - 1, month=12, day=30)
        row.year -= 1
        row.answers = {**row.answers, "discharge_month": f"{row.year}-09"}
        await unit.commit()
    veteran = f"veteran:{application.conversation_id}"
    corrected = await applications.correct(house, application.number, veteran, {"name": "林大明"})
    assert corrected.state == "submitted"


async def test_another_conversation_and_another_county_do_not_reach_a_case(house: House) -> None:
    application = await submitted(house)
    for stranger in ("veteran:c_somebody", Actor("staff:lin", counties=("350582",))):
        with pytest.raises(NotFound):
            await applications.withdraw(house, application.number, stranger)
    own = Actor("staff:chen", counties=("350102",))
    assert (await applications.withdraw(house, application.number, own)).state == "withdrawn"


async def test_a_decision_on_an_older_version_is_refused(house: House) -> None:
    application = await submitted(house)
    await applications.record_archive(house, application.number, CLERK)
    with pytest.raises(Conflict) as refusal:
        await applications.accept(house, application.number, CLERK, version=1)
    assert refusal.value.code == "stale"


async def test_who_did_what_when_from_what_to_what_and_why_is_on_record(house: House) -> None:
    application = await submitted(house)
    await applications.reject(house, application.number, "staff:chen", "安置地不在本县")
    async with house.db.reading() as session:
        first, last = await applications.history(session, application)
    assert (first.actor, first.command, first.from_state) == (f"veteran:{application.conversation_id}", "submit", None)
    assert (last.actor, last.command, last.from_state, last.to_state, last.reason) == (
        "staff:chen",
        "reject",
        "submitted",
        "rejected",
        "安置地不在本县",
    )


async def test_withdrawing_is_possible_before_check_in_only(house: House) -> None:
    application = await accepted(house)
    assert applications.may_withdraw(application)
    started = await in_progress(house)
    assert not applications.may_withdraw(started)
    with pytest.raises(Conflict) as refusal:
        await applications.withdraw(house, started.number, CLERK)
    assert refusal.value.details["allowed"] == ["ask_again", "correct", "change_mobile", "bring_papers", "complete"]


async def test_a_transfer_keeps_the_history_and_needs_the_archive_there(house: House) -> None:
    application = await accepted(house)
    moved = await applications.transfer(house, application.number, CLERK, "350582", "安置地是晋江")
    assert (moved.county, moved.state, moved.archive_received_at) == ("350582", "submitted", None)
    assert moved.number == application.number
    assert "晋江" in (await said(house, application))[-1]


async def test_exactly_one_outcome_is_taken(house: House) -> None:
    application = await submitted(house)
    with pytest.raises(GuituError):
        await applications.review_application(house, application.number, CLERK)
    with pytest.raises(GuituError):
        await applications.review_application(house, application.number, CLERK, accepted=True, rejected="不行")


async def test_a_matter_that_is_dropped_takes_what_was_to_be_corrected_for_it_along(house: House) -> None:
    application = await submitted(house, matters=["report_in", "social_card"])
    points = [("card_bank", "这家银行不发卡"), ("certificate_number", "看不清")]
    await applications.request_correction(house, application.number, CLERK, points)
    dropped = await applications.change_matters(house, application.number, CLERK, ["report_in"])
    assert dropped.state == "correction_requested"
    async with house.db.reading() as session:
        assert [point.name for point in await repository.open_corrections(session, application.id)] == ["certificate_number"]
    veteran = f"veteran:{application.conversation_id}"
    corrected = await applications.correct(house, application.number, veteran, {"certificate_number": "退字第2026002号"})
    assert corrected.state == "submitted"


async def test_when_all_that_was_to_be_corrected_is_dropped_the_review_resumes(house: House) -> None:
    application = await submitted(house, matters=["report_in", "social_card"])
    await applications.request_correction(house, application.number, CLERK, [("card_bank", "这家银行不发卡")])
    dropped = await applications.change_matters(house, application.number, CLERK, ["report_in"])
    assert dropped.state == "submitted"
    assert await channels(house, application, "corrected") == ["chat"]
