"""Notices: each told once for an event and channel, in the applicant's language, whatever became of the chat."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from backend.applications import repository as cases
from backend.applications.model import Application
from backend.channels.sms.model import SmsMessage
from backend.conversations import service as hub
from backend.departments.schemas import ResultIn
from backend.departments.telling import TOLD_AS
from backend.house import House
from backend.notices import repository
from backend.notices.service import common_params, tell
from tests.support.people import in_progress, said, send, submitted, tasks_of

NEW_MOBILE = "13800138001"


async def told(house: House, application: Application) -> list[Any]:
    async with house.db.reading() as session:
        return list(await repository.of_application(session, application.id))


async def test_an_event_is_told_once_on_each_channel(house: House) -> None:
    application = await submitted(house)
    for _ in range(3):
        async with house.db.unit() as unit:
            await tell(unit, house, application, "rejected", {"reason": "示例"}, key="rejected:1")
            await unit.commit()
    rows = [row for row in await told(house, application) if row.event == "rejected"]
    assert sorted((row.channel, row.state) for row in rows) == [("chat", "said"), ("sms", "queued")]
    assert len([text for text in await said(house, application) if "示例" in text]) == 1


@pytest.mark.parametrize("told_first", [True, False])
async def test_a_text_goes_to_the_mobile_that_its_own_transaction_leaves(house: House, told_first: bool) -> None:
    application = await submitted(house)
    async with house.db.unit() as unit:
        held = await cases.by_id(unit.session, application.id, lock=True)
        assert held is not None
        async with unit.together():
            for step in (1, 2) if told_first else (2, 1):
                if step == 1:
                    await tell(unit, house, held, "rejected", {"reason": "示例"}, key="rejected:1")
                else:
                    held.answers = {**held.answers, "mobile": NEW_MOBILE}
        await unit.commit()
    async with house.db.reading() as session:
        texts = (await session.scalars(select(SmsMessage))).all()
    assert [text.mobile for text in texts if text.key.endswith("rejected:1")] == [NEW_MOBILE]


async def test_what_is_not_committed_is_not_told(house: House) -> None:
    application = await submitted(house)
    async with house.db.unit() as unit:
        await tell(unit, house, application, "rejected", {"reason": "示例"}, key="rejected:1")
    assert [row.event for row in await told(house, application)] == ["submitted"]


async def test_who_erased_the_chat_is_still_told_by_sms(house: House) -> None:
    application = await submitted(house)
    async with house.db.unit() as unit:
        await hub.erase(unit, application.conversation_id)
        await unit.commit()
    async with house.db.unit() as unit:
        await tell(unit, house, application, "rejected", {"reason": "示例"}, key="rejected:1")
        await unit.commit()
    rows = [row for row in await told(house, application) if row.event == "rejected"]
    assert sorted((row.channel, row.state) for row in rows) == [("chat", "no_chat"), ("sms", "queued")]


async def test_the_template_and_its_version_are_kept(house: House) -> None:
    application = await submitted(house)
    (row,) = await told(house, application)
    notice = house.catalogue.notices["submitted"]
    assert (row.template, row.version) == (notice.id, notice.version)
    assert row.params["number"] == application.number


async def test_a_place_that_nobody_fills_stops_the_command(house: House) -> None:
    application = await submitted(house)
    with pytest.raises(KeyError):
        async with house.db.unit() as unit:
            await tell(unit, house, application, "rejected", {}, key="rejected:1")


async def test_a_county_without_a_window_is_told_without_inventing_one(house: House) -> None:
    application = await submitted(house, county="350702")
    assert house.catalogue.window_of("350702") is None
    assert "示例" not in str(common_params(house, application)["address"])


#: One report of each kind that is told, for every matter and way: no notice may lack a place.
REPORTS: dict[str, dict[str, Any]] = {
    "done": {},
    "moved_offline": {"reason": "示例"},
    "declined": {"reason": "示例"},
    "paper_needed": {"reason": "示例", "material": 4},
    "waiting": {"waiting_for": "veteran", "reason": "示例"},
}


@pytest.mark.parametrize("result", REPORTS)
async def test_every_report_about_every_matter_finds_its_words(house: House, result: str) -> None:
    application = await in_progress(house)
    for key, task in (await tasks_of(house, application)).items():
        if key in ("report_in", "training_survey"):
            continue
        status, answer = await send(house, task, result, **REPORTS[result])
        assert (status, answer["applied"]) == (200, True), key


@pytest.mark.parametrize("matter", ["social_card", "household_restoration"])
async def test_every_report_about_a_delivery_finds_its_words(house: House, matter: str) -> None:
    application = await in_progress(house)
    task = (await tasks_of(house, application))[matter]
    mailed = {"carrier": "示例快递", "tracking_number": "EX1"}
    for result, more in (("done", {}), ("mailed", mailed), ("came_back", {}), ("ready", {}), ("collected", {})):
        status, answer = await send(house, task, result, **more)
        assert (status, answer["applied"]) == (200, True), result


def test_every_report_that_is_told_is_one_that_can_be_made() -> None:
    kinds = set(ResultIn.model_json_schema()["properties"]["result"]["enum"])
    assert {"waiting" if event.startswith("waiting") else event for event in TOLD_AS} <= kinds
