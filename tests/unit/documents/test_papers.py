"""Which papers a case has, and what stands on them (notice 二(二), 三)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from backend.applications.papers import SURVEY_FIELDS
from backend.catalogue.load import load_catalogue
from backend.clock import now
from backend.documents.contents import CONTENTS, content_of
from backend.documents.rules import PAPERS, Point, Subject, why_not
from tests.support.people import ALL_MATTERS, COUNTY, answers

CATALOGUE = load_catalogue()
INTAKE = {
    "handed_in": [1, 2, 3, 4, 6, 7, 9, 10, 11, 12, 13],
    "copied": [1, 2, 3, 4, 6, 7, 9, 10, 11, 12, 13],
    "identity": "id_card",
    "by": "staff:window.gulou",
    "at": "2026-11-23T02:00:00+00:00",
}


def subject(*matters: str, given: dict[str, Any] | None = None, **changes: Any) -> Subject:
    chosen = list(matters or ALL_MATTERS)
    return replace(
        Subject(
            answers=given if given is not None else answers(matters=chosen),
            matters=chosen,
            county=COUNTY,
            number="TY-3501-26-000001",
            state="in_progress",
            submitted_at=now(),
        ),
        **changes,
    )


def available(case: Subject) -> set[str]:
    return {name for name, paper in PAPERS.items() if why_not(paper, case) is None}


def test_every_paper_has_a_content_and_a_template() -> None:
    from backend.documents.printing import TEMPLATES

    assert set(PAPERS) == set(CONTENTS)
    assert {file.stem for file in TEMPLATES.glob("*.typ")} == {*PAPERS, "common"}


@pytest.mark.parametrize(
    ("matter", "papers"),
    [
        ("household_restoration", {"household_register", "household_letter"}),  # notice 三(五)
        ("pension_enrolment", {"pension_declaration"}),  # notice 三(六)
        ("training_survey", {"training_survey"}),  # notice 三(三)
    ],
)
def test_a_matters_own_papers_are_there_for_whoever_chose_it(matter: str, papers: set[str]) -> None:
    without = subject("report_in", "social_card")
    assert available(without) == {"joint_form", "checklist"}
    assert available(replace(without, matters=["report_in", matter])) == {"joint_form", "checklist", *papers}


def test_a_receipt_needs_originals_and_a_correction_note_needs_points() -> None:
    case = subject("report_in")
    assert "收件后才有回执" in str(why_not(PAPERS["receipt"], case))
    assert "没有要更正" in str(why_not(PAPERS["correction_note"], case))
    point = Point("手机号", "少一位", now())
    assert {"receipt", "correction_note"} <= available(replace(case, intake=INTAKE, corrections=[point]))


@pytest.mark.parametrize(("state", "reason"), [("withdrawn", "已经撤回"), ("rejected", "没有通过审核")])
def test_a_case_that_ended_without_result_has_no_papers(state: str, reason: str) -> None:
    case = subject(state=state, intake=INTAKE)
    assert available(case) == set()
    assert reason in str(why_not(PAPERS["joint_form"], case))


def test_the_joint_form_names_all_eleven_matters_and_ticks_the_chosen() -> None:
    content = content_of(CATALOGUE, "joint_form", subject("report_in", "local_subsidy", "social_card"))
    assert [matter["number"] for matter in content["matters"]] == [str(number) for number in range(1, 12)]
    assert [matter["number"] for matter in content["matters"] if matter["chosen"]] == ["1", "3", "10"]
    # notice 四(四), 四(二)
    limits = {matter["number"]: matter["limit"] for matter in content["matters"]}
    assert limits["6"] == limits["7"] == "核实到账后5个工作日"
    assert limits["3"] == "资金到位后发放"


def test_the_joint_form_carries_the_identity_number_in_full_and_of_the_bank_card_the_tail_alone() -> None:
    case = subject()
    content = str(content_of(CATALOGUE, "joint_form", case))
    assert case.answers["id_number"] in content and case.answers["home_address"] in content
    assert case.answers["bank_card"] not in content and f"尾号{case.answers['bank_card'][-4:]}" in content


def test_who_enrols_for_a_pension_is_told_to_keep_the_joint_form() -> None:
    assert content_of(CATALOGUE, "joint_form", subject())["tax_office"]  # notice 三(六)
    assert content_of(CATALOGUE, "joint_form", subject("report_in"))["tax_office"] is None


def test_what_was_answered_in_the_chat_stands_on_the_questionnaire() -> None:  # notice 三(三)
    given = answers(survey_need="soon", survey_field="driving", survey_contact=True, survey_way=None)
    shown = content_of(CATALOGUE, "training_survey", subject("training_survey", given=given))["answers"]
    assert shown["survey_need"] == "有，希望尽快"
    assert shown["survey_field"] == "驾驶运输"
    assert shown["survey_contact"] == "愿意"
    assert shown["survey_way"] is None and shown["survey_kind"] is None


def test_the_questionnaire_offers_every_answer_of_the_chat() -> None:  # notice 三(三)
    from backend.documents.printing import TEMPLATES

    template = (TEMPLATES / "training_survey.typ").read_text("utf-8")
    questions = CATALOGUE.questions["questions"]
    for name in SURVEY_FIELDS:
        for choice in questions[name]["choices"]:
            assert choice["label"] in template


def test_both_ways_of_party_and_league_stand_on_the_joint_form_with_their_departments() -> None:
    given = answers(party_organisation="示例社区党支部")
    row = content_of(CATALOGUE, "joint_form", subject(given=given))["matters"][10]
    assert row["department"] == "基层党组织、转入地团委"  # notice 四(七)
    assert row["wish"] == "党组织：示例社区党支部；团组织：由县里定"


def test_a_paper_is_given_no_more_than_it_needs() -> None:
    case = subject(intake=INTAKE)
    for name in PAPERS:
        content = str(content_of(CATALOGUE, name, replace(case, corrections=[Point("手机号", "少一位", now())])))
        assert case.answers["bank_card"] not in content
        if name in ("checklist", "correction_note"):
            assert case.answers["id_number"] not in content and case.answers["mobile"] not in content


def test_the_receipt_says_what_was_taken_given_back_and_stays() -> None:
    content = content_of(CATALOGUE, "receipt", subject(intake=INTAKE, lacking=[8]))
    taken = {line["number"]: line for line in content["taken"]}
    assert set(taken) == {str(number) for number in INTAKE["handed_in"]}
    # Our reading: what proves somebody's identity is given back when it is copied.
    assert {number for number, line in taken.items() if line["stays"] is None} == {"1", "4", "6"}
    assert taken["7"]["stays"] == "恢复户口"
    assert all(line["copied"] for line in taken.values())  # notice 三(二)
    assert content["lacking"] == [
        {"number": "8", "name": "军人退役基本养老保险关系接续信息表", "holds": "养老关系转移、职业年金转移"}
    ]


def test_the_household_booklet_is_given_back_where_only_the_pension_needs_it() -> None:
    case = subject("report_in", "pension_enrolment", intake={**INTAKE, "handed_in": [1, 2, 4, 7]})
    line = next(each for each in content_of(CATALOGUE, "receipt", case)["taken"] if each["number"] == "7")
    assert line["stays"] is None


def test_the_checklist_has_each_paper_once_with_why_form_issuer_and_matters() -> None:
    content = content_of(CATALOGUE, "checklist", subject())
    papers = [paper for group in content["groups"] for paper in group["papers"]]
    assert len({paper["number"] for paper in papers}) == len(papers) == content["count"] == 12  # notice 二(二)
    assert content["originals"] == 11
    assert all(paper["why"] and paper["issuer"] and paper["used_by"] for paper in papers)
    assert content["needed"] == "1、2"
    by_number = {paper["number"]: paper for paper in papers}
    assert by_number["3"]["form"] == "通知没有要求原件"
    assert by_number["11"]["name"] == "义务兵退役医疗保险金转移凭证"
    assert by_number["4"]["used_by"] == "每一项都用"


def test_what_is_not_known_stays_blank() -> None:
    empty = subject(given={"matters": list(ALL_MATTERS)}, county="350121")
    content = content_of(CATALOGUE, "joint_form", empty)
    assert {name for name, value in content["person"].items() if value is not None} == set()
    assert content_of(CATALOGUE, "household_letter", empty)["police_station"] is None
