"""For persons: who may apply, which matters are open to them, which fields are asked."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.applications.papers import SURVEY_FIELDS
from backend.catalogue.build import MATTER_CODES
from backend.catalogue.load import load_catalogue
from backend.catalogue.rules import (
    ROSTER_FIELDS,
    chosen_matters,
    eligibility,
    fields_needed,
    offers,
    task_paths,
)
from backend.locale.text import render

CATALOGUE = load_catalogue()
TODAY = date(2026, 11, 24)
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


# -- who may apply: notice 二(一) -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("discharged", "county", "today", "ok"),
    [
        ("2026-09", "350102", TODAY, True),
        ("2026", "350128", TODAY, True),  # 平潭 is one
        ("2026-11", "350102", TODAY, True),
        ("2026-12", "350102", TODAY, False),  # not discharged yet
        ("2025-12", "350102", TODAY, False),
        ("2027-01", "350102", TODAY, False),
        ("2026-12", "350102", date(2026, 12, 31), True),
        ("2026-12", "350102", date(2027, 1, 2), False),  # a first submission in January is too late
        ("2026-09", "110101", TODAY, False),
        ("2026-09", "other", TODAY, False),
        ("2025", None, TODAY, False),
        (None, "110101", TODAY, False),
        ("2026-09", None, TODAY, None),
        (None, "350102", TODAY, None),
        (None, None, TODAY, None),
    ],
)
def test_who_was_discharged_this_year_and_is_settled_in_fujian_may_apply(discharged, county, today, ok):  # notice 二(一)
    verdict = eligibility({"discharge_month": discharged, "county": county}, today)
    assert verdict.ok is ok
    assert (verdict.why is not None) == (ok is False)


def test_a_refusal_says_why_and_shows_the_way():  # notice 二(一)
    said = render(eligibility({"discharge_month": "2024-09"}, TODAY).why)
    assert "2026年" in said
    assert "2024年" in said
    assert "窗口" in said
    assert "退役军人服务中心" in render(eligibility({"county": "440106"}, TODAY).why)


# -- which matters: notice 一, 三 -----------------------------------------------------------------------------------


def offered(answers):
    return {offer.matter.code: offer for offer in offers(CATALOGUE, answers)}


def test_every_matter_is_offered_in_the_notices_order():  # notice 一
    assert [offer.matter.code for offer in offers(CATALOGUE, {})] == ALL


def test_report_in_is_part_of_every_application():  # notice 一, our reading
    offer = offered({})["report_in"]
    assert (offer.open, offer.required, offer.preselected) == (True, True, True)
    assert chosen_matters(CATALOGUE, {}) == ["report_in"]
    assert chosen_matters(CATALOGUE, {"matters": ["social_card"]}) == ["report_in", "social_card"]


@pytest.mark.parametrize("code", ["training_survey", "local_subsidy"])
@pytest.mark.parametrize("kind", ["conscript", "sergeant"])
def test_survey_and_subsidy_are_for_the_self_employed_sergeants_too(code, kind):  # notice 三(三), 三(四)
    assert offered({"self_employed": True, "soldier_kind": kind})[code].open
    closed = offered({"self_employed": False, "soldier_kind": kind})[code]
    assert not closed.open
    assert not closed.preselected
    assert "自主就业" in render(closed.why)


def test_what_is_not_known_yet_closes_nothing_and_preselects_nothing():
    for code in ("training_survey", "local_subsidy", "party_league"):
        offer = offered({})[code]
        assert (offer.open, offer.certain, offer.preselected) == (True, False, False)


@pytest.mark.parametrize("status", ["party", "probationary", "league", "party_and_league"])
def test_party_and_league_members_have_their_relation_transferred(status):  # notice 三(十)
    offer = offered({"political_status": status})["party_league"]
    assert (offer.open, offer.preselected) == (True, True)


def test_who_is_no_member_is_told_why_party_league_is_closed():  # notice 三(十)
    offer = offered({"political_status": "none"})["party_league"]
    assert not offer.open
    assert "党员" in render(offer.why)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "self_employed": st.booleans(),
            "local_household": st.booleans(),
            "soldier_kind": st.sampled_from(["conscript", "sergeant"]),
            "political_status": st.sampled_from(["party", "probationary", "league", "party_and_league", "none"]),
        },
    )
)
def test_a_voluntary_matter_is_never_preselected(answers):  # notice 三(六), 三(八), 三(三)
    for offer in offers(CATALOGUE, answers):
        assert not (offer.voluntary and offer.preselected)
        assert not (offer.preselected and not offer.open)
        assert render(offer.why)
    assert {code for code, offer in offered(answers).items() if offer.voluntary} == {
        "training_survey",
        "pension_enrolment",
        "medical_enrolment",
    }


def test_what_is_preselected_for_a_conscript_and_for_a_sergeant_in_the_party():
    def preselected(answers):
        return [code for code, offer in offered(answers).items() if offer.preselected]

    usual = ["report_in", "local_subsidy", "household_restoration", "pension_transfer", "medical_transfer", "social_card"]
    assert preselected(CONSCRIPT) == usual
    assert preselected(SERGEANT_IN_PARTY) == sorted([*usual, "annuity_transfer", "party_league"], key=ALL.index)
    assert "household_restoration" not in preselected({**CONSCRIPT, "local_household": False})


@pytest.mark.parametrize(
    ("status", "paths"),
    [
        ("party", ["party"]),
        ("probationary", ["party"]),
        ("league", ["league"]),
        ("party_and_league", ["party", "league"]),
        ("none", []),
    ],
)
def test_who_is_both_goes_both_ways(status, paths):  # notice 三(十), 四(七)
    assert task_paths(CATALOGUE, "party_league", {"political_status": status}) == paths
    assert task_paths(CATALOGUE, "social_card", {"political_status": status}) == [None]


# -- which fields: notice 附表, 三 ----------------------------------------------------------------------------------

BEGIN = [
    "discharge_month", "county", "soldier_kind", "self_employed", "handed_over", "local_household", "political_status", "matters",
]  # fmt: skip
ROSTER = ["papers_lacking", *ROSTER_FIELDS]


def test_eligibility_comes_first_and_the_roster_is_always_needed():  # notice 附表
    assert fields_needed(CATALOGUE, {}) == [*BEGIN, *ROSTER]
    assert not [name for name in fields_needed(CATALOGUE, {"matters": ALL}) if "unit" in name]


@pytest.mark.parametrize(
    ("matters", "answers", "before_papers", "after_roster"),
    [
        (["training_survey"], {}, ["survey_need"], []),  # notice 三(三)
        (["training_survey"], {"survey_need": "none"}, ["survey_need"], []),
        (
            ["training_survey"],
            {"survey_need": "soon"},
            [name for name in SURVEY_FIELDS if name != "survey_degree"],
            [],
        ),
        (["training_survey"], {"survey_need": "later", "survey_kind": "degree"}, list(SURVEY_FIELDS), []),
        (["local_subsidy"], {}, [], ["bank_card"]),  # notice 三(四)
        (["local_subsidy"], {"self_employed": False}, [], []),
        (["household_restoration"], {}, ["new_id_card"], ["booklet_delivery"]),  # notice 三(五)
        (
            ["household_restoration"],
            {"booklet_delivery": "mail"},
            ["new_id_card"],
            ["booklet_delivery", "booklet_address", "booklet_recipient", "booklet_mobile"],
        ),
        (["household_restoration"], {"booklet_delivery": "collect"}, ["new_id_card"], ["booklet_delivery"]),
        (["pension_enrolment"], {}, [], []),
        (["medical_enrolment"], {}, ["medical_kind"], []),  # notice 三(八)
        (["medical_transfer"], {}, [], []),
        (["social_card"], {}, [], ["card_bank", "card_delivery"]),  # notice 三(九), 四(六)
        (
            ["social_card"],
            {"card_delivery": "mail"},
            [],
            ["card_bank", "card_delivery", "card_address", "card_recipient", "card_mobile"],
        ),
        (["party_league"], {"political_status": "party"}, ["party_organisation"], []),  # notice 四(七)
        (["party_league"], {"political_status": "probationary"}, ["party_organisation"], []),
        (["party_league"], {"political_status": "league"}, ["league_organisation"], []),
        (["party_league"], {"political_status": "party_and_league"}, ["party_organisation", "league_organisation"], []),
        (["party_league"], {"political_status": "none"}, [], []),
        (
            ["local_subsidy", "household_restoration", "medical_enrolment", "social_card"],
            {},
            ["medical_kind", "new_id_card"],
            ["bank_card", "card_bank", "booklet_delivery", "card_delivery"],
        ),
    ],
)
def test_each_choice_adds_exactly_its_fields(matters, answers, before_papers, after_roster):
    known = {**CONSCRIPT, **answers, "matters": ["report_in", *matters]}
    assert fields_needed(CATALOGUE, known) == [*BEGIN, *before_papers, *ROSTER, *after_roster]


def test_every_field_that_is_needed_has_its_question():
    everything = {**SERGEANT_IN_PARTY, "political_status": "party_and_league", "matters": ALL}
    everything |= {"booklet_delivery": "mail", "card_delivery": "mail"}
    assert set(fields_needed(CATALOGUE, everything)) <= set(CATALOGUE.questions["questions"])
