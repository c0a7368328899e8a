"""What was answered right stays: no figure and no wrong answer to one question changes another."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.interview.test_engine import CATALOGUE, CONSENTS, FILLED, MATTERS, Talk, at

MAILED = {
    **FILLED,
    "booklet_delivery": "mail",
    "booklet_address": "鼓楼区示例街道示例路1号",
    "booklet_recipient": "林小明",
    "booklet_mobile": "13800138000",
}


def without(answers: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if name not in names}


def asked(name: str, **changes: Any) -> Talk:
    """The question `name`, everything else answered."""
    return at(name, without({**MAILED, **changes}, name))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("education", "1"),
        ("education", "一"),
        ("card_bank", "1"),
        ("enlist_month", "9"),
        ("mobile", "138"),
        ("certificate_number", "123"),
        ("home_address", "5号"),
        ("review", "1"),
        ("booklet_mobile", "3、4"),
        ("name", "3"),
        ("enlist_place", "7"),
    ],
)
def test_a_bare_number_outside_the_matters_question_chooses_no_matters(name: str, said: str) -> None:
    talk = asked(name)
    talk.say(said)
    assert talk.draft.answers["matters"] == MATTERS


def test_a_number_at_the_first_question_chooses_no_matters() -> None:
    talk = at("discharge_month", CONSENTS)
    answer = talk.say("9")
    assert "matters" not in talk.draft.answers
    assert "2026年9月退役" in answer


@pytest.mark.parametrize(
    ("name", "said", "value"),
    [
        ("education", "3", "senior_middle"),
        ("education", "第六个", "bachelor"),
        ("education", "选5", "junior_college"),
        ("education", "⑥", "bachelor"),
        ("card_bank", "2", "abc"),
        ("soldier_kind", "２", "sergeant"),
        ("booklet_delivery", "1", "collect"),
        ("booklet_mobile", "1", "13800138000"),
        ("current_place", "1", "福州市鼓楼区"),
    ],
)
def test_a_number_picks_from_the_choices_that_were_shown(name: str, said: str, value: Any) -> None:
    talk = asked(name)
    talk.say(said)
    assert talk.draft.answers[name] == value


def test_what_was_picked_by_number_is_said_back() -> None:
    talk = asked("education")
    assert "本科" in talk.say("6")


def test_numbers_pick_a_city_and_then_its_county() -> None:
    talk = at("county", {**CONSENTS, "discharge_month": "2026-09"})
    talk.say("1")
    assert "鼓楼" in talk.labels[0]
    talk.say("1")
    assert talk.draft.answers["county"] == "350102"


def test_numbers_pick_among_the_places_that_a_name_may_mean() -> None:
    talk = at("county", {**CONSENTS, "discharge_month": "2026-09"})
    assert "厦门市下面是哪个" in talk.say("厦门")
    shown = talk.labels
    talk.say("2")
    assert CATALOGUE.counties[talk.draft.answers["county"]].name.endswith(shown[1].removeprefix("厦门市"))


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ("再加上医保转移", {1, 3, 4, 9, 10}),
        ("要办第9项", {1, 3, 4, 9, 10}),
        ("我要加9", {1, 3, 4, 9, 10}),
        ("社保卡不办了", {1, 3, 4}),
        ("只办落户", {1, 4}),
        ("还要办医保转移", {1, 3, 4, 9, 10}),
    ],
)
def test_matters_are_still_changed_by_name_or_with_a_choosing_word(said: str, numbers: set[int]) -> None:
    talk = asked("certificate_number")
    talk.say(said)
    assert {CATALOGUE.matters[code].number for code in talk.draft.answers["matters"]} == numbers


@pytest.mark.parametrize(
    ("name", "said", "kept", "words"),
    [
        ("enlist_month", "2026年10月", "discharge_month", "退役之前"),
        ("enlist_month", "2027年9月", "discharge_month", "以后"),
        ("enlist_month", "1940年1月", "discharge_month", "太早"),
        ("home_address", "晋江市", "county", "不够细"),
        ("bank_card", "13900139000", "mobile", "手机号"),
        ("name", "党员", "political_status", "政治面貌"),
    ],
)
@pytest.mark.parametrize("intent", ["inform", "correct"])
def test_a_wrong_answer_changes_no_other_answer(name: str, said: str, kept: str, words: str, intent: str) -> None:
    talk = asked(name)
    answer = talk.say(said, intent)
    assert talk.draft.answers[kept] == FILLED[kept]
    assert "改好了" not in answer
    assert words in answer


@pytest.mark.parametrize(
    ("said", "name", "value"),
    [
        ("手机号13900139000", "mobile", "13900139000"),
        ("不对，我是军士", "soldier_kind", "sergeant"),
        ("安置地是晋江", "county", "350582"),
    ],
)
def test_an_answer_is_replaced_where_it_is_named_or_said_to_be_wrong(said: str, name: str, value: str) -> None:
    talk = asked("certificate_number")
    assert "改好了" in talk.say(said)
    assert talk.draft.answers[name] == value


def test_a_matter_that_is_not_wanted_is_dropped_and_not_the_whole() -> None:
    talk = at("review", FILLED)
    talk.say("不办社保卡了", "withdraw")
    assert talk.draft.confirming is None
    assert talk.draft.answers["matters"] == [code for code in MATTERS if code != "social_card"]


def test_a_month_that_cannot_be_is_no_correction() -> None:
    talk = at("review", FILLED)
    answer = talk.say("入伍时间改成2027年9月", "correct")
    assert talk.draft.answers["enlist_month"] == "2024-09"
    assert "以后" in answer


@pytest.mark.parametrize("said", ["13900139000", "寄到晋江", "收件人王小红"])
def test_a_mailing_address_is_never_left_empty(said: str) -> None:  # notice 三(五)
    talk = at("booklet_address", without(MAILED, "booklet_address", "booklet_recipient", "booklet_mobile"))
    answer = talk.say(said)
    assert talk.draft.pending == "booklet_address"
    assert "booklet_address" not in talk.draft.answers
    assert "寄到哪里" in answer or "地址" in answer


def test_what_came_with_no_address_is_kept() -> None:
    talk = at("booklet_address", without(MAILED, "booklet_address", "booklet_recipient", "booklet_mobile"))
    talk.say("收件人王小红，13900139000")
    talk.say("鼓楼区示例街道示例路2号")
    assert talk.draft.answers["booklet_recipient"] == "王小红"
    assert talk.draft.answers["booklet_mobile"] == "13900139000"


def test_what_is_said_of_the_other_delivery_leaves_this_one_open() -> None:
    talk = at("booklet_delivery", without(FILLED, "booklet_delivery", "card_delivery"))
    talk.say("社保卡邮寄")
    assert talk.draft.answers["card_delivery"] == "mail"
    assert talk.draft.pending == "booklet_delivery"
    assert "booklet_delivery" not in talk.draft.answers


def test_the_month_of_an_enlistment_is_asked_for_where_only_the_year_is_said() -> None:  # notice 附表
    talk = asked("enlist_month")
    assert "记下了：2024年入伍" in talk.say("2024年")
    assert talk.draft.pending == "enlist_month"
    talk.say("9")
    assert talk.draft.answers["enlist_month"] == "2024-09"


@pytest.mark.parametrize(
    ("said", "name", "value"),
    [
        ("自主就业改成不是", "self_employed", False),
        ("户口簿邮寄地址改成鼓楼区示例街道示例路8号", "booklet_address", "鼓楼区示例街道示例路8号"),
        ("办新身份证改成要办", "new_id_card", True),
        ("户口簿邮寄地址写错了，应该是鼓楼区示例街道示例路8号", "booklet_address", "鼓楼区示例街道示例路8号"),
    ],
)
def test_a_field_is_changed_by_its_label_though_the_label_may_read_as_a_value(said: str, name: str, value: Any) -> None:
    talk = asked("certificate_number")
    talk.say(said, "correct")
    assert talk.draft.answers[name] == value


def test_what_is_to_be_changed_by_its_label_is_asked_for() -> None:
    talk = asked("certificate_number")
    talk.say("改自主就业", "correct")
    assert talk.draft.pending == "self_employed"


def test_several_things_and_the_certificate_in_one_line() -> None:
    talk = asked("certificate_number")
    talk.draft = talk.draft.drop("education")
    talk.say("退字第1234号，大专")
    assert talk.draft.answers["certificate_number"] == "退字第1234号"
    assert talk.draft.answers["education"] == "junior_college"
