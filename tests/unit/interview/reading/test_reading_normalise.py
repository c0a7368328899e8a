"""What people type comes to one spelling without moving a character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.interview.reading.normalise import normalise, same_width


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("社宝卡", "社保卡"),
        ("户囗", "户口"),
        ("戶口", "户口"),
        ("农杭", "农行"),
        ("農業銀行", "农业银行"),
        ("退役報到", "退役报到"),
        ("退役报道", "退役报到"),
        ("６２２２　０２１０", "6222 0210"),
        ("ＡＢＣx", "abcx"),
        ("义物兵", "义务兵"),
    ],
)
def test_slips_and_other_scripts_are_put_right(typed: str, plain: str) -> None:
    assert normalise(typed) == plain


@given(st.text(max_size=60))
def test_no_character_is_added_or_lost(text: str) -> None:
    assert len(normalise(text)) == len(text)
    assert len(same_width(text)) == len(text)


def test_a_full_width_slash_never_becomes_a_command() -> None:
    assert normalise("／restart")[0] == "／"


def test_names_and_addresses_keep_their_words() -> None:
    assert same_width("沪口路1号") == "沪口路1号"
