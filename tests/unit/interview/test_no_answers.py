"""What is no answer stores nothing: other words where a name was asked, banks that are no partners, what nobody can make out."""

from __future__ import annotations

from typing import Any

import pytest

from backend.interview.questions import load_script
from tests.unit.interview.test_engine import CATALOGUE, CONSENTS, FILLED, SITUATION, Talk, at
from tests.unit.interview.test_kept_answers import MAILED, asked, without


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("不想说", "deny"),
        ("等一下", "stop"),
        ("忘了", "unsure"),
        ("先不填", "skip"),
        ("再说吧", "nlu_fallback"),
        ("农行", "inform"),
        ("大专", "inform"),
        ("义务兵", "inform"),
        ("高中", "inform"),
        ("晋江", "inform"),
        ("随便", "inform"),
        ("自取", "inform"),
    ],
)
@pytest.mark.parametrize("name", ["name", "booklet_recipient"])
def test_other_words_are_no_name(name: str, said: str, intent: str) -> None:
    talk = asked(name)
    talk.say(said, intent, 0.4)
    assert name not in talk.draft.answers


@pytest.mark.parametrize("said", ["林小明", "我叫安溪", "不花·巴特尔", "党建国", "姓名：等德茂", "欧阳小明"])
def test_a_name_is_taken_and_said_back_masked(said: str) -> None:
    talk = asked("name")
    answer = talk.say(said)
    assert talk.draft.answers["name"] == said.removeprefix("我叫").removeprefix("姓名：")
    assert "姓名" in answer
    assert talk.draft.answers["name"] not in answer


def test_a_bank_that_is_no_partner_is_said_to_be_none_and_the_others_are_offered() -> None:  # notice 三(九)
    talk = asked("card_bank")
    answer = talk.say("招商银行")
    assert "招商银行" in answer
    assert "合作银行" in answer
    assert "中国农业银行" in talk.labels
    assert "card_bank" not in talk.draft.answers


def test_two_banks_at_once_are_asked_about() -> None:
    talk = asked("card_bank")
    talk.say("农行或者建行")
    assert talk.labels == ["中国农业银行", "中国建设银行"]


def test_a_name_without_a_known_surname_is_asked_about_once() -> None:
    talk = asked("name")
    assert "“等德茂”是身份证上的姓名吗" in talk.say("等德茂")
    talk.say("姓名：等德茂")
    assert talk.draft.answers["name"] == "等德茂"


def test_jinmen_gets_a_reason() -> None:
    talk = at("county", {**CONSENTS, "discharge_month": "2026-09"})
    answer = talk.say("金门")
    assert "金门" in answer
    assert "没找到" not in answer


@pytest.mark.parametrize("name", [*SITUATION, *without(MAILED, *SITUATION), "card_address", "medical_kind", "review"])
def test_every_question_explains_itself_after_two_failures_and_offers_a_person_after_three(name: str) -> None:
    answers: dict[str, Any] = {} if name in CONSENTS else MAILED
    talk = at(name, without(dict(answers), name))
    talk.say("哦豁", "nlu_fallback", 0.2)
    question = load_script(CATALOGUE.questions).questions[name]
    second = talk.say("哦豁豁", "nlu_fallback", 0.2)
    assert question.explain.source.partition("{")[0].split("\n")[0] in second
    assert question.example.source in second
    talk.say("哦豁豁豁", "nlu_fallback", 0.2)
    assert "找工作人员" in talk.labels


@pytest.mark.parametrize(
    ("name", "said", "intent"),
    [
        ("political_status", "不知道", "unsure"),
        ("political_status", "没有身份证，过期了", "faq/id_card"),
        ("self_employed", "不想说", "skip"),
        ("handed_over", "3和7没有", "inform"),
        ("local_household", "先不办", "stop"),
        ("local_household", "我是党员团员都不是", "inform"),
        ("handed_over", "不是士官", "inform"),
        ("new_id_card", "提交", "affirm"),
        ("matters", "都齐了", "inform"),
        ("matters", "鼓楼区示例路2号", "inform"),
        ("papers_lacking", "5号", "inform"),
        ("certificate_number", "2026年10月", "inform"),
        ("certificate_number", "鼓楼区示例街道示例路5号", "inform"),
        ("name", "那就农行或者工行", "inform"),
        ("league_organisation", "我身份证号不记得了", "nlu_fallback"),
        ("booklet_address", "农行", "inform"),
        ("booklet_address", "都齐了", "inform"),
    ],
)
def test_what_is_said_of_something_else_is_no_answer(name: str, said: str, intent: str) -> None:
    talk = asked(name, political_status="league", league_organisation="county")
    talk.say(said, intent)
    assert name not in talk.draft.answers
    assert talk.draft.answers.get("booklet_recipient") == "林小明"


def test_a_greeting_is_no_consent() -> None:
    talk = Talk()
    talk.say("你好", "greet")
    assert talk.draft.answers == {}


def test_whose_mobile_it_is_counts() -> None:
    talk = asked("certificate_number")
    talk.say("他的手机13900139000")
    assert talk.draft.answers["mobile"] == FILLED["mobile"]


def test_who_denies_being_a_sergeant_and_says_conscript_is_one() -> None:
    talk = at("soldier_kind", {**CONSENTS, "discharge_month": "2026-09", "county": "350102"})
    talk.say("没转士官，义务兵")
    assert talk.draft.answers["soldier_kind"] == "conscript"


def test_a_paper_that_is_not_on_the_list_is_said_to_be_none() -> None:  # notice 二(二)
    talk = asked("papers_lacking")
    assert "没有第5项" in talk.say("5没有")
    assert "papers_lacking" not in talk.draft.answers
    assert "没有第5项" in talk.say("5和7没有")
    assert talk.draft.answers["papers_lacking"] == [7]


def test_reporting_in_that_is_only_spoken_of_chooses_no_matters() -> None:
    talk = at("handed_over", without(SITUATION, "handed_over", "local_household"))
    talk.say("我自己拿着介绍信回来报到的")
    assert talk.draft.answers["handed_over"] is False
    assert "matters" not in talk.draft.answers
    assert "booklet_delivery" not in talk.draft.answers


@pytest.mark.parametrize(
    ("said", "local"), [("户口在鼓楼", True), ("户口在晋江", False), ("户口在老家晋江", False), ("是的，我是军士", True)]
)
def test_where_the_household_is_may_be_said_by_the_place(said: str, local: bool) -> None:
    talk = at("local_household", without(SITUATION, "local_household"))
    talk.say(said)
    assert talk.draft.answers["local_household"] is local
    assert talk.draft.answers["county"] == SITUATION["county"]


def test_a_name_may_be_written_with_gaps() -> None:
    talk = asked("name")
    talk.say("陈  小 明")
    assert talk.draft.answers["name"] == "陈小明"


def test_what_had_no_answer_before_is_noted_not_changed() -> None:
    talk = at("handed_over", without(SITUATION, "handed_over"))
    assert "改好了" not in talk.say("应该是集中移交")
