"""Long numbers are found however they are written; dates and choices are not numbers."""

from __future__ import annotations

import pytest

from backend.interview.reading.numbers import find_numbers

ID, CARD, MOBILE = "11010519491231002X", "6222021001116245702", "13800138000"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ID, [("id", ID)]),
        ("11010519491231002x", [("id", ID)]),
        ("110105 19491231 002X", [("id", ID)]),
        ("１１０１０５１９４９１２３１００２Ｘ", [("id", ID)]),
        ("6222０210 0111 6245 702", [("card", CARD)]),
        ("6222-0210-0111-6245-702", [("card", CARD)]),
        ("6222，0210，0111，6245，702", [("card", CARD)]),
        ("138 0013 8000", [("mobile", MOBILE)]),
        ("+86 138-0013-8000", [("mobile", MOBILE)]),
        ("一三八零零一三八零零零", [("mobile", MOBILE)]),
        ("幺三八〇〇幺三八〇〇〇", [("mobile", MOBILE)]),
        ("1 3 8 0 0 1 3 8 0 0 0", [("mobile", MOBILE)]),
        ("陈三13800138000", [("mobile", MOBILE)]),
        (f"身份证{ID}，卡{CARD} 手机{MOBILE}", [("id", ID), ("card", CARD), ("mobile", MOBILE)]),
        ("13800138000/13900139000", [("mobile", MOBILE), ("mobile", "13900139000")]),
        ("2026年9月1日13800138000", [("mobile", MOBILE)]),
    ],
)
def test_numbers_are_told_apart(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(found.value.kind, found.value.digits) for found in find_numbers(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "1101051949123100",
        "110105194912310021",
        "62220210011162457021",
        "138001380001",
        "110105-1949-12-31-00",
        "1872 1300 0000 000",
    ],
)
def test_a_mistyped_number_is_still_a_number(text: str) -> None:
    found = find_numbers(text)
    assert len(found) == 1
    assert (found[0].start, found[0].end) == (0, len(text))


@pytest.mark.parametrize(
    "text",
    [
        "1 2 3 4 5 6 7 8 9 10 11",
        "1、2、3、4、5、6、7、8、9、10、11",
        "①②③④⑤⑥⑦⑧⑨⑩⑪",
        "11 10 9 8 7 6 5 4 3 2 1",
        "3 1 2 5 4 6 8 9 7",
        "一二三四五六七八九",
        "2018.09-2020.08",
        "2018-09-01 2020-09-01",
        "20180901-20200901",
        "2018年9月1日到2020年9月1日",
        "2024/09/01~2026/09/01",
        "退字第12345678号",
    ],
)
def test_choices_dates_and_short_certificates_are_left_alone(text: str) -> None:
    assert find_numbers(text) == []
