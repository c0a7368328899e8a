"""What the words themselves say, whatever the classifier makes of them."""

from __future__ import annotations

import pytest

from backend.interview.heard import sounds_like_distress, sounds_like_question


@pytest.mark.parametrize(
    "said",
    ["不想活了", "感觉活着没啥意思", "死了算了", "我想自杀", "I want to die", "写好遗书了", "回来以后天天想死", "活着干嘛"],
)
def test_distress_is_known_by_its_words(said: str) -> None:
    assert sounds_like_distress(said)


@pytest.mark.parametrize("said", ["想死你了", "办完了", "户口注销了怎么办", "跳过", "这事办得我累死了"])
def test_other_words_are_no_distress(said: str) -> None:
    assert not sounds_like_distress(said)


@pytest.mark.parametrize(("said", "asks"), [("邮寄要钱不", True), ("要多久？", True), ("邮寄", False), ("在", False)])
def test_questions_are_known_by_their_words(said: str, asks: bool) -> None:
    assert sounds_like_question(said) is asks
