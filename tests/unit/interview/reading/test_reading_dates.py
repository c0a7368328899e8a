"""Months as people write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.interview.reading.dates import names_impossible_month, read_month, read_months

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("2026.9", "2026-09"),
        ("2026年9月", "2026-09"),
        ("26年9月", "2026-09"),
        ("26.9", "2026-09"),
        ("去年九月", "2025-09"),
        ("两年前九月", "2024-09"),
        ("今年9月", "2026-09"),
        ("九月一号", "2026-09"),
        ("我9月1号退的", "2026-09"),
        ("12月", "2025-12"),
        ("前年", "2024"),
        ("前年十二月", "2024-12"),
        ("上个月", "2026-10"),
        ("两个月前", "2026-09"),
        ("二〇二六年九月", "2026-09"),
        ("二零二六年十一月", "2026-11"),
        ("09/2026", "2026-09"),
        ("20260901", "2026-09"),
        ("2026-09-01", "2026-09"),
        ("18年9月入伍", "2018-09"),
        ("九八年十月", "1998-10"),
        ("２０２６．９", "2026-09"),
        ("September 2026", "2026-09"),
        ("last September", "2026-09"),
        ("discharged last year", "2025"),
        ("2026年", "2026"),
        ("26年", "2026"),
    ],
)
def test_a_month_is_read(text: str, month: str) -> None:
    found = read_month(text, TODAY)
    assert found is not None
    assert found.value == month


@pytest.mark.parametrize("text", ["", "当了2年兵", "服役5年", "当了12年兵", "1、3、10", "你好", "13800138000", "五年前"])
def test_lengths_of_time_and_choices_are_no_months(text: str) -> None:
    assert read_month(text, TODAY) is None


def test_two_months_keep_their_places() -> None:
    text = "18年9月入伍20年9月退"
    assert [(found.value, text[found.start : found.end]) for found in read_months(text, TODAY)] == [
        ("2018-09", "18年9月"),
        ("2020-09", "20年9月"),
    ]


@pytest.mark.parametrize("text", ["2026年13月", "13月", "2026年0月"])
def test_a_month_that_there_is_not_is_noticed(text: str) -> None:
    assert names_impossible_month(text)


_CN = "〇一二三四五六七八九"
_CN_MONTHS = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"]


@given(st.integers(1990, 2026), st.integers(1, 12), st.integers(0, 7))
def test_every_month_comes_back_from_every_writing(year: int, month: int, form: int) -> None:
    chinese_year = "".join(_CN[int(digit)] for digit in str(year))
    written = [
        f"{year}.{month}",
        f"{year}-{month:02d}",
        f"{year}年{month}月",
        f"{year}/{month:02d}/01",
        f"{year % 100:02d}年{month}月份",
        f"{chinese_year}年{_CN_MONTHS[month - 1]}月",
        f"{year}{month:02d}",
        f"{month:02d}/{year}",
    ][form]
    found = read_month(f"我{written}退的", TODAY)
    assert found is not None
    assert found.value == f"{year}-{month:02d}"
