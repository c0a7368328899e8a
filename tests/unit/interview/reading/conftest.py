"""The real catalogue, and a fixed day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from backend.catalogue.entries import Catalogue
from backend.catalogue.load import DATA, load_catalogue
from backend.interview.facts import Facts, read_facts
from backend.interview.reading.fields import Reading, read_field
from backend.interview.reading.lexicon import matter_options
from backend.interview.reading.selection import Selection, select


@pytest.fixture(scope="session")
def today() -> date:
    return date(2026, 11, 24)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue(DATA)


@pytest.fixture(scope="session")
def facts(catalogue: Catalogue, today: date) -> Callable[[str], Facts]:
    return lambda text: read_facts(text, catalogue, today)


@pytest.fixture(scope="session")
def field(catalogue: Catalogue, today: date) -> Callable[..., Reading]:
    return lambda name, text, answers=None: read_field(name, text, catalogue, today, answers or {})


@pytest.fixture(scope="session")
def choose(catalogue: Catalogue) -> Callable[[str], Selection]:
    return lambda text: select(text, matter_options(catalogue))


@pytest.fixture(scope="session")
def numbers_of(catalogue: Catalogue) -> Callable[[list[str]], list[int]]:
    return lambda codes: [catalogue.matters[code].number for code in codes]
