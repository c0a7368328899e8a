"""Partner banks at the console: added, offered no more, refused where the files' own checks refuse them."""

from __future__ import annotations

import pytest

from backend.house import House
from backend.interview.reading.lexicon import lexicon
from backend.locale.text import render
from tests.support.console import Seat, hidden
from tests.support.people import submitted

BANK = {"name": "示例银行", "short": "示例行", "aliases": "示例商行", "prefixes": "", "offered": "1", "why": "新的合作银行"}


async def test_a_bank_that_is_offered_no_more_is_not_chosen_and_whoever_chose_it_keeps_it(
    house: House, administrator: Seat
) -> None:
    chosen = await submitted(house, card_bank="abc")
    page = await administrator.get("/settings/banks/abc")
    given = {
        "name": "中国农业银行",
        "short": "农行",
        "aliases": "农业银行",
        "why": "合作到期",
        "version": hidden(page, "version"),
    }
    assert (await administrator.post("/settings/banks/abc", **given)).status_code == 303
    catalogue = house.catalogue
    assert "abc" not in catalogue.partner_banks and "abc" in catalogue.banks
    assert lexicon(catalogue).banks.find("我要农行") == []
    assert "农业银行" not in render(catalogue.faq["card_bank"].answer)
    # The case goes on as it was filed, with the bank’s name, and what it answered is still an answer.
    assert render(house.catalogue_of(chosen).banks["abc"].name) == "中国农业银行"
    answers = {"card_bank": chosen.answers["card_bank"]}
    assert answers["card_bank"] in (catalogue.fields["card_bank"].values or ())


async def test_a_bank_is_added_and_read_in_what_veterans_write(house: House, administrator: Seat) -> None:
    page = await administrator.get("/settings/banks/new")
    made = await administrator.post("/settings/banks/new", code="example", version=hidden(page, "version"), **BANK)
    assert made.status_code == 303
    catalogue = house.catalogue
    assert [found.value for found in lexicon(catalogue).banks.find("我选示例行")] == [("example",)]
    assert "示例银行" in render(catalogue.faq["card_bank"].answer)
    case = await submitted(house, card_bank="example")
    assert case.answers["card_bank"] == "example"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"code": "icbc"}, "已经有了"),
        ({"code": "A B"}, "代号要用小写字母"),
        ({"short": "工行"}, "中国工商银行"),
        ({"prefixes": "62x"}, "只写数字"),
        ({"name": ""}, "不能留空"),
    ],
)
async def test_a_bank_that_the_files_checks_refuse_is_refused(
    house: House, administrator: Seat, changed: dict[str, str], told: str
) -> None:
    page = await administrator.get("/settings/banks/new")
    given = {**BANK, "code": "example", "version": hidden(page, "version"), **changed}
    answer = await administrator.post("/settings/banks/new", **given)
    assert answer.status_code in (400, 409) and told in answer.text
    assert house.overrides.rows == {}
