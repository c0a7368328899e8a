"""Consent comes first: to the talk, and separately to sensitive data."""

from __future__ import annotations

import pytest

from tests.unit.interview.test_engine import Talk, at


def test_nothing_is_kept_before_both_consents_are_given() -> None:
    talk = Talk()
    assert "欢迎回家" in talk.say("我是义务兵，安置在鼓楼", "inform")
    talk.press("consent=yes")
    assert talk.draft.answers == {"consent": True}
    assert "身份证号" in talk.say("为什么", "unsure")


@pytest.mark.parametrize(("said", "intent"), [("在", "affirm"), ("我要办理", "apply"), ("嗯？", "affirm"), ("继续", "resume")])
def test_nothing_but_the_words_of_consent_count_as_consent(said: str, intent: str) -> None:
    talk = at("consent", {})
    talk.say(said, intent)
    assert "consent" not in talk.draft.answers


def test_what_was_said_before_the_consent_is_taken_after_it() -> None:
    talk = at("consent_sensitive", {"consent": True})
    answer = talk.say("同意", "affirm", earlier=["我今年9月退的，义务兵，安置在鼓楼"])
    assert "记下了" in answer
    assert talk.draft.answers["county"] == "350102"
    assert talk.draft.answers["soldier_kind"] == "conscript"


@pytest.mark.parametrize("said", ["不同意", "不要"])
def test_declining_either_consent_ends_politely(said: str) -> None:
    talk = at("consent_sensitive", {"consent": True})
    assert "尊重你的选择" in talk.say(said, "deny")
    assert talk.outcome.act == "decline"
