"""What a run of digits is: an identity, card or mobile number by its form, or a number of unknown kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from stdnum import luhn
from stdnum.iso7064 import mod_11_2

Kind = Literal["id", "card", "mobile", "number"]

_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "38",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
        "91",
    ]
)
ID_LENGTH, MOBILE_LENGTH = 18, 11
CARD_LENGTHS = range(16, 20)


@dataclass(frozen=True)
class Number:
    """A long number as it was meant: ASCII digits, X in upper case."""

    kind: Kind
    digits: str


def has_real_date(digits: str) -> bool:
    """True when the 7th to 14th characters of an identity number are a day of the calendar since 1900."""
    try:
        return date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14])).year >= 1900
    except ValueError:
        return False


def _is_id(digits: str, strict: bool) -> bool:
    if len(digits) != ID_LENGTH or not digits[:17].isdigit() or not has_real_date(digits):
        return False
    return bool(mod_11_2.is_valid(digits)) if strict else digits[:2] in _PROVINCES


def _is_mobile(digits: str) -> bool:
    return len(digits) == MOBILE_LENGTH and bool(re.fullmatch(r"1[3-9]\d{9}", digits))


def _is_card(digits: str) -> bool:
    return len(digits) in CARD_LENGTHS and digits[0] in "345689" and bool(luhn.is_valid(digits))


def kind_of(digits: str) -> Kind:
    """What a run of digits is, a wrong check character of an identity number forgiven; `number` when nothing fits."""
    if _is_id(digits, strict=True):
        return "id"
    if _is_mobile(digits):
        return "mobile"
    # Before the card: one mistyped identity number in ten passes a card's check, and cards of 18 digits are rare.
    if _is_id(digits, strict=False):
        return "id"
    return "card" if _is_card(digits) else "number"
