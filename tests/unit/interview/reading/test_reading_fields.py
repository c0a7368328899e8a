"""Answers to single questions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.interview.reading.fields import READERS, Reading
from backend.locale.text import render

Read = Callable[..., Reading]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("consent", "同意", True),
        ("consent", "不同意", False),
        ("consent_sensitive", "可以开始", True),
        ("discharge_month", "今年9月", "2026-09"),
        ("discharge_month", "去年", "2025"),
        ("enlist_month", "24年9月", "2024-09"),
        ("county", "鼓楼", "350102"),
        ("county", "平和", "350628"),
        ("soldier_kind", "兵", "conscript"),
        ("soldier_kind", "下士", "sergeant"),
        ("self_employed", "是", True),
        ("self_employed", "安排工作的", False),
        ("handed_over", "部队统一移交的", True),
        ("handed_over", "自己来的", False),
        ("local_household", "不是本地的", False),
        ("local_household", "在", True),
        ("political_status", "都不是", "none"),
        ("political_status", "没有", "none"),
        ("political_status", "两个都是", "party_and_league"),
        ("medical_kind", "居民", "resident"),
        ("medical_kind", "灵活就业", "flexible"),
        ("new_id_card", "接着用原来的", False),
        ("new_id_card", "要办新的", True),
        ("papers_lacking", "都齐了", []),
        ("papers_lacking", "3和7没有", [3, 7]),
        ("papers_lacking", "户口簿还没拿到", [7]),
        ("papers_lacking", "除了照片都有", [12]),
        ("papers_lacking", "居住证没有，其他都有", [5]),
        ("papers_lacking", "只有1和2", [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]),
        ("papers_lacking", "3有，7没有", [7]),
        ("name", "我叫林小明", "林小明"),
        ("name", "阿依古丽·买买提", "阿依古丽·买买提"),
        ("id_number", "身份证11010519491231002x", "11010519491231002X"),
        ("mobile", "一三八零零一三八零零零", "13800138000"),
        ("bank_card", "6222０210 0111 6245 702", "6222021001116245702"),
        ("certificate_number", "证号是退字第12345678号", "退字第12345678号"),
        ("education", "大专毕业", "junior_college"),
        ("card_bank", "邮政", "psbc"),
        ("card_bank", "换成工行", "icbc"),
        ("enlist_place", "从晋江入伍的", "福建省泉州市晋江市"),
        ("enlist_place", "广东省梅州市梅县区", "广东省梅州市梅县区"),
        ("current_place", "深圳", "深圳"),
        ("home_address", "我家住在鼓楼区示例路1号", "鼓楼区示例路1号"),
        ("booklet_delivery", "自己来", "collect"),
        ("booklet_delivery", "不要邮寄", "collect"),
        ("card_delivery", "能寄吗", "mail"),
        ("booklet_recipient", "我妈王小红", "王小红"),
        ("party_organisation", "不知道", "county"),
        ("league_organisation", "县里定", "county"),
        ("party_organisation", "转到示例村党支部", "示例村党支部"),
        ("review", "没问题，提交", "submit"),
        ("review", "先存着", "save"),
    ],
)
def test_answers(field: Read, name: str, text: str, value: Any) -> None:
    reading = field(name, text)
    assert (reading.value, reading.problem) == (value, None)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("consent", "先了解一下"),
        ("discharge_month", "不知道"),
        ("county", "不知道"),
        ("self_employed", "不清楚"),
        ("booklet_delivery", "邮寄要钱吗"),
        ("booklet_address", "邮费多少"),
        ("name", "为什么要问这个"),
        ("id_number", "在哪里看"),
        ("party_organisation", "什么是基层党组织？"),
        ("review", "改手机号"),
        ("card_bank", "农行或者建行"),
        ("home_address", "不知道"),
        ("certificate_number", "证号在哪里看"),
    ],
)
def test_what_is_no_answer_stores_nothing(field: Read, name: str, text: str) -> None:
    reading = field(name, text)
    assert (reading.value, reading.problem) == (None, None)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("discharge_month", "2026年13月", "1到12"),
        ("discharge_month", "明年9月", "还没到"),
        ("county", "南京", "不在福建"),
        ("county", "厦门鼓楼", "没找到"),
        ("soldier_kind", "不是义务兵", "军士"),
        ("political_status", "不是党员", "团员吗"),
        ("papers_lacking", "99", "99"),
        ("name", "Lin", "中文"),
        ("id_number", "1101051949123100", "少了2位"),
        ("bank_card", "622202100111624570", "18位"),
        ("mobile", "1380013800", "少了1位"),
        ("home_address", "示例村", "不够细"),
    ],
)
def test_a_wrong_answer_says_what_is_wrong(field: Read, name: str, text: str, words: str) -> None:
    reading = field(name, text)
    assert reading.value is None
    assert words in render(reading.problem)


def test_a_month_alone_completes_the_year_that_is_known(field: Read) -> None:
    assert field("discharge_month_exact", "9月", {"discharge_month": "2026"}).value == "2026-09"
    assert field("discharge_month_exact", "九", {"discharge_month": "2025"}).value == "2025-09"


def test_months_must_follow_each_other(field: Read) -> None:
    assert "入伍要在退役之前" in render(field("enlist_month", "2026年10月", {"discharge_month": "2026-09"}).problem)
    assert "退役要在入伍之后" in render(field("discharge_month", "2026年1月", {"enlist_month": "2026-09"}).problem)
    assert field("discharge_month", "18年9月入伍26年9月退").extra == {"enlist_month": "2018-09"}


def test_one_line_fills_address_recipient_and_mobile(field: Read) -> None:
    for line in (
        "福建省福州市鼓楼区示例路1号，林小明，138 0013 8000",
        "林小明 13800138000 福建省福州市鼓楼区示例路1号",
        "收件人：林小明，电话13800138000，地址：福建省福州市鼓楼区示例路1号",
        "福建省福州市鼓楼区示例路1号林小明13800138000",
    ):
        reading = field("card_address", line)
        assert reading.value == "福建省福州市鼓楼区示例路1号"
        assert reading.extra == {"card_recipient": "林小明", "card_mobile": "13800138000"}


def test_what_was_said_before_is_looked_up(field: Read) -> None:
    answers = {"home_address": "鼓楼区示例路1号", "name": "林小明", "mobile": "13800138000", "county": "350102"}

    assert field("booklet_address", "寄到家里", answers).value == "鼓楼区示例路1号"
    assert field("booklet_recipient", "本人", answers).value == "林小明"
    assert field("booklet_mobile", "就我的手机号", answers).value == "13800138000"
    assert field("enlist_place", "就是安置地", answers).value == "福建省福州市鼓楼区"
    same = field("card_address", "和户口簿一起", {"booklet_address": "示例路2号", "booklet_recipient": "王小红"})
    assert (same.value, same.extra) == ("示例路2号", {"card_recipient": "王小红"})


def test_delivery_of_both_things_is_read_at_once(field: Read) -> None:
    reading = field("booklet_delivery", "户口簿自取，社保卡邮寄")
    assert (reading.value, reading.extra) == ("collect", {"card_delivery": "mail"})
    assert field("booklet_delivery", "社保卡寄").value is None


def test_a_city_gives_its_counties_to_choose_from(field: Read) -> None:
    assert len(field("county", "福州").candidates) > 5


def test_matters_are_added_to_those_of_the_draft(field: Read) -> None:
    reading = field("matters", "再加上4", {"matters": ["report_in", "social_card"]})
    assert reading.value == ["report_in", "household_restoration", "social_card"]


@settings(max_examples=200, deadline=None)
@given(name=st.sampled_from(sorted(READERS)), text=st.text(max_size=60))
def test_no_text_breaks_a_reader(field: Read, name: str, text: str) -> None:
    reading = field(name, text)
    assert reading.value is None or reading.problem is None
