"""A small season comes to its end with everything in its place; and the made-up veterans are possible ones."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from random import Random

import pytest

from backend.applications.validation import check_answers
from backend.catalogue.load import DATA, load_catalogue
from backend.interview.checks import check_bank_card, check_id_number
from backend.rehearsal.people import bank_card, identity_number, plan
from scripts.console import ROOT

TODAY = date(2026, 11, 25)


def test_made_up_numbers_are_valid_and_nobody_has_another_ones() -> None:
    identities = [identity_number(number, date(2000, 1, 1), male=True) for number in range(400)]
    assert len(set(identities)) == 400
    assert not [each for each in identities if check_id_number(each, TODAY).problem]
    assert not [n for n in range(200) if check_bank_card(bank_card(n, closed=n % 2 == 0)).problem]


def test_every_veteran_of_a_season_may_file_what_they_file() -> None:
    catalogue, random = load_catalogue(DATA), Random(7)
    plans = [plan(catalogue, number, ("350102", "350582"), TODAY, random) for number in range(300)]
    for each in plans:
        check_answers(catalogue, each.answers, TODAY)
    assert {matter for each in plans for matter in each.answers["matters"]} == set(catalogue.matters)
    assert {each.ending for each in plans} == {"accepted", "rejected", "withdrawn"}


@pytest.mark.parametrize("seed", ["1"])
def test_a_small_season_ends_with_nothing_left_over(tmp_path: Path, seed: str) -> None:
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("GUITU_", "DATABASE_URL"))},
        "GUITU_ENV_FILE": str(tmp_path / "none.env"),
        "GUITU_RASA_TOKEN": "a",
        "GUITU_INTERNAL_TOKEN": "b",
    }
    command = [sys.executable, "-m", "backend.cli", "rehearse", "--applications", "20", "--seed", seed]
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=170)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert "WRONG" not in done.stdout
    assert "20  applications" in done.stdout and "results repeated" in done.stdout
