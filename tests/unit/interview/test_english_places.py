"""Who talks English reads the names of places in pinyin, and is understood by them."""

from __future__ import annotations

from datetime import date

import pytest

from backend.conversations.messages import to_body
from backend.interview.display import read_back, show_value
from backend.interview.draft import Draft
from backend.interview.engine import Interview
from backend.interview.facts import read_facts
from backend.interview.heard import Heard
from backend.interview.questions import load_script
from backend.locale.text import render
from tests.unit.interview.test_engine import CATALOGUE, FILLED

SCRIPT = load_script(CATALOGUE.questions)
TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Gulou District, Fuzhou", "350102"),
        ("I am settled in Fuzhou Gulou District", "350102"),
        ("gulou", "350102"),
        ("Tong'an, Xiamen", "350212"),
        ("tongan district", "350212"),
        ("Tong’an", "350212"),
        ("Licheng District, Putian", "350304"),
        ("Quanzhou Licheng", "350502"),
        ("Jin'an District", "350111"),
        ("Jian'ou city", "350783"),
        ("Jianou", "350783"),
        ("pingtan", "350128"),
        ("Shaxian", "350405"),
    ],
)
def test_a_county_is_understood_in_latin_letters(typed: str, code: str) -> None:
    found = read_facts(typed, CATALOGUE, TODAY).county
    assert found is not None and found.value == code


@pytest.mark.parametrize("typed", ["nanjing", "jinan"])
def test_a_famous_city_elsewhere_is_no_county_of_fujian(typed: str) -> None:
    assert read_facts(typed, CATALOGUE, TODAY).county is None


def test_every_county_is_understood_by_the_name_that_is_shown() -> None:
    for county in CATALOGUE.counties.values():
        found = read_facts(render(county.label, "en"), CATALOGUE, TODAY).county
        assert found is not None and found.value == county.code, county


def test_places_are_shown_in_the_readers_language() -> None:
    assert render(show_value(SCRIPT, CATALOGUE, "county", "350102"), "en") == "Gulou District, Fuzhou"
    assert render(show_value(SCRIPT, CATALOGUE, "county", "350102")) == "福州市鼓楼区"
    assert render(show_value(SCRIPT, CATALOGUE, "enlist_place", "福建省福州市闽侯县"), "en") == "Minhou County, Fuzhou"
    assert render(show_value(SCRIPT, CATALOGUE, "current_place", "厦门市集美区"), "en") == "Jimei District, Xiamen"
    assert "Gulou District, Fuzhou" in render(read_back(SCRIPT, CATALOGUE, "county", "350102"), "en")


def test_the_cities_and_their_counties_are_offered_in_english() -> None:
    interview = Interview(SCRIPT, CATALOGUE, TODAY)
    without = {name: value for name, value in FILLED.items() if name != "county"}
    asked = interview.turn(Draft(answers=without, pending="county"), Heard("", "choose", values=["county=city:福州市"]))
    body = to_body(asked.say[-1], "en")
    assert "Fuzhou" in body["text"]
    labels = [choice["label"] for choice in body["choices"]]
    assert labels[:2] == ["Gulou District", "Taijiang District"]
    assert not [label for label in labels if not label.isascii()]
