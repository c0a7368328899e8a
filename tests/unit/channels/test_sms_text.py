"""Texts are short, their menus can be answered by number or name, and their segments are counted as a provider bills them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.channels.sms.text import as_texts, read_back, segments

DELIVERY = {
    "text": "户口簿：自己来取，还是邮寄？",
    "choices": [
        {"id": "1", "label": "自取", "intent": "choose", "value": "a"},
        {"id": "2", "label": "邮寄到家", "intent": "choose", "value": "b"},
    ],
    "several": False,
}
MATTERS = {
    "text": "想办哪些？",
    "choices": [{"id": str(n), "label": f"第{n}项很长的名字", "intent": "choose", "value": str(n)} for n in range(1, 12)],
    "several": True,
}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("{" * 80, 1),
        ("{" * 81, 2),
        ("字" * 70, 1),
        ("字" * 71, 2),
        ("字" * 134, 2),
        ("字" * 135, 3),
        ("a" * 69 + "字", 1),
        ("a" * 70 + "字", 2),
        ("👍" * 35, 1),
        ("👍" * 36, 2),
    ],
)
def test_segments_are_counted_as_billed(text: str, count: int) -> None:
    assert segments(text) == count


def test_choices_become_a_numbered_menu() -> None:
    assert as_texts(DELIVERY, "zh_Hans_CN") == ["户口簿：自己来取，还是邮寄？\n回复数字：1 自取 2 邮寄到家"]


def test_a_long_menu_goes_over_several_texts_and_loses_no_choice() -> None:
    texts = as_texts(MATTERS, "zh_Hans_CN")
    assert len(texts) > 1
    joined = " ".join(texts)
    assert all(f"{n} 第{n}项" in joined for n in range(1, 12))
    assert "可选几个" in texts[0]


def test_a_progress_card_is_not_told_again_beside_the_text_that_says_it() -> None:
    row = {"title": "⑩社保卡", "detail": "等制卡", "lines": ["最晚11月27日"], "state": "waiting"}
    body = {"text": "9项里办好5项\n· 社保卡：等制卡", "card": {"kind": "progress", "title": "进度", "rows": [row]}}
    assert as_texts(body, "zh_Hans_CN") == ["9项里办好5项\n· 社保卡：等制卡"]


def test_choices_that_stand_in_rows_are_not_in_the_menu_but_can_be_named_by_number() -> None:
    body = {
        "text": "核对一下，没问题就提交。",
        "choices": [
            {"id": "1", "label": "提交", "intent": "affirm", "value": ""},
            {"id": "2", "label": "改手机号", "intent": "correct", "value": "mobile"},
        ],
        "card": {"kind": "review", "title": "核对", "rows": [{"title": "手机", "detail": "", "lines": [], "choice": "2"}]},
    }
    assert as_texts(body, "zh_Hans_CN") == ["核对一下，没问题就提交。\n回复数字：1 提交"]
    assert read_back(body, "2") == ("2",)


@given(st.text(alphabet=st.sampled_from("字a，。\n 👍1"), min_size=1, max_size=400))
def test_every_text_is_one_segment_and_nothing_is_lost(text: str) -> None:
    texts = as_texts({"text": text}, "zh_Hans_CN")
    assert all(segments(each) == 1 for each in texts)
    assert "".join("".join(texts).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("said", "ids"),
    [
        ("1", ("1",)),
        (" ２ ", ("2",)),
        ("2。", ("2",)),
        ("自取", ("1",)),
        ("邮寄", ("2",)),
        ("邮寄到家！", ("2",)),
        ("3", ()),
        ("1、2", ()),
        ("邮", ()),
        ("邮寄要钱不", ()),
        ("", ()),
    ],
)
def test_a_menu_is_answered_by_number_or_name(said: str, ids: tuple[str, ...]) -> None:
    assert read_back(DELIVERY, said) == ids


@pytest.mark.parametrize(
    ("said", "ids"),
    [
        ("1、3", ("1", "3")),
        ("1,3 10", ("1", "3", "10")),
        ("4和10", ("4", "10")),
        ("1 1", ("1",)),
        ("1、12", ()),
        ("除了5都要", ()),
    ],
)
def test_several_are_answered_by_their_numbers(said: str, ids: tuple[str, ...]) -> None:
    assert read_back(MATTERS, said) == ids
