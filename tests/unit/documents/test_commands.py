"""`guitu print` and `guitu templates`."""

from __future__ import annotations

import argparse
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from backend import cli
from backend.documents import commands
from backend.documents.printing import TEMPLATES
from backend.errors import Conflict, GuituError
from backend.house import House
from backend.security.encryption import generate_key_file
from tests.support.pdf import text
from tests.support.people import submitted


@pytest.fixture
def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser()
    commands.register(made.add_subparsers(required=True))
    return made


async def test_print_writes_a_file_for_its_owner_alone(
    house: House, parser: argparse.ArgumentParser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = (await submitted(house)).number
    file = tmp_path / "form.pdf"
    file.write_text("an older one that everybody may read")
    await commands._print(house, parser.parse_args(["print", number, "joint_form", "-o", str(file), "--as", "chen"]))
    assert number in text(file.read_bytes())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    await commands._print(house, parser.parse_args(["print", number]))
    printed = capsys.readouterr().out
    assert "by cli:chen" in printed and "窗口还没有收原件" in printed


async def test_print_says_why_it_does_not(house: House, parser: argparse.ArgumentParser, tmp_path: Path) -> None:
    number = (await submitted(house, matters=["report_in"])).number
    with pytest.raises(Conflict, match="没有办“恢复户口”"):
        await commands._print(house, parser.parse_args(["print", number, "household_letter"]))
    with pytest.raises(GuituError, match="写不了"):
        await commands._print(house, parser.parse_args(["print", number, "joint_form", "-o", str(tmp_path / "no" / "x.pdf")]))


async def test_print_tells_of_a_countys_broken_template(
    house: House, parser: argparse.ArgumentParser, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "350102").mkdir()
    (tmp_path / "350102" / "joint_form.typ").write_text("#let x =\n")
    house.settings = replace(house.settings, templates_dir=tmp_path)
    number = (await submitted(house)).number
    await commands._print(house, parser.parse_args(["print", number, "joint_form", "-o", str(tmp_path / "x.pdf")]))
    assert "350102/joint_form.typ:1:" in capsys.readouterr().err


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation whose 鼓楼 has templates; returns their folder."""
    generate_key_file(tmp_path / "keys.json")
    (tmp_path / "guitu.env").write_text("GUITU_RASA_TOKEN=a\nGUITU_INTERNAL_TOKEN=b\n", "utf-8")
    monkeypatch.setenv("GUITU_ENV_FILE", str(tmp_path / "guitu.env"))
    folder = tmp_path / "templates" / "350102"
    folder.mkdir(parents=True)
    monkeypatch.setenv("GUITU_TEMPLATES", str(tmp_path / "templates"))
    return folder


def test_templates_tries_each_on_a_full_and_an_empty_case(installation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (installation / "checklist.typ").write_text('#import "common.typ": *\n#show: paper.with("本区清单")\n#value(data.name)')
    assert cli.main(["templates"]) == 0
    assert "checklist.typ: good" in capsys.readouterr().out
    # Works as long as nobody's name is missing.
    (installation / "receipt.typ").write_text('#import "common.typ": *\n\n#data.person.name.len()')
    (installation / "nothing.typ").write_text("")
    assert cli.main(["templates"]) == 1
    said = capsys.readouterr().out
    assert "receipt.typ:3:" in said and "nothing.typ: nobody asks for it" in said


def test_templates_of_nobody_is_told(
    installation: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GUITU_TEMPLATES")
    assert cli.main(["templates"]) == 1
    assert "GUITU_TEMPLATES" in capsys.readouterr().err


def test_every_template_of_ours_prints_the_examples(installation: Path) -> None:
    for file in TEMPLATES.glob("*.typ"):
        if file.stem != "common":
            (installation / file.name).write_text(file.read_text("utf-8"), "utf-8")
    assert cli.main(["templates"]) == 0
