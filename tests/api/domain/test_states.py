"""The way of an application: every arrow of its picture, and no other (notice 三(一), 三(二), 四(一))."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from backend.applications.model import Application
from tests.support.county import ALL_PAPERS, OTHER_COUNTY, County
from tests.support.people import id_number, mobile, submitted

pytestmark = pytest.mark.asyncio(loop_scope="package")

POINTS = [{"name": "certificate_number", "reason": "和证件上不一样"}]
#: Lacking at the check-in, so that it can be brought. # notice 二(二)7
BOOKLET = 7
FEWER = ["report_in", "household_restoration", "social_card"]
#: The body of each command that staff give over HTTP.
BODIES: dict[str, Callable[[], dict[str, Any]]] = {
    "archive": dict,
    "review-accept": lambda: {"outcome": "accept"},
    "review-correct": lambda: {"outcome": "correct", "points": POINTS},
    "review-reject": lambda: {"outcome": "reject", "reason": "不是今年退役"},
    "originals": dict,
    "differences": lambda: {"points": POINTS},
    "check-in": lambda: {"copied": list(ALL_PAPERS), "identity": "id_card"},
    "papers": lambda: {"brought": [BOOKLET]},
    "matters": lambda: {"matters": FEWER},
    "county": lambda: {"county": OTHER_COUNTY, "reason": "落户在晋江"},
    "mobile": lambda: {"mobile": mobile(), "proof": "id_card"},
    "withdrawal": lambda: {"reason": "本人要求"},
}
EARLY = ("submitted", "correction_requested", "accepted", "receiving")
#: command → from → to: the picture. Whatever is not here is refused.
ARROWS: dict[str, dict[str, str]] = {
    "archive": {"submitted": "submitted", "correction_requested": "correction_requested"},
    "review-accept": {"submitted": "accepted"},
    "review-correct": {"submitted": "correction_requested"},
    "review-reject": {"submitted": "rejected"},
    "originals": {"accepted": "receiving"},
    "differences": {"receiving": "correction_requested"},
    "check-in": {"receiving": "in_progress"},
    "papers": {"in_progress": "in_progress"},
    "matters": {state: state for state in EARLY},
    # The new county has to have the archive, and looks for itself. # domain.md, wrong county
    "county": {
        "submitted": "submitted",
        "correction_requested": "correction_requested",
        "accepted": "submitted",
        "receiving": "submitted",
    },
    "mobile": {state: state for state in (*EARLY, "in_progress")},
    "withdrawal": dict.fromkeys(EARLY, "withdrawn"),
}


async def made(county: County, state: str, lacking: tuple[int, ...] = ()) -> Application:
    """An application in that state, brought there over HTTP."""
    wanted = ["report_in"] if state == "completed" else list(FEWER)
    application = await submitted(county.house, matters=wanted)
    number = application.number
    if state in ("accepted", "receiving", "in_progress", "completed"):
        await county.accept(number)
    if state == "receiving":
        await county.do(number, "originals")
    if state in ("in_progress", "completed"):
        await county.check_in(number, lacking)
    if state == "correction_requested":
        await county.do(number, "review", outcome="correct", points=POINTS)
    if state == "rejected":
        await county.do(number, "review", outcome="reject", reason="不是今年退役")
    if state == "withdrawn":
        await county.do(number, "withdrawal", reason="本人要求")
    assert (await county.case(number))["state"] == state
    return application


async def give(county: County, number: str, command: str) -> Any:
    body = BODIES[command]()
    if command == "check-in":
        body["copied"] = [paper["number"] for paper in (await county.case(number))["papers"]]
    return await county.ask(number, command.partition("-")[0] if command.startswith("review") else command, **body)


ALLOWED = [(command, before, after) for command, ways in ARROWS.items() for before, after in ways.items()]
STATES = (*EARLY, "rejected", "in_progress", "completed", "withdrawn")


@pytest.mark.parametrize(
    ("command", "before", "after"), ALLOWED, ids=[f"{before}-{command}-{after}" for command, before, after in ALLOWED]
)
async def test_an_arrow_of_the_picture_is_walked_and_recorded(county: County, command: str, before: str, after: str) -> None:
    application = await made(county, before, (BOOKLET,) if command == "papers" else ())
    if command == "review-accept":
        await county.do(application.number, "archive")
    known = len((await county.case(application.number))["events"])
    answer = await give(county, application.number, command)
    assert answer.status_code == 200, answer.text
    looker = await county.desk("auditor", county=None)
    case = (await looker.get(f"/api/cases/{application.number}")).json()["case"]
    assert case["state"] == after
    # Who did it, from what to what, is on record; a second archive changes nothing and is none.
    event = next(each for each in case["events"][known:] if each["task"] is None)
    assert event["actor"].startswith("staff:") and (event["from"], event["to"]) == (before, after)


@pytest.mark.parametrize("state", STATES, ids=STATES)
async def test_what_is_no_arrow_is_refused_with_what_is_allowed_and_changes_nothing(county: County, state: str) -> None:
    application = await made(county, state)
    before = await county.case(application.number)
    for command, ways in ARROWS.items():
        if state in ways:
            continue
        answer = await give(county, application.number, command)
        if command == "archive" and before["archive_received_at"]:
            # It is recorded already: saying so again is harmless, and changes nothing.
            assert answer.status_code == 200
            continue
        assert (answer.status_code, answer.json()["error"]) == (409, "not_allowed"), (state, command)
        assert answer.json()["allowed"] == before["allowed"] and answer.json()["state"] == state
    assert await county.case(application.number) == before


async def test_submission_gives_a_number_and_a_text_message_and_pressed_twice_is_one(county: County) -> None:  # notice 三(一)
    chat = await county.chat()
    await chat.fill(id_number=id_number())
    message = await chat.store("提交")
    said = await chat.send(message, "choose", "form", "review=submit")
    assert await chat.send(message, "choose", "form", "review=submit") == said
    application = await chat.application()
    assert application.number in said and application.state == "submitted"
    notices = (await county.case(application.number))["notices"]
    assert [(each["event"], each["channel"]) for each in notices] == [("submitted", "sms")]


async def test_what_was_corrected_in_the_chat_goes_back_to_the_review_with_the_corrections_marked(county: County) -> None:
    # correction_requested → submitted # notice 三(二)
    application = await made(county, "correction_requested")
    await county.correct(application, certificate_number="退字第2026009号")
    case = await county.case(application.number)
    assert case["state"] == "submitted"
    (point,) = case["corrections"]
    assert point["name"] == "certificate_number" and point["resolved_at"]
    assert case["events"][-1]["command"] == "correct" and case["events"][-1]["actor"].startswith("veteran:")


async def test_everything_having_a_result_the_application_is_completed(county: County) -> None:  # notice 五
    application = await made(county, "in_progress")
    card, booklet = await county.task(application, "social_card"), await county.task(application, "household_restoration")
    await county.reported(card, "declined", reason="已经有一张")
    await county.reported(booklet, "done")
    assert (await county.case(application.number))["state"] == "in_progress"  # the booklet is not home yet
    await county.reported(booklet, "collected")
    assert (await county.case(application.number))["state"] == "completed"


async def test_the_veteran_withdraws_in_the_chat_after_being_asked(county: County) -> None:
    chat = await county.chat()
    await chat.fill(id_number=id_number())
    await chat.press("review=submit")
    assert "确定撤回" in await chat.say("我要撤回申请", "withdraw", "withdraw")
    assert (await chat.application()).state == "submitted"
    await chat.press("withdraw=yes", "withdraw", "withdraw")
    assert (await chat.application()).state == "withdrawn"
