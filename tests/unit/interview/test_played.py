"""What people really said to it, and what it made of that before."""

from __future__ import annotations

import pytest

from backend.interview.heard import sounds_everyday, sounds_like_distress
from backend.locale.text import Joined, T, render
from tests.unit.interview.test_engine import FILLED, Talk, at


def pending(name: str) -> Talk:
    """Everything is answered but this question, which is asked now."""
    return at(name, {field: value for field, value in FILLED.items() if field != name})


@pytest.mark.parametrize(
    "said",
    [
        "/restart",
        "重新开始",
        "好烦",
        "好像不太好吧",
        "OK吧无所谓",
        "I don't think yes",
        "行不行啊这个",
        "不同意不行吗",
        "哎呀怎么删了，我没说不同意啊",
    ],
)
@pytest.mark.parametrize("asked", ["consent", "consent_sensitive"])
def test_neither_consent_nor_refusal_is_read_into_anything_else(asked: str, said: str) -> None:
    talk = at(asked, {"consent": True} if asked == "consent_sensitive" else {})
    talk.say(said, "inform")
    assert asked not in talk.draft.answers
    assert talk.outcome.act is None


@pytest.mark.parametrize(
    "said", ["同意", "算了算了同意", "那同意呗", "可以啊", "好的，开始吧", "OK", "嗯嗯可以", "我同意，开始"]
)
def test_consent_in_its_own_words_is_taken(said: str) -> None:
    talk = at("consent_sensitive", {"consent": True})
    talk.say(said, "inform")
    assert talk.draft.answers["consent_sensitive"] is True


def test_submitting_never_deletes() -> None:
    talk = pending("review")
    talk.say("烦，算了不办了", "withdraw")
    assert talk.draft.confirming == "cancel"
    talk.say("提交吧", "affirm")
    assert talk.outcome.act != "cancel"
    assert talk.draft.answers


@pytest.mark.parametrize("said", ["笑死", "困死了 明天弄", "手抖了", "没有没有，我没事，你误会了", "电脑死机了"])
def test_everyday_words_are_no_despair(said: str) -> None:
    assert sounds_everyday(said) and not sounds_like_distress(said)


@pytest.mark.parametrize(
    "said", ["累死了，真的不想活了", "反正寄到的时候我可能也不在了", "没啥，就是累了，不想撑了", "等我走了，补助给我妈"]
)
def test_despair_is_heard_by_its_words(said: str) -> None:
    assert sounds_like_distress(said) and not sounds_everyday(said)


def test_what_is_taken_away_and_added_in_one_breath_is_both_done() -> None:
    talk = pending("matters")
    talk.say("1、4、5、8", "choose")
    talk.say("去掉5和8 加上11", "correct")
    assert talk.draft.answers["matters"] == ["report_in", "household_restoration", "party_league"]


def test_a_no_to_several_things_is_no_answer_to_one() -> None:
    talk = pending("self_employed")
    talk.say("自己回来的 户口要落回福清 都不是", "inform")
    assert talk.draft.answers.get("self_employed") is not False


@pytest.mark.parametrize(
    ("said", "new"), [("要新的吧 旧的当兵前拍的太丑", True), ("旧的还能用，不用办新的", False), ("接着用原来的", False)]
)
def test_a_new_identity_card_is_wanted_or_not(said: str, new: bool) -> None:
    talk = pending("new_id_card")
    talk.say(said, "inform")
    assert talk.draft.answers["new_id_card"] is new


def test_papers_are_lacking_and_there_in_one_breath() -> None:
    talk = pending("papers_lacking")
    talk.say("照片没 别的齐了", "inform")
    assert talk.draft.answers["papers_lacking"] == [12]


def test_the_papers_without_which_nothing_begins_are_named() -> None:
    talk = pending("papers_lacking")
    assert "没有它报到办不了" in talk.say("介绍信还没有", "inform")


def test_a_mistyped_identity_number_is_no_bank_card() -> None:
    talk = pending("id_number")
    talk.draft.answers.pop("bank_card", None)
    answer = talk.say("350102200601011234", "inform")
    assert "校验没通过" in answer
    assert "bank_card" not in talk.draft.answers


def test_a_mother_writes_her_sons_name() -> None:
    talk = pending("name")
    talk.say("孩子叫黄小军", "inform")
    assert talk.draft.answers["name"] == "黄小军"


def test_a_certificate_number_is_kept_without_the_words_around_it() -> None:
    talk = pending("certificate_number")
    talk.say("找到了 东字第20260088123号", "inform")
    assert talk.draft.answers["certificate_number"] == "东字第20260088123号"


def test_a_correction_that_names_what_we_do_not_know_is_asked_about_and_opens_nothing_else() -> None:
    talk = pending("review")
    answer = talk.say("八那个信息表我有的 刚才搞错了", "correct")
    assert "改哪" in answer


def test_english_is_joined_by_english_signs() -> None:
    facts = Joined([T("义务兵"), T("自主就业")], separator="，")
    assert "，" not in render(facts, "en") and ", " in render(facts, "en")
    assert render(Joined(["a", "b"], separator=""), "en") == "a b"
    assert render(facts) == "义务兵，自主就业"
