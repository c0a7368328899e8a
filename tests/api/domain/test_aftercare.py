"""Beside the way of an application: another county, a new mobile, 催办 and complaints, notices, pre-review (notice 三, 四, 六)."""

from __future__ import annotations

from typing import Any

import pytest

from backend.applications.model import Application
from backend.clock import now
from tests.support.county import OTHER_COUNTY, Chat, County
from tests.support.people import id_number, in_progress, mobile, submitted

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def at_work(county: County) -> tuple[Chat, Application]:
    """A veteran in the chat whose matters are with the departments."""
    chat = await county.chat()
    await chat.fill(id_number=id_number(), matters=["report_in", "household_restoration", "medical_transfer"])
    await chat.press("review=submit")
    application: Application = await chat.application()
    await county.through_intake(application)
    return chat, application


@pytest.mark.parametrize("kind", ["urge", "complaint"])
async def test_what_a_veteran_presses_for_is_recorded_against_the_task_answered_and_counted(county: County, kind: str) -> None:
    chat, application = await at_work(county)
    words = "户口怎么还没好，催一下" if kind == "urge" else "我要投诉户口办得太慢"
    await chat.say(words, "faq/urge" if kind == "urge" else "faq/complain", "answer")
    task = await county.task(application, "household_restoration")
    officer = await county.desk("officer", department="police")
    (asked,) = [
        each for each in (await officer.get("/api/requests")).json()["requests"] if each["number"] == application.number
    ]
    assert (asked["kind"], asked["matter"]) == (kind, "household_restoration")
    other = await county.desk("officer", department="medical_insurance")
    assert (await other.post(f"/api/requests/{asked['id']}/answer", answer="不归我")).status_code == 404
    assert (await officer.post(f"/api/requests/{asked['id']}/answer", answer="明天就好")).status_code == 200
    assert "明天就好" in await county.said(application)
    assert {kind, f"answer_{kind}"} <= set(await county.commands(application))
    if kind == "urge":
        await county.reported(task, "received")
        supervisor = await county.desk("county_supervisor")
        lines = (await supervisor.get("/api/statistics")).json()["lines"]
        assert next(line["urged"] for line in lines if line["matter"] == "household_restoration") >= 1


async def test_the_wrong_countys_case_goes_over_with_its_history(county: County) -> None:
    application = await submitted(county.house)
    await county.accept(application.number)
    answer = await county.ask(application.number, "county", county=OTHER_COUNTY, reason="落户在晋江")
    assert (answer.status_code, answer.json()) == (200, {"number": application.number, "county": OTHER_COUNTY})
    assert (await (await county.clerk()).get(f"/api/cases/{application.number}")).status_code == 404
    theirs = (await (await county.desk("reviewer", county=OTHER_COUNTY)).get(f"/api/cases/{application.number}")).json()["case"]
    assert [event["command"] for event in theirs["events"]] == ["submit", "record_archive", "accept", "transfer"]
    # They need the archive, and look for themselves. # notice 四(一)
    assert (theirs["state"], theirs["archive_received_at"]) == ("submitted", None)
    assert "已经转到泉州市晋江市" in await county.said(application)


async def test_a_lost_mobile_is_changed_at_the_window_after_proof(county: County) -> None:
    application = await submitted(county.house)
    refused = await county.ask(application.number, "mobile", mobile=mobile(), proof="a_friend")
    assert refused.status_code == 400
    new = mobile()
    changed = await county.do(application.number, "mobile", mobile=new, proof="discharge_certificate")
    assert changed["answers"]["mobile"] == f"{new[:3]}****{new[-4:]}"
    desk = await county.desk()

    async def texts(number: str) -> list[str]:
        return [each["text"] for each in (await desk.get("/demo/phone/messages", number=number)).json()["messages"]]

    assert any("以后办理结果发到这个手机" in text for text in await texts(new))
    assert not any("以后办理结果" in text for text in await texts(application.answers["mobile"]))


async def test_matters_are_added_and_dropped_until_check_in(county: County) -> None:
    application = await submitted(county.house, matters=["report_in", "household_restoration"], new_id_card=False)
    more: dict[str, Any] = {"matters": ["report_in", "social_card"]}
    refused = await county.ask(application.number, "matters", **more)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_answers")
    assert {"card_bank", "card_delivery"} <= set(refused.json()["fields"])
    added = await county.do(application.number, "matters", **more, answers={"card_bank": "abc", "card_delivery": "collect"})
    assert added["matters"] == ["report_in", "social_card"]
    without = await county.ask(application.number, "matters", matters=["social_card"])
    assert without.status_code == 400  # reporting in is part of every application


async def test_pre_review_needs_the_archive(county: County) -> None:  # notice 四(一)
    application = await submitted(county.house)
    early = await county.ask(application.number, "review", outcome="accept")
    assert (early.status_code, early.json()["error"]) == (409, "no_archive")
    await county.accept(application.number)
    said = await county.said(application)
    # Come to the window: which, what to bring. # notice 三(一)
    assert "审核通过了" in said and "鼓楼区退役军人服务中心综合窗口（示例）" in said and "要带12样：退出现役证" in said


@pytest.mark.parametrize(
    ("outcome", "body", "read"),
    [
        (
            "correct",
            {"points": [{"name": "mobile", "reason": "少一位"}, {"name": "3", "reason": "看不清"}]},
            "手机号（少一位）",
        ),
        ("correct", {"points": [{"name": "3", "reason": "看不清"}]}, "接收安置通知书（看不清）"),
        ("reject", {"reason": "不是今年退役"}, "没有通过：不是今年退役"),
    ],
    ids=["correct-field", "correct-material", "reject"],
)
async def test_an_outcome_of_pre_review_says_why_in_words_that_the_veteran_reads(
    county: County, outcome: str, body: dict[str, Any], read: str
) -> None:  # notice 三(一), 三(二)
    application = await submitted(county.house)
    case = await county.do(application.number, "review", outcome=outcome, **body)
    assert read in await county.said(application)
    told = {(each["event"], each["channel"]) for each in case["notices"]}
    event = "rejected" if outcome == "reject" else "correction_requested"
    assert {(event, "chat"), (event, "sms")} <= told


async def test_nobody_hears_the_same_twice(county: County) -> None:
    application = await in_progress(county.house, matters=["report_in", "medical_transfer"])
    task = await county.task(application, "medical_transfer")
    signed = now()
    first = await county.report(task, "done", signed, f"evt_{task.id}")
    said = await county.said(application)
    again = await county.report(task, "done", signed, f"evt_{task.id}")
    assert (again.status_code, await county.said(application)) == (first.status_code, said)
    notices = (await county.case(application.number))["notices"]
    # Reporting in, and this one.
    assert [(each["event"], each["channel"]) for each in notices].count(("done", "sms")) == 2
