"""The `guitu` command refuses in one line what a person can put right."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import pytest

from backend import cli
from backend.catalogue.load import DATA, load_catalogue
from backend.interview.questions import load_script
from backend.security.encryption import generate_key_file


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keys, catalogue and database of an installation that is in order, and the environment that names them."""
    generate_key_file(tmp_path / "keys.json")
    shutil.copytree(DATA, tmp_path / "catalogue")
    (tmp_path / "guitu.env").write_text("GUITU_RASA_TOKEN=a\nGUITU_INTERNAL_TOKEN=b\n", "utf-8")
    monkeypatch.setenv("GUITU_ENV_FILE", str(tmp_path / "guitu.env"))
    monkeypatch.setenv("GUITU_KEYS_FILE", str(tmp_path / "keys.json"))
    monkeypatch.setenv("GUITU_CATALOGUE", str(tmp_path / "catalogue"))
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'guitu.db'}")
    return tmp_path


def refusal(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """What the command says on stderr when it refuses: one line."""
    assert cli.main(words) == 1
    said = capsys.readouterr().err
    assert said.startswith("guitu: ")
    assert said.count("\n") == 1
    return said


def test_a_mistake_in_the_catalogue_is_told_in_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    matters = folder / "catalogue" / "matters.yml"
    matters.write_text(matters.read_text("utf-8").replace("limit_days: 3", "limit_days: three"), "utf-8")
    said = refusal(capsys, "show", "TY-3501-26-000001")
    assert "matters.yml:" in said
    assert "limit_days must be a whole number" in said


def test_a_missing_key_file_is_told_in_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "keys.json").unlink()
    assert "keys.json is missing" in refusal(capsys, "show", "TY-3501-26-000001")


def test_a_key_file_that_is_none_is_told_in_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "keys.json").write_text("{}", "utf-8")
    assert "is not a key ring" in refusal(capsys, "show", "TY-3501-26-000001")


def test_an_interview_that_does_not_fit_is_told_in_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "catalogue" / "interview.yml").unlink()

    def run(_: argparse.Namespace) -> int:
        load_script(load_catalogue(folder / "catalogue").questions)
        return 0

    parser = argparse.ArgumentParser()
    parser.add_subparsers(required=True).add_parser("interview").set_defaults(run=run)
    monkeypatch.setattr(cli, "build_parser", lambda: parser)
    assert "interview.yml: missing or empty" in refusal(capsys, "interview")
