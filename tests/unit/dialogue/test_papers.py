"""Original or copy, asked of one paper, is answered of that paper; what becomes of an original is another question."""

from __future__ import annotations

from pathlib import Path

import pytest

from backend.catalogue.load import load_catalogue
from backend.dialogue.papers import answer, asks_form, named
from backend.interview.heard import speaks_of_messages
from backend.interview.questions import load_script
from backend.locale.text import render
from tests.unit.interview.test_engine import FILLED

CATALOGUE = load_catalogue(Path(__file__).parents[3] / "backend" / "catalogue" / "data")
SCRIPT = load_script(CATALOGUE.questions)
NLU = Path(__file__).parents[3] / "data" / "nlu"


def said(text: str, **answers: object) -> str:
    return "\n".join(render(message.text) for message in answer(CATALOGUE, SCRIPT, text, {**FILLED, **answers}))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("户口簿是要原件吗", 7),  # notice 二(二)7
        ("户囗本要原件不", 7),
        ("身份证要复印件吗", 4),
        ("户主身份证复印件行不行", 6),
        ("退伍证带复印件可以吗", 1),
        ("介绍信是不是必须原件", 2),
        ("照片用扫描件行吗", 12),
        ("养老凭证要原件还是复印件", 9),
    ],
)
def test_a_question_of_one_paper_is_answered_of_that_paper(text: str, number: int) -> None:
    assert asks_form(text)
    assert [material.number for material in named(CATALOGUE, text)] == [number]
    assert "原件" in said(text)
    assert said(text).count("\n") <= 2


@pytest.mark.parametrize(
    "text", ["原件会还吗", "身份证会收走吗", "户口本原件要押多久", "社保卡怎么寄", "照片要几寸", "身份证原件退给我吗"]
)
def test_other_questions_about_papers_are_left_alone(text: str) -> None:
    assert not asks_form(text)


def test_the_answer_says_why_and_which_matter() -> None:
    assert "落到谁的户口本上" in said("户主身份证要原件吗") and "④恢复户口" in said("户主身份证要原件吗")
    assert "（依据：通知二（二）6）" in said("户主身份证要原件吗")


def test_where_the_notice_names_no_original_that_is_said() -> None:
    assert "通知没有写要原件" in said("安置通知书要原件吗")  # notice 二(二)3


def test_a_paper_that_this_person_does_not_need_is_said_to_be_none() -> None:
    assert "用不上" in said("居住证要原件吗")
    assert "用不上" not in said("居住证要原件吗", matters=None)


def test_two_papers_get_a_line_each_and_more_get_the_list() -> None:
    assert said("户口本跟身份证都要原件吗").count("\n") == 1
    assert said("户口本、身份证、照片都要原件吗") == ""


def examples(intent: str) -> list[str]:
    lines = (NLU / f"{intent}.yml").read_text("utf-8").splitlines()
    return [line.strip().removeprefix("- ") for line in lines if line.strip().startswith("- ") and "intent:" not in line]


@pytest.mark.parametrize("text", ["乌拉拉", "呜啦啦", "略略略", "芜湖", "起飞", "啦啦啦", "哇哈哈", "阿拉", "嗷嗷", "我晕"])
def test_nonsense_stops_no_messages(text: str) -> None:
    assert not speaks_of_messages(text)


def test_who_wants_no_messages_says_so() -> None:
    assert [text for text in examples("unsubscribe") if not speaks_of_messages(text)] == []
