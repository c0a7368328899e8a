"""Reading a county's list row by row."""

from __future__ import annotations

from datetime import date

import pytest

from backend.archives.rules import differences, read_row

TODAY = date(2026, 11, 25)
GOOD = {"name": "林小明", "id_number": "350102200601150018"}


@pytest.mark.parametrize("written", ["2026.09", "2026-9", "2026年9月", "2026/09/01", "2026-09-30"])
def test_a_month_is_read_however_an_office_writes_it(written: str) -> None:
    person, wrong = read_row({**GOOD, "discharge_month": written}, TODAY)
    assert not wrong and person is not None
    assert person.facts["discharge_month"] == "2026-09"


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({"id_number": "381421199903212588"}, "校验没通过"),
        ({"mobile": "1381234"}, "11位"),
        ({"discharge_month": "去年"}, "2026.09"),
        ({"discharge_month": "2026.13"}, "2026.09"),
        ({"soldier_kind": "军官"}, "义务兵或者军士"),
        ({"self_employed": "也许"}, "是或者否"),
        ({"archive": "2026-11-26"}, "不晚于今天"),
        ({"archive": "2026-02-30"}, "不晚于今天"),
    ],
)
def test_what_cannot_be_read_is_named(cells: dict[str, str], problem: str) -> None:
    person, wrong = read_row({**GOOD, **cells}, TODAY)
    assert person is None
    assert any(problem in each for each in wrong), wrong


def test_only_what_the_list_says_can_differ() -> None:
    facts = {"name": "林小明", "soldier_kind": "sergeant"}
    assert differences(facts, {"name": "林小明", "soldier_kind": "conscript", "discharge_month": "2026-09"}) == ["soldier_kind"]
