"""What is shown of a secret."""

from __future__ import annotations

import pytest

from backend.locale.text import render
from backend.security.masking import (
    mask_address,
    mask_bank_card,
    mask_card_in_text,
    mask_id_number,
    mask_mobile,
    mask_name,
    mask_number,
)


def test_numbers_show_their_ends() -> None:
    assert mask_id_number("350312199001011234") == "3503**********1234"
    assert render(mask_bank_card("6222021001116245702")) == "尾号5702"
    assert mask_card_in_text("6222021001116245702") == "6222 **** 5702"
    assert mask_mobile("13800131234") == "138****1234"
    assert mask_number("123456789") == "12*****89"


@pytest.mark.parametrize("mask", [mask_id_number, mask_mobile, mask_number, mask_name])
@pytest.mark.parametrize("value", ["1", "12", "1234"])
def test_a_short_value_is_never_shown_whole(mask: object, value: str) -> None:
    assert mask(value) != value  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("林明", "林*"), ("林小明", "林**"), ("欧阳锋", "欧阳*"), ("阿依古丽·买买提", "阿依古丽·***"), ("林", "林*")],
)
def test_names_show_the_surname(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("福建省福州市鼓楼区示例街道示例路1号", "福建省福州市鼓楼区****"),
        ("鼓楼区示例路1号", "鼓楼区****"),
        ("示例路1号", "示例****"),
    ],
)
def test_addresses_show_no_more_than_the_county(address: str, shown: str) -> None:
    assert mask_address(address) == shown
