"""What counts as an answer to the question about satisfaction, and what does not."""

from __future__ import annotations

import pytest

from backend.satisfaction.rules import SCALE, Answer, is_nothing, is_opinion, read_answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("很满意", Answer(5)),
        ("非常满意！", Answer(5)),
        ("满意的。", Answer(4)),
        ("一般般吧", Answer(3)),
        ("不太满意", Answer(2)),
        ("不满意，户口跑了两趟", Answer(1, "户口跑了两趟")),
        ("５分", Answer(5)),
        ("1", Answer(1)),
        ("Satisfied", Answer(4)),
    ],
)
def test_a_plain_answer_is_read(text: str, answer: Answer) -> None:
    assert read_answer(text, digits=True) == answer


@pytest.mark.parametrize(
    "text", ["进度", "我要办理", "满意度是什么", "6", "5项都好了吗", "一般要几天办好", "满意的话怎么写评价"]
)
def test_what_is_about_something_else_is_left_alone(text: str) -> None:
    assert read_answer(text, digits=True) is None


def test_a_bare_number_counts_only_under_the_question() -> None:
    assert read_answer("5", digits=False) is None


def test_every_label_of_the_scale_means_itself_when_it_is_typed() -> None:
    assert {score: read_answer(label.source, digits=False) for score, label in SCALE.items()} == {
        score: Answer(score) for score in SCALE
    }


@pytest.mark.parametrize(
    ("text", "nothing"), [("没有了", True), ("没什么要说的", True), ("不用了，谢谢", True), ("没人接电话", False)]
)
def test_who_has_nothing_to_add_is_understood(text: str, nothing: bool) -> None:
    assert is_nothing(text) == nothing


@pytest.mark.parametrize(("text", "opinion"), [("都挺好，就是户口跑了两趟", True), ("我今年9月退的", False)])
def test_an_opinion_is_told_from_facts(text: str, opinion: bool) -> None:
    assert is_opinion(text) == opinion
