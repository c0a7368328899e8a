"""The thirteen materials: when each is asked for, what for, in which form, and what waits without it (notice 二(二), 三)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from backend.applications.model import Application
from backend.catalogue.rules import PaperForm
from tests.support.county import County
from tests.support.pdf import text
from tests.support.people import ALL_MATTERS, submitted

pytestmark = pytest.mark.asyncio(loop_scope="package")

PENSIONS = ("pension_transfer", "annuity_transfer")
MEDICAL = ("medical_enrolment", "medical_transfer")
PLAIN: dict[str, Any] = {"handed_over": False, "local_household": True, "political_status": "none", "self_employed": False}


@dataclass(frozen=True)
class Row:
    """A line of the table.

    with_   the matters of a person of whom the paper is asked, with what else it takes (`answers`)
    without, but   a person of whom it is not asked
    used_by  which of all matters use it · blocks: those that wait without it (report_in: check-in itself is refused)
    name    what stands on this person's list
    """

    number: int
    row: str
    name: str
    with_: tuple[str, ...] = ()
    answers: dict[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] | None = None
    but: dict[str, Any] = field(default_factory=dict)
    used_by: tuple[str, ...] = ()
    form: PaperForm = "original"
    in_pre_review: bool = False

    @property
    def id(self) -> str:
        return f"material_{self.number}-{self.row}"


ROWS = [
    Row(1, "always", "退出现役证件", used_by=("report_in",), in_pre_review=True),
    Row(2, "always", "退出现役行政介绍信", used_by=("report_in",), in_pre_review=True),
    Row(
        3,
        "handed_over",
        "退役士兵接收安置通知书",
        answers={"handed_over": True},
        without=(),
        used_by=("report_in",),
        form="unstated",
        in_pre_review=True,
    ),
    Row(4, "always", "申请人身份证", with_=("social_card",), used_by=("report_in", "social_card")),
    # A household that is being restored here counts as local. # notice 二(二)5, our reading
    Row(
        5,
        "not_local",
        "居住证（本地）",
        with_=("pension_enrolment", "medical_enrolment"),
        answers={"local_household": False},
        without=("household_restoration", "pension_enrolment", "medical_enrolment"),
        but={"local_household": False},
        used_by=("pension_enrolment", "medical_enrolment"),
    ),
    Row(
        5,
        "local",
        "居住证（本地）",
        with_=("pension_enrolment",),
        answers={"local_household": False},
        without=("pension_enrolment", "medical_enrolment"),
        used_by=("pension_enrolment",),
    ),
    Row(
        6,
        "household_restoration",
        "户主身份证",
        with_=("household_restoration",),
        without=("pension_enrolment",),
        used_by=("household_restoration",),
    ),
    Row(
        7,
        "either",
        "落户方《居民户口簿》或者产权证明",
        with_=("household_restoration",),
        without=("social_card",),
        used_by=("household_restoration",),
        form="either",
    ),
    Row(7, "booklet", "《居民户口簿》", with_=("pension_enrolment",), without=MEDICAL, used_by=("pension_enrolment",)),
    Row(8, "pension", "军人退役基本养老保险关系接续信息表", with_=PENSIONS, without=("pension_enrolment",), used_by=PENSIONS),
    Row(8, "annuity", "军人退役基本养老保险关系接续信息表", with_=PENSIONS[1:], without=MEDICAL, used_by=PENSIONS[1:]),
    Row(9, "pension", "军人退役基本养老保险参保凭证", with_=PENSIONS, without=("pension_enrolment",), used_by=PENSIONS),
    Row(10, "annuity", "军人职业年金缴费凭证", with_=PENSIONS, without=PENSIONS[:1], used_by=PENSIONS[1:]),
    # notice 二(二)11, our reading: sergeants have the account's voucher, conscripts the money's.
    Row(
        11,
        "conscript",
        "义务兵退役医疗保险金转移凭证",
        with_=MEDICAL,
        answers={"soldier_kind": "conscript"},
        without=("social_card",),
        used_by=MEDICAL,
    ),
    Row(
        11,
        "sergeant",
        "军人退役医疗保险个人账户转移凭证",
        with_=MEDICAL[1:],
        answers={"soldier_kind": "sergeant"},
        without=PENSIONS,
        used_by=MEDICAL[1:],
    ),
    Row(12, "always", "一寸白底免冠照片", with_=("social_card",), used_by=("report_in", "social_card")),
    Row(
        13,
        "member",
        "党（团）员组织关系介绍信",
        with_=("party_league",),
        answers={"political_status": "probationary"},
        without=("social_card",),
        but={"political_status": "league"},
        used_by=("party_league",),
    ),
]

#: Which matters wait for a paper that was not handed in; 1 and 2 hold reporting in itself, and with it everything.
BLOCKS: dict[int, tuple[str, ...]] = {
    3: (),
    4: tuple(code for code in ALL_MATTERS if code not in ("report_in", "training_survey", "household_restoration")),
    6: ("household_restoration",),
    7: ("household_restoration", "pension_enrolment"),
    8: PENSIONS,
    9: PENSIONS,
    10: PENSIONS[1:],
    11: MEDICAL,
    12: ("social_card",),
    13: ("party_league",),
}


async def papers(county: County, matters: tuple[str, ...], answers: dict[str, Any]) -> dict[int, dict[str, Any]]:
    application = await submitted(county.house, **{**PLAIN, **answers}, matters=["report_in", *matters])
    return {paper["number"]: paper for paper in (await county.case(application.number))["papers"]}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
async def test_a_material_is_asked_for_when_it_is_needed_and_of_nobody_else(county: County, row: Row) -> None:
    listed = await papers(county, row.with_, row.answers)
    line = listed[row.number]
    assert (line["name"], line["form"], line["in_pre_review"]) == (row.name, row.form, row.in_pre_review)
    assert tuple(line["matters"]) == row.used_by
    assert line["why"] and line["issuer"]
    if row.without is not None:
        assert row.number not in await papers(county, row.without, row.but)


async def test_the_identity_card_is_used_by_every_matter(county: County) -> None:  # notice 二(二)4
    listed = await papers(county, ALL_MATTERS[1:], {"self_employed": True, "political_status": "party"})
    assert tuple(listed[4]["matters"]) == ALL_MATTERS
    # One list, each paper once.
    assert sorted(listed) == [1, 2, 4, 6, 7, 8, 9, 10, 11, 12, 13]


@pytest.mark.parametrize("number", BLOCKS, ids=lambda number: f"material_{number}")
async def test_without_a_material_exactly_its_matters_wait_and_go_on_when_it_comes(county: County, number: int) -> None:
    application = await submitted(county.house)
    checked_in = await county.through_intake(application, lacking=(number,))
    assert waiting(checked_in) == set(BLOCKS[number])
    assert next(line["state"] for line in checked_in["lines"] if line["matter"] == "report_in") == "done"
    short = county.house.catalogue.materials[number].short.source
    assert (f"还缺：{short}" in await county.said(application)) == bool(BLOCKS[number])
    brought = await county.do(application.number, "papers", brought=[number])
    assert waiting(brought) == set() and number in brought["intake"]["copied"]
    # Each has a clock of its own, which only its department's receipt starts. # notice 三(二)
    assert {line["due_at"] for line in brought["lines"] if line["matter"] in BLOCKS[number]} <= {None}


@pytest.mark.parametrize("number", [1, 2], ids=lambda number: f"material_{number}")
async def test_without_discharge_certificate_or_letter_nobody_reports_in(county: County, number: int) -> None:  # notice 三(二)
    application = await submitted(county.house)
    await county.accept(application.number)
    await county.do(application.number, "originals")
    listed = [paper["number"] for paper in (await county.case(application.number))["papers"]]
    copied = [paper for paper in listed if paper != number]
    refused = await county.ask(application.number, "check-in", lacking=[number], copied=copied, identity="id_card")
    assert (refused.status_code, refused.json()["error"], refused.json()["missing"]) == (409, "papers_missing", [number])
    assert {line["state"] for line in (await county.case(application.number))["lines"]} == {"received", "not_started"}


async def test_without_the_residence_permit_both_enrolments_wait(county: County) -> None:  # notice 三(六), 三(八)
    matters = ["report_in", "pension_enrolment", "medical_enrolment", "social_card"]
    application = await submitted(county.house, matters=matters, local_household=False)
    assert waiting(await county.through_intake(application, lacking=(5,))) == {"pension_enrolment", "medical_enrolment"}


async def test_a_deed_will_do_for_the_household_and_the_pension_waits_for_the_booklet(county: County) -> None:
    # notice 二(二)7, 三(五), 三(六)
    application = await submitted(county.house, matters=["report_in", "household_restoration", "pension_enrolment"])
    await county.accept(application.number)
    copied = [paper["number"] for paper in (await county.do(application.number, "originals"))["papers"]]
    for wrong in ([4], [13]):
        body = {"copied": copied, "identity": "id_card", "instead": wrong}
        refused = await county.ask(application.number, "check-in", **body)
        assert (refused.status_code, refused.json()["error"]) == (400, "no_alternative")
    case = await county.do(application.number, "check-in", copied=copied, identity="id_card", instead=[7])
    assert waiting(case) == {"pension_enrolment"}
    line = next(line for line in case["lines"] if line["matter"] == "pension_enrolment")
    assert "《居民户口簿》" in line["next"] and "产权证明" not in line["next"]
    assert "养老参保登记还缺：《居民户口簿》" in await county.said(application)
    clerk = await county.clerk()
    receipt = text((await clerk.get(f"/api/cases/{application.number}/documents/receipt.pdf")).content)
    taken, _, to_come = receipt.partition("还没有交的材料")
    assert "7落户方《居民户口簿》或者产权证明恢复户口" in taken and "7《居民户口簿》养老参保登记" in to_come
    brought = await county.do(application.number, "papers", brought=[7])
    assert waiting(brought) == set() and brought["intake"]["instead"] == []


async def test_every_line_of_the_printed_list_says_why_in_which_form_by_whom_and_for_what(county: County) -> None:
    everybody: Application = await submitted(county.house)
    clerk = await county.clerk()
    answer = await clerk.get(f"/api/cases/{everybody.number}/documents/checklist.pdf")
    assert answer.status_code == 200, answer.text
    read = text(answer.content)
    for paper in (await county.case(everybody.number))["papers"]:
        for said in (paper["name"], paper["why"], paper["issuer"]):
            assert said.replace(" ", "") in read, (paper["number"], said)


def waiting(case: dict[str, Any]) -> set[str]:
    return {line["matter"] for line in case["lines"] if line["state"] == "waiting_papers"}
