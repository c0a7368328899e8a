"""Which papers a person brings, and which matters wait for a missing one (notice 二(二))."""

import pytest

from backend.catalogue.build import MATTER_CODES
from backend.catalogue.load import load_catalogue
from backend.catalogue.rules import checklist, held_up
from backend.locale.text import render

CATALOGUE = load_catalogue()
ALL = list(MATTER_CODES)
CONSCRIPT = {
    "discharge_month": "2026-09",
    "county": "350102",
    "soldier_kind": "conscript",
    "self_employed": True,
    "handed_over": False,
    "local_household": True,
    "political_status": "none",
}
SERGEANT_IN_PARTY = {**CONSCRIPT, "soldier_kind": "sergeant", "political_status": "party", "handed_over": True}


def papers(answers):
    return [line.material.number for line in checklist(CATALOGUE, answers)]


def line(number, answers):
    return next(line for line in checklist(CATALOGUE, answers) if line.material.number == number)


# -- which papers: notice 二(二) ------------------------------------------------------------------------------------


def test_whoever_only_reports_in_brings_four_papers():  # notice 二(二)1, 2, 4, 12
    assert papers(CONSCRIPT) == [1, 2, 4, 12]
    assert papers({}) == [1, 2, 4, 12]


@pytest.mark.parametrize(
    ("matters", "answers", "more"),
    [
        (["training_survey"], {}, []),
        (["local_subsidy"], {}, []),
        (["household_restoration"], {}, [6, 7]),  # notice 三(五)
        (["pension_enrolment"], {}, [7]),  # notice 三(六)
        (["pension_enrolment"], {"local_household": False}, [5, 7]),  # notice 三(六)
        (["medical_enrolment"], {"local_household": False}, [5, 11]),  # notice 三(八), our reading
        (["household_restoration", "pension_enrolment"], {"local_household": False}, [6, 7]),  # being restored here is local
        (["social_card"], {"local_household": False}, []),
        (["pension_transfer"], {}, [8, 9]),  # notice 三(七)
        (["annuity_transfer"], {}, [8, 9, 10]),  # notice 三(七)
        (["pension_transfer", "annuity_transfer"], {}, [8, 9, 10]),
        (["medical_enrolment"], {}, [11]),  # notice 三(八)
        (["medical_transfer"], {}, [11]),  # notice 三(八)
        (["medical_enrolment", "medical_transfer"], {}, [11]),
        (["social_card"], {}, []),
        (["party_league"], {"political_status": "league"}, [13]),  # notice 二(二)13
        (["party_league"], {}, []),  # no member: a leftover choice needs nothing
        ([], {"handed_over": True}, [3]),  # notice 二(二)3
        ([], {"handed_over": None}, []),
    ],
)
def test_each_matter_adds_exactly_its_papers(matters, answers, more):
    assert papers({**CONSCRIPT, **answers, "matters": ["report_in", *matters]}) == sorted([1, 2, 4, 12, *more])


def test_everything_together_needs_every_paper_once_but_the_residence_permit():  # notice 二(二)
    answers = {**SERGEANT_IN_PARTY, "matters": ALL}
    assert papers(answers) == [1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13]
    assert papers({**answers, "matters": [m for m in ALL if m != "household_restoration"], "local_household": False}) == [
        1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13,
    ]  # fmt: skip


def test_each_line_says_why_who_issues_it_and_which_matters_use_it():
    for one in checklist(CATALOGUE, {**SERGEANT_IN_PARTY, "matters": ALL}):
        assert render(one.why)
        assert render(one.issuer)
        assert one.matters
        assert set(one.matters) <= set(one.material.used_by)
        assert set(one.blocks) <= set(one.matters)
        assert one.group in CATALOGUE.groups
        assert one.certain
    assert line(4, {**CONSCRIPT, "matters": ["report_in", "social_card"]}).matters == ("report_in", "social_card")


def test_only_the_notice_of_settlement_is_not_asked_for_in_the_original():  # notice 二(二)
    forms = {one.material.number: one.form for one in checklist(CATALOGUE, {**SERGEANT_IN_PARTY, "matters": ALL})}
    assert {number for number, form in forms.items() if form == "unstated"} == {3}
    assert {number for number, form in forms.items() if form == "original"} == set(forms) - {3}


def test_for_the_household_booklet_or_deed_will_do_for_the_pension_only_the_booklet():  # notice 二(二)7, 三(五), 三(六)
    household = line(7, {**CONSCRIPT, "matters": ["report_in", "household_restoration"]})
    assert household.form == "either"
    assert "或者产权证明" in render(household.name)
    both = line(7, {**CONSCRIPT, "matters": ["report_in", "household_restoration", "pension_enrolment"]})
    assert (both.form, render(both.name)) == ("original", "《居民户口簿》")
    assert "养老参保登记只认《居民户口簿》" in render(both.why)


@pytest.mark.parametrize(
    ("kind", "name", "form"),
    [
        ("sergeant", "军人退役医疗保险个人账户转移凭证", "original"),
        ("conscript", "义务兵退役医疗保险金转移凭证", "original"),
        (None, "军人退役医疗保险个人账户转移凭证或义务兵退役医疗保险金转移凭证", "either"),
    ],
)
def test_which_medical_voucher_follows_from_the_kind_of_soldier(kind, name, form):  # notice 二(二)11, our reading
    one = line(11, {"soldier_kind": kind, "matters": ["medical_transfer"]})
    assert (render(one.name), one.form) == (name, form)


def test_the_first_three_are_looked_at_in_pre_review():  # notice 三(二)
    lines = checklist(CATALOGUE, {**SERGEANT_IN_PARTY, "matters": ALL})
    assert [one.material.number for one in lines if one.in_pre_review] == [1, 2, 3]


def test_papers_that_may_be_needed_are_marked_when_asked_for():
    answers = {"matters": ["report_in", "pension_enrolment"]}
    lines = {one.material.number: one.certain for one in checklist(CATALOGUE, answers, with_uncertain=True)}
    assert lines == {1: True, 2: True, 3: False, 4: True, 5: False, 7: True, 12: True}


# -- what a missing paper holds up: notice 二(二), 三(二) ------------------------------------------------------------


@pytest.mark.parametrize(
    ("lacking", "held"),
    [
        ([], []),
        ([1], ["report_in"]),
        ([2], ["report_in"]),
        ([3], []),
        # without an identity card: report in, restore the household, and the survey that goes with reporting in
        ([4], [m for m in ALL if m not in ("report_in", "training_survey", "household_restoration")]),
        ([6], ["household_restoration"]),
        ([7], ["household_restoration", "pension_enrolment"]),
        ([8], ["pension_transfer", "annuity_transfer"]),
        ([9], ["pension_transfer", "annuity_transfer"]),
        ([10], ["annuity_transfer"]),
        ([11], ["medical_enrolment", "medical_transfer"]),
        ([12], ["social_card"]),
        ([13], ["party_league"]),
        ([5], []),  # not on this person's list
    ],
)
def test_a_missing_paper_holds_up_exactly_the_matters_that_need_it(lacking, held):
    answers = {**SERGEANT_IN_PARTY, "matters": ALL}
    assert held_up(CATALOGUE, answers, lacking) == held


def test_the_residence_permit_holds_up_both_enrolments():  # notice 三(六); 三(八) our reading
    answers = {**CONSCRIPT, "local_household": False, "matters": ["report_in", "pension_enrolment", "medical_enrolment"]}
    assert held_up(CATALOGUE, answers, [5]) == ["pension_enrolment", "medical_enrolment"]
