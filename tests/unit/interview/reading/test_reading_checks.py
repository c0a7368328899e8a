"""Checks of single values: what is right passes in one spelling, what is wrong says why."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.iso7064 import mod_11_2

from backend.interview.checks import (
    birth_date_of,
    check_address,
    check_bank_card,
    check_certificate_number,
    check_id_number,
    check_mobile,
    check_name,
    sex_of,
)
from backend.locale.text import render

TODAY = date(2026, 11, 24)


def test_the_standard_s_own_example_passes() -> None:
    assert check_id_number("11010519491231002x", TODAY).value == "11010519491231002X"
    assert birth_date_of("11010519491231002X") == date(1949, 12, 31)
    assert sex_of("11010519491231002X") == "female"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("381421199903212588", "校验没通过"),
        ("1101051949123100", "少了2位"),
        ("1101051949123100222", "多了1位"),
        ("110105194913310021", "没有这一天"),
        ("110105199902300021", "没有这一天"),
        ("11010520991231002X", "还没到"),
        ("1101X519491231002X", "最后一位"),
        ("110105491231002", "老身份证"),
        ("11010519491231002A", "“A”"),
    ],
)
def test_a_wrong_identity_number_says_what_is_wrong(number: str, words: str) -> None:
    checked = check_id_number(number, TODAY)
    assert checked.value is None
    assert words in render(checked.problem)


@given(st.integers(100000, 999999), st.dates(date(1950, 1, 1), date(2008, 1, 1)), st.integers(0, 999))
def test_the_area_is_never_a_reason_to_refuse(area: int, born: date, serial: int) -> None:
    body = f"{area}{born:%Y%m%d}{serial:03d}"
    number = body + mod_11_2.calc_check_digit(body)
    assert check_id_number(number, TODAY).value == number


@given(st.integers(10**14, 10**18 - 1))
def test_any_card_with_a_right_check_digit_passes_in_any_grouping(body: int) -> None:
    digits = str(body)
    number = digits + luhn.calc_check_digit(digits)
    grouped = " ".join(number[i : i + 4] for i in range(0, len(number), 4))
    expected = number if 16 <= len(number) <= 19 else None
    assert check_bank_card(grouped).value == expected
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert check_bank_card(wrong).value is None


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("622202100111624570", "18位"),
        ("6222021", "少了"),
        ("62220210011162457021", "多了"),
        ("13800138000", "手机号"),
        ("11010519491231002X", "没有X"),
    ],
)
def test_a_wrong_card_says_what_is_wrong(card: str, words: str) -> None:
    assert words in render(check_bank_card(card).problem)


@pytest.mark.parametrize(
    "text", ["13800138000", "138 0013 8000", "+86 13800138000", "1３800138000", "幺三八零零幺三八零零零", "13112312312"]
)
def test_a_mobile_passes_however_it_is_written(text: str) -> None:
    assert check_mobile(text).value in ("13800138000", "13112312312")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1380013800", "少了1位"),
        ("138001380001", "多了1位"),
        ("059187654321", "座机"),
        ("12345678901", "123"),
        ("23800138000", "2开头"),
        ("手机", "11位"),
    ],
)
def test_a_wrong_mobile_says_what_is_wrong(text: str, words: str) -> None:
    checked = check_mobile(text)
    assert checked.value is None
    assert words in render(checked.problem)


@pytest.mark.parametrize(
    ("text", "name"),
    [("林小明", "林小明"), ("欧阳 锋", "欧阳锋"), ("阿依古丽•买买提", "阿依古丽·买买提"), ("㛃一", "㛃一"), ("林明。", "林明")],
)
def test_names_pass(text: str, name: str) -> None:
    assert check_name(text).value == name


@pytest.mark.parametrize("text", ["林", "Lin", "林小明1", "我的身份证", "", "不知道啊"])
def test_what_is_no_name_is_refused(text: str) -> None:
    assert check_name(text).value is None


@pytest.mark.parametrize("text", ["福建省福州市鼓楼区示例路1号", "闽侯县示例镇示例村", "示例街道示例小区3栋201室"])
def test_addresses_with_enough_detail_pass(text: str) -> None:
    assert check_address(text).value == text


@pytest.mark.parametrize("text", ["福州", "鼓楼区", "福州市鼓楼区示例街道", ""])
def test_addresses_without_a_door_are_refused(text: str) -> None:
    assert check_address(text).value is None


@pytest.mark.parametrize("text", ["退字第12345678号", "退字第XXXX号", "军2026第0001号", "20260001"])
def test_certificate_numbers_pass(text: str) -> None:
    assert check_certificate_number(text).value == text


@pytest.mark.parametrize("text", ["不知道", "退", "1" * 40, "看不清楚", "11010519491231002X", "13800138000"])
def test_what_is_no_certificate_number_is_refused(text: str) -> None:
    assert check_certificate_number(text).value is None
