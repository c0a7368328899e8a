"""What is special to a matter: each sentence of it, in what the veteran reads in the chat and by SMS (notice 三, 五)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
import time_machine

from backend.locale.text import render
from backend.security import repository as accesses
from backend.systems.links import set_link
from backend.systems.registry import PROVINCE
from tests.support.county import County
from tests.support.limits import at
from tests.support.people import id_number, in_progress, submitted

pytestmark = pytest.mark.asyncio(loop_scope="package")

OUTCOME = {"转入年限": "2年"}
COLLECT: dict[str, Any] = {"booklet_delivery": "collect", "card_delivery": "collect"}


@dataclass(frozen=True)
class Row:
    """A sentence: what a department reports, and what the veteran then reads in the chat and (where one is sent) by SMS."""

    id: str
    task: str
    result: str
    chat: tuple[str, ...]
    sms: tuple[str, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    before: tuple[str, ...] = ()


TOLD = [
    # notice 三(五)
    Row(
        "household_restoration-not_found",
        "household_restoration",
        "moved_offline",
        ("没有查到你的户口登记", "转到线下办"),
        ("转到线下办理", "派出所"),
    ),
    Row(
        "household_restoration-new_identity_card",
        "household_restoration",
        "done",
        ("恢复户口办好了", "采集人像和指纹", "鼓楼区示例派出所"),
        ("采集人像指纹",),
        answers={"new_id_card": True},
    ),
    Row(
        "household_restoration-valid_identity_card",
        "household_restoration",
        "done",
        ("恢复户口办好了", "在有效期内，可以接着用"),
        ("可以接着用",),
        answers={"new_id_card": False},
    ),
    Row(
        "household_restoration-collected_in_person",
        "household_restoration",
        "ready",
        ("户口簿可以来取了", "本人来，带上身份证"),
        ("本人带身份证",),
        answers=COLLECT,
        before=("done",),
    ),
    Row(
        "household_restoration-mailed_at_own_expense",
        "household_restoration",
        "mailed",
        ("户口簿寄出了：示例快递，单号示例1", "邮费由你自己付"),
        ("邮费自付",),
        {"carrier": "示例快递", "tracking_number": "示例1"},
        before=("done",),
    ),
    # notice 三(七)
    Row("pension_transfer-outcome", "pension_transfer", "done", ("转入年限：2年",), ("转入年限：2年",), {"outcome": OUTCOME}),
    Row("annuity_transfer-outcome", "annuity_transfer", "done", ("转入年限：2年",), ("转入年限：2年",), {"outcome": OUTCOME}),
    # notice 三(八)
    Row("medical_enrolment-outcome", "medical_enrolment", "done", ("转入年限：2年",), ("转入年限：2年",), {"outcome": OUTCOME}),
    Row("medical_transfer-outcome", "medical_transfer", "done", ("转入年限：2年",), ("转入年限：2年",), {"outcome": OUTCOME}),
    # notice 三(九)
    Row("social_card-activation", "social_card", "done", ("中国工商银行的营业网点激活",), ("到发卡网点激活",)),
    Row(
        "social_card-collected_in_person",
        "social_card",
        "ready",
        ("社保卡可以来取了", "本人来，带上身份证"),
        ("本人带身份证",),
        answers=COLLECT,
        before=("done",),
    ),
    Row(
        "social_card-mailed_at_own_expense",
        "social_card",
        "mailed",
        ("社保卡寄出了：示例快递，单号示例1", "邮费由你自己付"),
        ("邮费自付",),
        {"carrier": "示例快递", "tracking_number": "示例1"},
        before=("done",),
    ),
    # notice 三(十), 四(七)
    Row(
        "party_league-party_told_how_it_stands",
        "party",
        "received",
        ("资料走“党员e家”", "复印件送到示例村党支部。\n送到后，他们会通知你"),
        answers={"party_organisation": "示例村党支部"},
    ),
    Row("party_league-left_to_the_county", "party", "done", ("转入基层党组织",), ("转入基层党组织",)),
    Row(
        "party_league-league_organisation",
        "league",
        "done",
        ("团组织关系转好了，转入示例镇团委",),
        ("转入示例镇团委",),
        answers={"league_organisation": "示例镇团委"},
    ),
    # What came of any matter, in the department's own words. notice 五
    Row("declined-reason", "medical_transfer", "declined", ("没有办成：在外省参保",), ("没有办成",), {"reason": "在外省参保"}),
    Row(
        "paper_needed-which",
        "medical_transfer",
        "paper_needed",
        ("还要一样材料：医保转移凭证",),
        ("还要一样材料：医保转移凭证",),
        {"reason": "缺页", "material": 11},
    ),
]


@pytest.mark.parametrize("row", TOLD, ids=lambda row: row.id)
async def test_a_result_is_told_in_the_chat_and_by_sms(county: County, row: Row) -> None:
    application = await in_progress(county.house, **row.answers)
    task = await county.task(application, row.task)
    for event in row.before:
        await county.reported(task, event)
    await county.reported(task, row.result, **row.more)
    said, sent = await county.said(application), await county.texts(application)
    assert all(words in said for words in row.chat), said
    assert all(words in sent for words in row.sms), sent


# --- training_survey (notice 三(三)) ------------------------------------------------------------------------------------


async def test_the_survey_is_done_with_reporting_in_and_its_paper_is_there(county: County) -> None:
    application = await submitted(county.house, matters=["report_in", "training_survey"])
    await county.through_intake(application)
    assert (await county.line(application, "training_survey"))["state"] == "done"
    clerk = await county.clerk()
    paper = await clerk.get(f"/api/cases/{application.number}/documents/training_survey.pdf")
    assert paper.status_code == 200
    assert "培训需求问卷登记好了" in await county.said(application)


async def test_who_has_a_need_and_qualifies_is_referred_to_the_county_which_gets_in_touch(county: County) -> None:
    application = await submitted(county.house, matters=["report_in", "training_survey"])
    await county.accept(application.number)
    papers = [paper["number"] for paper in (await county.do(application.number, "originals"))["papers"]]
    await county.do(application.number, "check-in", copied=papers, identity="id_card", training_need=True)
    assert "你的需求已经转给安置地退役军人事务部门" in await county.said(application)
    clerk, stranger = await county.clerk(), await county.desk("window", county="350582")
    (referred,) = (await clerk.get("/api/training")).json()["referrals"]
    assert (referred["number"], referred["name"]) == (application.number, "林**")
    assert (await stranger.get("/api/training")).json()["referrals"] == []
    path = f"/api/training/{application.number}"
    assert (await stranger.get(f"{path}/contact")).status_code == 404
    assert (await stranger.post(f"{path}/contacted")).status_code == 404
    # Whom to call is kept, and who looks at it on record.
    assert (await clerk.get(f"{path}/contact")).json()["mobile"] == application.answers["mobile"]
    async with county.house.db.reading() as session:
        assert (await accesses.of_case(session, application.number))[-1].what == "training"
    assert (await clerk.post(f"{path}/contacted")).status_code == 200
    assert (await clerk.post(f"{path}/contacted")).json()["error"] == "contacted"
    assert (await clerk.get("/api/training")).json()["referrals"] == []
    assert {"refer_training", "contact_training"} <= set(await county.commands(application))


async def test_nobody_is_referred_who_did_not_take_the_survey(county: County) -> None:
    application = await submitted(county.house, matters=["report_in", "social_card"])
    await county.accept(application.number)
    papers = [paper["number"] for paper in (await county.do(application.number, "originals"))["papers"]]
    before = await county.case(application.number)
    refused = await county.ask(application.number, "check-in", copied=papers, identity="id_card", training_need=True)
    assert (refused.status_code, refused.json()["error"]) == (400, "no_survey")
    assert await county.case(application.number) == before


# --- pension_enrolment (notice 三(六)) ------------------------------------------------------------------------------------


async def test_the_tax_office_is_named_with_its_day_and_what_to_bring(county: County) -> None:
    with time_machine.travel(at("2026-11-23 10:00"), tick=False):
        application = await in_progress(county.house)
        await county.reported(await county.task(application, "pension_enrolment"), "done")
        sent = await county.texts(application)
    said = await county.said(application)
    day = render(date(2026, 11, 30))  # the fifth working day after Monday the 23rd
    assert f"{day}起，带身份证和《“士兵退役一件事”联合办理登记表》到鼓楼区示例税务窗口（示例）申报缴费" in said
    assert "留好别丢" in said and f"{day}起" in sent and "联合办理登记表（留好）" in sent


# --- every result, and what each unit makes (notice 三, 五) -----------------------------------------------------------------


async def test_every_result_also_goes_to_the_online_system(county: County) -> None:
    await set_link(county.house, "online_system", PROVINCE, "http", "http://127.0.0.1:9/示例")
    try:
        application = await submitted(county.house, matters=["report_in", "medical_transfer"])
        await county.through_intake(application)
        await county.reported(await county.task(application, "medical_transfer"), "done", outcome=OUTCOME)
    finally:
        await set_link(county.house, "online_system", PROVINCE, "off")
    clerk = await county.clerk()
    sent = (await clerk.get("/api/systems/exchanges", number=application.number)).json()["exchanges"]
    systems = [each["system"] for each in sent if each["system"] == "online_system"]
    assert systems == ["online_system"] * 2  # reporting in, which the window does, and the transfer


@pytest.mark.parametrize("matter", ["household_restoration", "social_card"])
async def test_only_booklet_and_card_are_delivered_by_those_who_make_them(county: County, matter: str) -> None:
    application = await in_progress(county.house)
    refused = await county.report(await county.task(application, "medical_transfer"), "ready")
    assert (refused.status_code, refused.json()["error"]) == (422, "no_product")
    task = await county.task(application, matter)
    await county.reported(task, "done")
    assert (await county.reported(task, "collected"))["applied"]


# --- what is asked (notice 三(三) to 三(十)) ---------------------------------------------------------------------------------

#: matter → the questions that whoever chose it is asked, with the choices that can be pressed.
ASKED = {
    "local_subsidy-bank_card": ("bank_card", ()),
    "household_restoration-new_id_card": ("new_id_card", ("new_id_card=yes", "new_id_card=no")),
    "household_restoration-booklet_delivery": ("booklet_delivery", ("booklet_delivery=collect", "booklet_delivery=mail")),
    "medical_enrolment-medical_kind": ("medical_kind", ("medical_kind=flexible", "medical_kind=resident")),
    "social_card-card_bank": ("card_bank", ("card_bank=icbc", "card_bank=abc")),
    "social_card-card_delivery": ("card_delivery", ("card_delivery=collect", "card_delivery=mail")),
    "party_league-party_organisation": ("party_organisation", ("party_organisation=county",)),
    "party_league-league_organisation": ("league_organisation", ("league_organisation=county",)),
}


@pytest.mark.parametrize("row", ASKED, ids=ASKED)
async def test_what_a_matter_needs_is_asked_in_the_chat_before_it_can_be_filed(county: County, row: str) -> None:
    name, choices = ASKED[row]
    chat = await county.chat()
    matters = ["report_in", row.partition("-")[0]]
    more = {name: None, "matters": matters, "political_status": "party_and_league"}
    others = {"party_organisation": "county", "league_organisation": "county", "medical_kind": "flexible", "new_id_card": True}
    await chat.fill(**{**others, "id_number": id_number(), **more})
    await chat.press("review=submit")
    assert await chat.application() is None
    offered = [choice["value"] for body in chat.last.replies for choice in body.get("choices", [])]
    asked = county.house.catalogue.questions["questions"][name]["ask"].splitlines()[0]
    assert asked in "\n".join(body["text"] for body in chat.last.replies)
    assert set(choices) <= set(offered)
