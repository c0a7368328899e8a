"""Asked twice before anything is deleted: yes, no, and everything else that people say there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.interview.test_engine import CONSENTS, FILLED, Talk, at


def cancelling() -> Talk:
    talk = at("card_bank", {name: value for name, value in FILLED.items() if name != "card_bank"})
    assert "确定吗" in talk.say("我不办了", "withdraw")
    return talk


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("删除我的资料", "withdraw"),
        ("不办了，删掉", "deny"),
        ("不办了", "deny"),
        ("确定", "affirm"),
        ("是的", "inform"),
        ("删吧", "inform"),
        ("1", "inform"),
    ],
)
def test_cancelling_is_confirmed_as_people_say_it(said: str, intent: str) -> None:
    talk = cancelling()
    talk.say(said, intent)
    assert talk.outcome.act == "cancel"


@pytest.mark.parametrize(
    ("said", "intent"), [("接着办", "resume"), ("不删", "deny"), ("不要", "deny"), ("先别删", "withdraw"), ("2", "")]
)
def test_not_cancelling_goes_on_with_everything_kept(said: str, intent: str) -> None:
    talk = cancelling()
    before = talk.draft.answers
    assert "社保卡" in talk.say(said, intent)
    assert talk.outcome.act is None
    assert talk.draft.confirming is None
    assert talk.draft.answers == before


def test_a_question_there_is_answered_and_the_confirmation_asked_again() -> None:
    talk = cancelling()
    assert "确定吗" in talk.say("删了以后还能再申请吗", "faq/rejected")
    assert talk.outcome.side == "faq/rejected"
    talk.say("好", "affirm")
    assert talk.outcome.act == "cancel"


def test_an_answer_to_the_question_before_goes_on_with_it() -> None:
    talk = cancelling()
    talk.say("农行")
    assert talk.draft.answers["card_bank"] == "abc"
    assert talk.draft.confirming is None


def test_what_is_not_understood_there_deletes_nothing_and_is_asked_again() -> None:
    talk = cancelling()
    assert "确定吗" in talk.say("哦豁", "nlu_fallback", 0.2)
    assert talk.outcome.act is None


def test_starting_over_is_confirmed_by_the_words_of_its_button() -> None:
    talk = at("review", FILLED)
    talk.say("重新开始", "start_over")
    talk.say("清掉重来", "withdraw")
    assert talk.draft.answers == CONSENTS


def test_a_press_of_an_old_confirmation_deletes_nothing() -> None:
    talk = at("review", FILLED)
    talk.press("confirm=yes")
    assert talk.draft.answers == FILLED
    assert talk.outcome.act is None


def test_an_old_press_against_the_consent_asks_before_it_deletes() -> None:
    talk = at("review", FILLED)
    talk.press("consent=no")
    assert talk.outcome.act is None
    assert talk.draft.answers == FILLED
    talk.press("confirm=yes")
    assert talk.outcome.act == "cancel"


@pytest.mark.parametrize(
    "press", ["booklet_address=home", "card_address=booklet", "booklet_recipient=self", "enlist_place=same"]
)
def test_an_old_press_that_points_to_nothing_any_more_asks_instead(press: str) -> None:
    talk = at("discharge_month", CONSENTS)
    assert talk.press(press)
    assert talk.draft.answers == CONSENTS


def test_refusing_is_heard_as_the_very_first_word() -> None:
    talk = Talk()
    assert "尊重你的选择" in talk.say("不同意", "deny")
    assert talk.outcome.act == "decline"


def test_a_draft_that_is_paused_is_picked_up_where_it_was() -> None:
    talk = at("card_bank", {name: value for name, value in FILLED.items() if name != "card_bank"})
    talk.draft = replace(talk.draft, paused=True)
    assert "欢迎回来" in talk.say("继续", "resume")
