"""Many short texts and what is read of them, as tables: selections.tsv and facts.tsv beside this file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backend.catalogue.entries import Catalogue
from backend.interview.commands import facts_of
from backend.interview.facts import read_facts
from backend.interview.reading.lexicon import matter_options
from backend.interview.reading.selection import select

HERE = Path(__file__).parent
TODAY = date(2026, 11, 25)


def table(name: str) -> list[list[str]]:
    rows = [line.split("\t") for line in (HERE / name).read_text("utf-8").splitlines() if not line.startswith("#")]
    assert len(rows) > 100 and all(len(row) == 2 for row in rows)
    return rows


@pytest.mark.parametrize(("text", "numbers"), table("selections.tsv"))
def test_a_choice_is_read(catalogue: Catalogue, text: str, numbers: str) -> None:
    options = matter_options(catalogue)
    selection = select(text, options)
    before = [option.code for option in options] if selection.mode == "remove" else []
    chosen = selection.applied_to(before)
    assert ",".join(str(option.number) for option in options if option.code in chosen) == numbers


@pytest.mark.parametrize(("text", "expected"), table("facts.tsv"))
def test_facts_are_read(catalogue: Catalogue, text: str, expected: str) -> None:
    wanted: dict[str, Any] = json.loads(expected)
    found = facts_of(read_facts(text, catalogue, TODAY), catalogue)
    if "matters" not in wanted:
        found.pop("matters", None)
    assert found == wanted
