"""The interview as one form: the same questions and rules as turn by turn (notice 二, 三; 六之一)."""

from __future__ import annotations

from typing import Any

import pytest

from backend.catalogue.rules import fields_needed
from backend.interview.draft import Draft
from backend.interview.engine import Interview
from backend.interview.flow import REVIEW, next_question
from backend.interview.heard import Heard
from backend.interview.questions import load_script
from backend.interview.whole import PICK, Asked, complete, fill, missing, questions
from backend.locale.text import render
from tests.support.people import ALL_MATTERS, answers
from tests.unit.interview.test_engine import CATALOGUE, CONSENTS, FILLED, PERSON, SITUATION, TODAY

INTERVIEW = Interview(load_script(CATALOGUE.questions), CATALOGUE, TODAY)


def by_name(draft: Draft) -> dict[str, Asked]:
    return {each.question.id: each for each in questions(INTERVIEW, draft)}


def typed(given: dict[str, Any]) -> dict[str, list[str]]:
    """Answers as a form sends them."""
    words = {True: ["yes"], False: ["no"]}
    form = {
        n: words[v] if isinstance(v, bool) else [str(e) for e in v] if isinstance(v, list) else [v] for n, v in given.items()
    }
    if form.get("papers_lacking") == []:
        form["papers_lacking"] = ["none"]
    return form


def walk(given: dict[str, Any]) -> Draft:
    """Send the whole form until nothing more is asked, as a clerk does who knows every answer."""
    draft = Draft(answers=dict(CONSENTS))
    for _ in range(4):
        filled = fill(INTERVIEW, draft, typed(given), list(by_name(draft)))
        assert not filled.wrong, {name: render(why) for name, why in filled.wrong.items()}
        draft = filled.draft
    return draft


def test_what_may_be_chosen_appears_once_the_situation_is_known_and_the_papers_once_it_is_chosen() -> None:
    empty = by_name(Draft(answers=dict(CONSENTS)))
    assert "soldier_kind" in empty and "name" in empty and "matters" not in empty and "papers_lacking" not in empty
    told = by_name(Draft(answers=dict(SITUATION)))
    assert {pick.value for pick in told["matters"].picks if pick.chosen} >= {"report_in"} and "papers_lacking" not in told
    assert "papers_lacking" in by_name(Draft(answers={**SITUATION, "matters": ["report_in"]}))


def test_the_form_asks_exactly_what_the_talk_asks() -> None:
    for given in (FILLED, {**answers(), "discharge_month": "2026-01"}):
        asked = set(by_name(Draft(answers=given)))
        assert asked == set(fields_needed(CATALOGUE, given))


def test_somebody_with_all_eleven_matters_is_filled_in_by_a_form_as_by_the_talk() -> None:  # notice 一
    given = {**answers(), "discharge_month": "2026-01"}
    draft = walk({name: value for name, value in given.items() if name not in CONSENTS})
    wanted = {name: value for name, value in given.items() if not name.startswith("survey")}
    assert {name: draft.answers.get(name) for name in wanted} == wanted
    left = missing(INTERVIEW, draft)
    assert all(name.startswith("survey") for name in left), left
    skipped = fill(INTERVIEW, draft, {name: ["skip"] for name in left}, left).draft
    assert complete(INTERVIEW, skipped) and set(skipped.answers["matters"]) == set(ALL_MATTERS)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id_number", "350102200601150019"),
        ("mobile", "1380013800"),
        ("bank_card", "6222020000000000001"),
        ("home_address", "福州"),
        ("discharge_month", "很久以前"),
        ("enlist_month", "2030-01"),
    ],
)
def test_a_wrong_value_is_refused_in_the_words_of_the_talk_and_nothing_of_it_is_kept(field: str, value: str) -> None:
    draft = Draft(answers={name: held for name, held in FILLED.items() if name != field})
    filled = fill(INTERVIEW, draft, {field: [value]}, [field])
    said = INTERVIEW.turn(Draft(answers=draft.answers, pending=field), Heard(value, "inform", 0.9)).say[-1].text
    assert field not in filled.draft.answers and not filled.changed
    assert render(filled.wrong[field]).splitlines()[0] in render(said)


def test_an_empty_field_leaves_the_answer_and_a_question_that_falls_away_is_passed_by() -> None:
    draft = Draft(answers={**FILLED, "card_delivery": "mail"})
    given = {"mobile": [""], "card_delivery": ["collect"], "card_address": ["福州"]}
    filled = fill(INTERVIEW, draft, given, list(given))
    assert filled.draft.answers["mobile"] == FILLED["mobile"]
    assert filled.changed == ["card_delivery"] and not filled.wrong


def test_shortcuts_mean_what_they_mean_in_the_talk() -> None:
    draft = Draft(answers={**FILLED, "card_delivery": "mail"})
    filled = fill(INTERVIEW, draft, {"card_address": [f"{PICK}home"]}, ["card_address"])
    assert filled.draft.answers["card_address"] == PERSON["home_address"]
    assert filled.draft.answers["card_recipient"] == PERSON["name"]


def test_a_changed_answer_closes_what_it_closes_in_the_talk() -> None:  # notice 三(四)
    draft = Draft(answers=dict(FILLED))
    filled = fill(INTERVIEW, draft, {"self_employed": ["no"]}, ["self_employed"])
    assert "local_subsidy" not in filled.draft.answers["matters"]


def test_nobody_can_say_that_all_papers_are_there_and_some_are_not() -> None:
    filled = fill(
        INTERVIEW, Draft(answers={**FILLED, "papers_lacking": [1]}), {"papers_lacking": ["none", "2"]}, ["papers_lacking"]
    )
    assert "papers_lacking" in filled.wrong and filled.draft.answers["papers_lacking"] == [1]


def test_what_is_secret_is_shown_masked_and_stands_in_no_field() -> None:
    asked = by_name(Draft(answers=dict(FILLED)))
    for name in ("name", "id_number", "mobile", "bank_card", "home_address", "certificate_number"):
        assert asked[name].masked and not asked[name].value
        assert name == "certificate_number" or FILLED[name] not in render(asked[name].shown)


def test_the_talk_goes_on_with_what_is_missing_and_takes_nothing_for_an_answer_to_what_was_asked_before() -> None:
    talk = INTERVIEW.turn(Draft(answers=dict(CONSENTS)), Heard("2026年9月", "inform", 0.9)).draft
    filled = fill(INTERVIEW, talk, {"county": ["350102"], "soldier_kind": ["conscript"]}, list(by_name(talk)))
    after = INTERVIEW.turn(filled.draft, Heard("是的", "affirm", 0.9))
    assert after.draft.pending == "self_employed" and "self_employed" not in after.draft.answers
    assert next_question(filled.draft, CATALOGUE) != REVIEW
