"""Whatever a veteran asks about the service is answered, and from the catalogue."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from backend.catalogue.load import DATA, Catalogue, load_catalogue
from backend.conversations.messages import Message, to_body
from backend.dialogue import questions
from backend.dialogue.side import MANNERS
from backend.interview.heard import QUESTIONS, STEERING
from backend.interview.questions import load_script
from backend.locale.text import SOURCE_LANGUAGE, render

NLU = Path(__file__).parents[3] / "data" / "nlu"
CATALOGUE = load_catalogue()
TODAY = date(2026, 11, 24)
#: Characters of a line, without its source: two rows of a phone's bubble.
LONGEST_LINE = 48
GULOU = "350102"
#: What is no question about the service, or is answered from elsewhere than the catalogue's answers.
NO_QUESTIONS = (
    STEERING | MANNERS | {"unsubscribe", "inform", "choose", "affirm", "deny", "correct", "progress", "handoff", "distress"}
)
IN_GULOU: dict[str, Any] = {
    "discharge_month": "2026-09",
    "county": GULOU,
    "soldier_kind": "conscript",
    "self_employed": True,
    "handed_over": False,
    "local_household": True,
    "political_status": "league",
    "matters": ["report_in", "local_subsidy", "household_restoration", "social_card"],
    "papers_lacking": [7],
}


def intents() -> list[str]:
    """Every intent of the training data, once."""
    files = [yaml.safe_load(file.read_text("utf-8")) for file in sorted(NLU.glob("*.yml"))]
    return sorted({part["intent"] for file in files for part in file["nlu"] if "intent" in part})


ASKED = [intent for intent in intents() if intent not in NO_QUESTIONS]


def ask(intent: str, text: str = "", answers: dict[str, Any] | None = None, catalogue: Catalogue = CATALOGUE) -> list[Message]:
    return questions.answer(catalogue, load_script(catalogue.questions), intent, text, answers or {}, TODAY)


def said(intent: str, text: str = "", answers: dict[str, Any] | None = None, catalogue: Catalogue = CATALOGUE) -> str:
    (message,) = ask(intent, text, answers, catalogue)
    return render(message.text)


def test_the_training_data_asks_what_the_answers_are_for() -> None:
    assert {"matters_info", "materials", "time_limit", "where", "eligibility"} <= set(ASKED)
    assert sum(intent.startswith("faq/") for intent in ASKED) > 30
    assert [intent for intent in ASKED if intent not in QUESTIONS] == []


@pytest.mark.parametrize("answers", [{}, IN_GULOU], ids=["unknown person", "in 鼓楼, matters chosen"])
@pytest.mark.parametrize("intent", ASKED)
def test_every_question_is_answered(intent: str, answers: dict[str, Any]) -> None:
    (message,) = ask(intent, answers=answers)
    body = to_body(message, SOURCE_LANGUAGE)
    assert body["text"].strip()
    assert "{" not in body["text"]


@pytest.mark.parametrize("intent", ASKED)
def test_an_answer_names_the_section_of_the_notice_or_says_that_it_is_silent(intent: str) -> None:
    text = said(intent)
    assert "（依据：通知" in text or ("通知里" in text and "转人工" in text)


@pytest.mark.parametrize("answers", [{}, IN_GULOU], ids=["unknown person", "in 鼓楼, matters chosen"])
@pytest.mark.parametrize("intent", ASKED)
def test_an_answer_is_three_short_lines_and_its_source_stands_behind_it(intent: str, answers: dict[str, Any]) -> None:
    lines = said(intent, answers=answers).split("\n")
    assert len(lines) <= 3
    # What lists all matters, or all banks, is as long as they are.
    listed = [line for line in lines if line.count("、") < 5]
    assert max(len(re.sub(r"（依据：.*$", "", line)) for line in listed) <= LONGEST_LINE
    assert not lines[-1].startswith("（依据")


def test_no_answer_lies_where_no_question_reaches_it() -> None:
    assert set(CATALOGUE.faq) == {intent.removeprefix("faq/") for intent in ASKED}


def test_what_is_no_question_is_left_to_others() -> None:
    assert ask("inform") == ask("faq/nothing_of_ours") == []


@pytest.mark.parametrize(
    ("text", "matter", "own"),
    [
        ("社保卡要多久", "social_card", "社保卡3个工作日"),  # notice 四(六)
        ("户口几天能落好", "household_restoration", "恢复户口1个工作日"),  # notice 四(三)
        ("年金转移要几天", "annuity_transfer", "职业年金转移5个工作日"),  # notice 四(四)
        ("补助要等几天", "local_subsidy", "没有规定天数"),  # notice 四(二)
    ],
)
@pytest.mark.parametrize("answers", [{}, IN_GULOU], ids=["unknown person", "in 鼓楼, matters chosen"])
def test_asked_about_one_matter_only_that_one_is_answered(text: str, matter: str, own: str, answers: dict[str, Any]) -> None:
    answer = said("time_limit", text, answers)
    assert own in answer
    assert answer == render(CATALOGUE.faq["time_limit"].by_matter[matter]) + "（依据：通知四）"


def test_asked_about_two_matters_both_are_answered() -> None:
    lines = said("time_limit", "户口和社保卡要多久").split("\n")
    assert len(lines) == 2
    assert "恢复户口" in lines[0]
    assert "社保卡" in lines[1]


def test_asked_what_a_matter_is_that_one_is_explained() -> None:
    assert said("matters_info", "职业年金转移是什么").startswith(render(CATALOGUE.matters["annuity_transfer"].what_it_is))
    assert "一共11项" in said("matters_info", "都有哪些")


@pytest.mark.parametrize("county", [window.county for window in CATALOGUE.windows.values()])
def test_where_to_go_is_the_countys_own_window(county: str) -> None:
    window = CATALOGUE.window_of(county)
    assert window is not None
    answer = said("where", "去哪里交材料", {"county": county})
    for shown in (window.name, window.address, window.phone, window.hours):
        assert render(shown) in answer


def test_where_no_window_is_known_nothing_is_invented() -> None:
    assert CATALOGUE.window_of("350103") is None
    for answers in ({}, {"county": "350103"}):
        answer = said("where", "去哪里交材料", answers)
        assert "通知里没有" in answer
        assert "转人工" in answer
        assert "示例" not in answer


def test_a_limit_changed_in_the_catalogue_changes_the_answer(tmp_path: Path) -> None:  # notice 四(六)
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    source = (data / "matters.yml").read_text("utf-8")
    assert source.count("limit_days: 3") == 1
    (data / "matters.yml").write_text(source.replace("limit_days: 3", "limit_days: 7"), "utf-8")
    changed = load_catalogue(data)
    for intent, text in (("time_limit", "社保卡要多久"), ("time_limit", "要多久"), ("faq/card_bank", "")):
        before, after = said(intent, text), said(intent, text, catalogue=changed)
        assert before != after == before.replace("3个", "7个")


def test_the_limits_in_general_are_three_short_lines() -> None:  # notice 四
    lines = said("time_limit", "要多久").removesuffix("（依据：通知四）").split("\n")
    assert len(lines) == 3 and max(map(len, lines)) <= 40
    limits = [matter.limit_days for matter in CATALOGUE.matters.values()]
    # “Most” of them: more than half of the eleven.
    assert limits.count(CATALOGUE.matters["report_in"].limit_days) > len(limits) / 2


def test_with_matters_chosen_the_papers_are_this_persons_own() -> None:
    (message,) = ask("materials", "要带什么", IN_GULOU)
    assert message.card is not None
    assert message.card.kind == "checklist"
    body = to_body(message, SOURCE_LANGUAGE)
    # 1 and 2, identity card, householder's, booklet or deed, photograph # notice 二(二)
    assert len(body["card"]["rows"]) == 6
    assert [row["state"] for row in body["card"]["rows"]].count("lacking") == 1


def test_before_matters_are_chosen_the_papers_are_everyones() -> None:
    (message,) = ask("materials", "要带什么")
    assert message.card is None
    assert "行政介绍信" in render(message.text)


def test_a_units_designation_is_never_asked_for() -> None:
    answer = said("faq/unit_secret", "要填部队番号吗")
    assert answer.startswith("不用写，也请不要发")
    assert "不保存" in answer


def test_nobody_is_promised_that_the_program_itself_chases_a_department() -> None:
    answer = said("faq/urge", "帮我催一下")
    assert "转人工" in answer
    assert "自己催不了" in answer
