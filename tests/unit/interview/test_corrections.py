"""What the county sent back is corrected and handed back; what is fixed stays; who may no longer apply is told so."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from backend.interview.draft import Draft
from backend.interview.engine import Interview
from backend.interview.heard import Heard
from backend.interview.questions import load_script
from tests.unit.interview.test_engine import CATALOGUE, FILLED, Talk, at

NUMBER = "TY-3501-26-000001"


def sent_back(*fields: str, **changes: Any) -> Talk:
    """A filed application that the county sent back for `fields` (none: for materials alone)."""
    answers = {name: value for name, value in {**FILLED, **changes}.items() if name not in fields}
    return Talk(Draft(answers=answers, to_correct=dict.fromkeys(fields, "不清楚"), application=NUMBER))


def test_a_correction_of_a_paper_alone_is_handed_back() -> None:  # notice 四(一)
    talk = sent_back()
    assert "交回县里" in talk.say("继续", "resume")
    assert talk.rows["手机号"] == "138****8000"
    talk.say("提交", "affirm")
    assert talk.outcome.act == "correct"


def test_a_correction_of_a_paper_and_a_field_asks_for_the_field_alone() -> None:  # notice 四(一)
    talk = sent_back("mobile")
    assert "手机号" in talk.say("继续", "resume")
    talk.say("13900139000")
    assert talk.draft.pending == "review"
    assert list(talk.rows) == ["手机号"]
    talk.press("review=submit")
    assert talk.outcome.act == "correct"
    assert talk.outcome.filed["mobile"] == "13900139000"


def test_what_is_corrected_in_the_first_message_is_taken() -> None:
    talk = sent_back("mobile")
    talk.say("手机号改成13900139000", "correct")
    assert talk.draft.answers["mobile"] == "13900139000"
    assert talk.draft.pending == "review"


@pytest.mark.parametrize(
    "said", ["安置地改成晋江", "安置地是晋江", "不办社保卡了", "事项改成1、3、4", "再加上医保转移", "改安置地", "改事项"]
)
def test_county_and_matters_of_a_filed_application_are_not_changed_in_the_chat(said: str) -> None:
    talk = sent_back("mobile")
    talk.say("继续", "resume")
    answer = talk.say(said, "correct")
    assert talk.draft.answers["county"] == FILLED["county"]
    assert talk.draft.answers["matters"] == FILLED["matters"]
    assert "不能在这里改" in answer
    assert "手机号" in answer


def test_presses_change_neither_county_nor_matters_of_a_filed_application() -> None:
    talk = sent_back()
    talk.say("继续", "resume")
    for press in ("county=350582", "matters=report_in", "edit=county", "edit=matters"):
        assert "不能在这里改" in talk.press(press)
    assert talk.draft.answers == FILLED


def test_what_a_correction_makes_necessary_is_asked_for() -> None:  # notice 三(五)
    talk = sent_back("booklet_delivery")
    talk.say("继续", "resume")
    talk.say("邮寄")
    assert talk.draft.pending == "booklet_address"
    talk.press("booklet_address=home")
    assert talk.draft.pending == "review"
    talk.say("提交")
    assert talk.outcome.act == "correct"
    assert talk.outcome.filed["booklet_address"] == FILLED["home_address"]


def test_a_matter_that_a_correction_closes_is_said_and_never_handed_back_as_a_change() -> None:
    talk = sent_back("self_employed")
    talk.say("继续", "resume")
    assert "地方经济补助这次办不了" in talk.say("不是")
    talk.say("提交")
    assert talk.outcome.act == "correct"
    assert "matters" not in talk.outcome.filed


def turn_on(day: date, draft: Draft, *values: str) -> tuple[str | None, str, Draft]:
    interview = Interview(load_script(CATALOGUE.questions), CATALOGUE, day)
    outcome = interview.turn(draft, Heard(intent="choose", values=values))
    return outcome.act, str(outcome.say), outcome.draft


def test_who_finished_in_december_and_submits_in_january_is_told_why_not() -> None:  # notice 二(一)
    draft = at("review", FILLED).draft
    assert turn_on(date(2026, 12, 31), draft, "review=submit")[0] == "file"
    act, said, kept = turn_on(date(2027, 1, 1), draft, "review=submit")
    assert act is None
    assert "只给今年" in said
    assert kept.answers == FILLED


def test_a_correction_in_january_goes_by_the_year_it_was_filed_in() -> None:  # notice 二(一)
    draft = Draft(answers=FILLED, application=NUMBER, pending="review", filed_on="2026-12-30")
    assert turn_on(date(2027, 1, 5), draft, "review=submit")[0] == "correct"
    last_year = Draft(
        answers={**FILLED, "discharge_month": "2025-12"}, application=NUMBER, pending="review", filed_on="2026-12-30"
    )
    assert turn_on(date(2027, 1, 5), last_year, "review=submit")[0] is None
