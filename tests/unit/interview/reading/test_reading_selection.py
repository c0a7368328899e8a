"""Choosing several of the eleven matters, in all the ways that people choose."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.interview.reading.selection import Option, Selection, select

Choose = Callable[[str], Selection]
Numbers = Callable[[list[str]], list[int]]
ALL = list(range(1, 12))


def without(*numbers: int) -> list[int]:
    return [number for number in ALL if number not in numbers]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1、3、10", [1, 3, 10]),
        ("１，３，１０", [1, 3, 10]),
        ("1 3 10", [1, 3, 10]),
        ("1.3.10", [1, 3, 10]),
        ("1-3-10", [1, 3, 10]),
        ("①③⑩", [1, 3, 10]),
        ("一三五", [1, 3, 5]),
        ("一、三和五", [1, 3, 5]),
        ("135", [1, 3, 5]),
        ("1310", [1, 3, 10]),
        ("十、十一", [10, 11]),
        ("1到4", [1, 2, 3, 4]),
        ("1-4", [1, 2, 3, 4]),
        ("一到四", [1, 2, 3, 4]),
        ("第一个到第四个", [1, 2, 3, 4]),
        ("从2至5，再加8", [2, 3, 4, 5, 8]),
        ("4和10", [4, 10]),
        ("4加10", [4, 10]),
        ("第四项和第十项", [4, 10]),
        ("3、5、8项", [3, 5, 8]),
        ("办3项：1、4、10", [1, 4, 10]),
        ("全部", ALL),
        ("都要", ALL),
        ("全都给我办了吧", ALL),
        ("除了5都要", without(5)),
        ("除5外都要", without(5)),
        ("都办，除了5", without(5)),
        ("除了5和年金，其他都办", without(5, 7)),
        ("5不要，其他都要", without(5)),
        ("全部，不要7", without(7)),
        ("只办3", [3]),
        ("就要1和4", [1, 4]),
        ("只要4，其他不办", [4]),
        ("其余不要，只留4", [4]),
        ("第一和最后一个", [1, 11]),
        ("前三个", [1, 2, 3]),
        ("最后两个", [10, 11]),
        ("前面4个和最后1个", [1, 2, 3, 4, 11]),
        ("1要3不要", [1]),
        ("落户要，年金不要", [4]),
        ("1、3、10，年金不要", [1, 3, 10]),
        ("我要办落户和社保卡", [4, 10]),
        ("我要辦落戶和社會保障卡", [4, 10]),
        ("户口跟社保卡", [4, 10]),
        ("户口、社保卡都要", [4, 10]),
        ("社宝卡和户囗", [4, 10]),
        ("职业年斤", [7]),
        ("医保那两个", [8, 9]),
        ("养老那两个和社保卡", [5, 6, 10]),
        ("我9月退的，要办一下社保卡，还有落户、补助", [3, 4, 10]),
        ("all except 5", without(5)),
        ("everything but 5", without(5)),
        ("household and social card", [4, 10]),
        ("the first and the last", [1, 11]),
        ("one, three and ten", [1, 3, 10]),
        ("only 3 and 10", [3, 10]),
    ],
)
def test_what_is_chosen(choose: Choose, numbers_of: Numbers, text: str, expected: list[int]) -> None:
    selection = choose(text)
    assert (selection.mode, numbers_of(selection.chosen), selection.unknown) == ("set", expected, [])
    assert selection.understood


@pytest.mark.parametrize(
    ("text", "mode", "expected"),
    [
        ("不要7", "remove", [7]),
        ("去掉5", "remove", [5]),
        ("把5去掉", "remove", [5]),
        ("5和7不办", "remove", [5, 7]),
        ("2至4不要", "remove", [2, 3, 4]),
        ("社保卡不要了", "remove", [10]),
        ("drop 5", "remove", [5]),
        ("再加上10", "add", [10]),
        ("10也要", "add", [10]),
        ("还要社保卡", "add", [10]),
        ("add 10", "add", [10]),
    ],
)
def test_adding_and_taking_away(choose: Choose, numbers_of: Numbers, text: str, mode: str, expected: list[int]) -> None:
    selection = choose(text)
    assert (selection.mode, numbers_of(selection.chosen)) == (mode, expected)


def test_taking_away_and_adding_in_one_breath(choose: Choose, numbers_of: Numbers) -> None:
    selection = choose("去掉5，加上10")
    assert (selection.mode, numbers_of(selection.chosen), numbers_of(selection.removed)) == ("add", [10], [5])
    assert selection.applied_to(["report_in", "pension_enrolment"]) == {"report_in", "social_card"}


@pytest.mark.parametrize("text", ["都不要", "一个都不要", "全部不要", "none"])
def test_nothing_is_a_choice_too(choose: Choose, text: str) -> None:
    assert choose(text) == Selection(understood=True)


@pytest.mark.parametrize("text", ["", "你好", "什么意思", "好", "不用了", "帮我看一下"])
def test_what_chooses_nothing_is_not_understood(choose: Choose, text: str) -> None:
    assert not choose(text).understood


@pytest.mark.parametrize(
    ("text", "known", "unknown"), [("1、3、12", [1, 3], ["12"]), ("99", [], ["99"]), ("8到12", [8, 9, 10, 11], ["12"])]
)
def test_numbers_that_do_not_exist_are_reported(
    choose: Choose, numbers_of: Numbers, text: str, known: list[int], unknown: list[str]
) -> None:
    selection = choose(text)
    assert (numbers_of(selection.chosen), selection.unknown) == (known, unknown)


OPTIONS = [
    Option(number, code, (code_name,))
    for number, code, code_name in (
        *(
            (1, "a", "退役报到"),
            (2, "b", "培训问卷"),
            (3, "c", "地方补助"),
            (4, "d", "恢复户口"),
            (5, "e", "养老参保"),
            (6, "f", "养老转移"),
        ),
        *((7, "g", "年金转移"), (8, "h", "医保参保"), (9, "i", "医保转移"), (10, "j", "社保卡"), (11, "k", "党团关系")),
    )
]
CODE = {option.number: option.code for option in OPTIONS}
NAME = {option.number: option.names[0] for option in OPTIONS}
CHINESE = dict(zip(ALL, ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一"], strict=True))
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
RENDERINGS: list[Callable[[list[int]], str]] = [
    lambda numbers: "、".join(map(str, numbers)),
    lambda numbers: "，".join(map(str, numbers)),
    lambda numbers: " ".join(map(str, numbers)),
    lambda numbers: ", ".join(map(str, numbers)),
    lambda numbers: "和".join(map(str, numbers)),
    lambda numbers: "、".join(map(str, numbers)).translate(FULL_WIDTH),
    lambda numbers: "、".join(CHINESE[number] for number in numbers),
    lambda numbers: "跟".join(CHINESE[number] for number in numbers),
    lambda numbers: "、".join(f"第{CHINESE[number]}项" for number in numbers),
    lambda numbers: "我要办" + "、".join(NAME[number] for number in numbers),
    lambda numbers: "和".join(NAME[number] for number in numbers) + "都要",
    lambda numbers: "只办" + "，".join(map(str, numbers)),
    lambda numbers: "no. " + " and ".join(map(str, numbers)),
    lambda numbers: "".join(chr(0x245F + number) for number in numbers),
]
SUBSETS = st.lists(st.sampled_from(ALL), min_size=1, max_size=11, unique=True).map(sorted)


@settings(max_examples=200, deadline=None)
@given(SUBSETS, st.sampled_from(RENDERINGS))
def test_any_choice_comes_back_from_any_writing(numbers: list[int], rendering: Callable[[list[int]], str]) -> None:
    selection = select(rendering(numbers), OPTIONS)
    assert (selection.mode, selection.chosen, selection.unknown) == ("set", [CODE[number] for number in numbers], [])


@settings(max_examples=150, deadline=None)
@given(SUBSETS.filter(lambda numbers: len(numbers) < 11), st.sampled_from(RENDERINGS[:9]), st.integers(0, 4))
def test_all_but_any_choice_comes_back(numbers: list[int], rendering: Callable[[list[int]], str], form: int) -> None:
    listed = rendering(numbers)
    text = [
        f"除了{listed}都要",
        f"除了{listed}，其他都办",
        f"全部，不要{listed}",
        f"{listed}不要，其他都要",
        f"all except {listed}",
    ][form]
    assert select(text, OPTIONS).chosen == [CODE[number] for number in without(*numbers)]


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 11), st.integers(1, 11), st.sampled_from(["到", "至", "-", "~", "—", " to "]), st.booleans())
def test_any_range_comes_back(first: int, last: int, between: str, chinese: bool) -> None:
    first, last = sorted((first, last))
    shown = (CHINESE[first], CHINESE[last]) if chinese else (str(first), str(last))
    assert select(f"{shown[0]}{between}{shown[1]}", OPTIONS).chosen == [CODE[number] for number in range(first, last + 1)]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_no_text_breaks_it(text: str) -> None:
    select(text, OPTIONS)
