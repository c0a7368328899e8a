"""A card and a bank in one breath: both are taken, each is checked, and a wrong one goes into no other field."""

from __future__ import annotations

from datetime import date

import pytest

from backend.interview.draft import Draft
from backend.interview.engine import Interview
from backend.interview.heard import Heard
from backend.interview.outcome import Outcome
from backend.interview.questions import load_script
from backend.locale.text import render
from tests.unit.interview.test_engine import CATALOGUE, FILLED

INTERVIEW = Interview(load_script(CATALOGUE.questions), CATALOGUE, date(2026, 11, 25))
CARD, WRONG = "6222020000000000000", "6222020000000000001"


def draft(pending: str, *without: str, **changes: object) -> Draft:
    answers = {name: value for name, value in {**FILLED, **changes}.items() if name not in without}
    return Draft(answers=answers, pending=pending)


def turn(of: Draft, text: str, intent: str = "inform") -> Outcome:
    return INTERVIEW.turn(of, Heard(text, intent, 0.9))


def said(outcome: Outcome) -> str:
    return "\n".join(render(message.text) for message in outcome.say)


@pytest.mark.parametrize(
    "text", [f"{CARD} 建行", f"建行 {CARD}", f"{CARD}，建行吧", f"卡号{CARD}，社保卡用建行", f"建设银行，{CARD}"]
)
@pytest.mark.parametrize("pending", ["bank_card", "card_bank"])
def test_both_are_taken_whichever_was_asked(text: str, pending: str) -> None:
    outcome = turn(draft(pending, "bank_card", "card_bank"), text)
    assert (outcome.draft.answers["bank_card"], outcome.draft.answers["card_bank"]) == (CARD, "ccb")


@pytest.mark.parametrize("text", [f"{WRONG} 建行", f"社保卡选建行，补助打到{WRONG}", f"建行 {WRONG}"])
@pytest.mark.parametrize("pending", ["bank_card", "card_bank"])
def test_a_wrong_card_is_named_and_stored_nowhere(text: str, pending: str) -> None:
    outcome = turn(draft(pending, "bank_card", "card_bank"), text)
    assert outcome.draft.answers["card_bank"] == "ccb"
    assert "bank_card" not in outcome.draft.answers
    assert "校验没通过" in said(outcome)
    assert WRONG not in str(outcome.draft.answers)


def test_a_wrong_card_beside_a_bank_keeps_the_old_card() -> None:
    outcome = turn(draft("card_bank", "card_bank"), f"{WRONG} 建行")
    assert (outcome.draft.answers["bank_card"], outcome.draft.answers["card_bank"]) == (CARD, "ccb")
    assert "原来的没有动：收补助的银行卡还是尾号0000" in said(outcome)


def test_another_valid_card_is_spoken_of_and_not_taken_by_the_way() -> None:
    outcome = turn(draft("card_bank", "card_bank"), "4111111111111111 建行")
    assert outcome.draft.answers["bank_card"] == CARD
    assert "改收补助的银行卡" in said(outcome)


def test_eighteen_figures_of_a_card_are_no_identity_number() -> None:
    outcome = turn(draft("card_bank", "bank_card", "card_bank"), f"{CARD[:-1]} 建行")
    assert "这个卡号好像多了或少了一位" in said(outcome) and "身份证" not in said(outcome)


@pytest.mark.parametrize("text", [f"卡号改成{WRONG}", f"卡号错了 {WRONG} 建行", f"刚才卡号输错了，应该是{WRONG}"])
def test_a_failed_correction_keeps_the_old_value(text: str) -> None:
    outcome = turn(draft("booklet_delivery", "booklet_delivery"), text, "correct")
    assert (outcome.draft.answers["bank_card"], outcome.draft.answers["card_bank"]) == (CARD, "abc")
    assert "原来的没有动" in said(outcome) and outcome.draft.pending == "booklet_delivery"


def test_of_two_corrections_in_one_breath_the_right_one_is_made() -> None:
    outcome = turn(draft("booklet_delivery", "booklet_delivery"), f"不对，换成建行，卡号{WRONG}", "correct")
    assert (outcome.draft.answers["bank_card"], outcome.draft.answers["card_bank"]) == (CARD, "ccb")
    assert "校验没通过" in said(outcome) and "原来的没有动" in said(outcome)


def test_whose_card_it_is_chooses_no_bank() -> None:
    outcome = turn(draft("bank_card", "bank_card", "card_bank"), f"建行的卡 {CARD}")
    assert outcome.draft.answers["bank_card"] == CARD and "card_bank" not in outcome.draft.answers
