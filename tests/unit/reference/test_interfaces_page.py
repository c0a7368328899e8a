"""docs/interfaces.md says what the program does: its tables are those of the forms, and its examples fit them."""

from __future__ import annotations

import re

import pytest

from backend.catalogue.load import load_catalogue
from backend.edge.signed import SIGNATURE_HEADERS
from backend.settings import ROOT
from backend.statistics.service import HEAD
from backend.systems.registry import SYSTEMS
from tests.support.interfaces import FORMS, answers_table, columns, table

PAGE = (ROOT / "docs" / "interfaces.md").read_text("utf-8")
EXAMPLES = re.findall(r"```json form=(\w+)\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("name", FORMS)
def test_every_form_stands_there_as_it_is(name: str) -> None:
    assert f"### {name}\n\n{table(FORMS[name])}\n" in PAGE, "python -m tests.support.interfaces prints it"


@pytest.mark.parametrize(("name", "body"), EXAMPLES)
def test_every_example_fits_its_form(name: str, body: str) -> None:
    assert FORMS[name].model_validate_json(body)


def test_the_fields_of_an_application_headers_and_systems_stand_there() -> None:
    assert answers_table(load_catalogue(ROOT / "backend" / "catalogue" / "data")) in PAGE
    for name, meaning in SIGNATURE_HEADERS.items():
        assert f"| `{name}` | {meaning} |" in PAGE
    for system in SYSTEMS.values():
        line = next(line for line in PAGE.splitlines() if line.startswith(f"| `{system.code}` | {system.name} |"))
        forms = [form.__name__ for form in (system.sends, system.reports) if form]
        assert all(name in line and name in FORMS for name in forms)
        assert f"| {', '.join(system.ways) or '-'} |" in line
    assert columns("party_members") in PAGE and columns("party_members", back=True) in PAGE
    assert "、".join(HEAD) in PAGE
