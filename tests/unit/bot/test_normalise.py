"""Normalising keeps length and never makes a slash, whatever is typed."""

from __future__ import annotations

import sys

import pytest

from bot.normalise import normalise, symbols


def every_character() -> str:
    return "".join(map(chr, range(sys.maxunicode + 1)))


def test_every_character_becomes_exactly_one_character() -> None:
    assert all(len(normalise(character)) == 1 for character in every_character())


def test_no_character_but_the_slash_becomes_a_slash() -> None:
    assert [character for character in every_character() if "/" in normalise(character)] == ["/"]


def test_normalising_twice_changes_nothing_more() -> None:
    once = normalise("我要辦戶囗，社保咭１２３ＡＢＣ")
    assert normalise(once) == once


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("我要辦戶口", "我要办户口"),
        ("户囗", "户口"),
        ("社保咭", "社保卡"),
        ("１２３ＡＢ", "123ab"),
        ("／restart", "／restart"),
        ("ABC", "abc"),
    ],
)
def test_what_was_typed_becomes_what_was_meant(typed: str, meant: str) -> None:
    assert normalise(typed) == meant


def test_secrets_of_one_kind_become_the_same_symbol_whatever_their_number() -> None:
    assert symbols("卡号«card:3»") == symbols("卡号«card:12»")
    assert symbols("«card:1»") != symbols("«mobile:1»")
    assert len(symbols("«unit»")) == 1
