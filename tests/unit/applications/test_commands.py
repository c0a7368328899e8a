"""The county's part at the command line: what it prints, and how it refuses."""

from __future__ import annotations

import argparse

import pytest

from backend.applications import commands
from backend.applications.model import Application
from backend.departments import commands as department_commands
from backend.departments.seed import seed_examples
from backend.errors import GuituError
from backend.house import House
from backend.security import repository as accesses
from backend.staff import commands as staff_commands
from tests.support.people import in_progress, submitted


@pytest.fixture
def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser()
    subparsers = made.add_subparsers(required=True)
    for room in (commands, department_commands, staff_commands):
        room.register(subparsers)
    return made


async def run(house: House, parser: argparse.ArgumentParser, *words: str) -> None:
    """Run a command's step on the test's house (the command itself opens one of its own)."""
    args = parser.parse_args(words)
    step = {"archive": commands._archive, "review": commands._review, "intake": commands._intake}
    step |= {"papers": commands._papers, "show": commands._show, "withdraw": commands._withdraw}
    await step[words[0]](house, args)


async def test_the_countys_walk(house: House, parser: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str]) -> None:
    number = (await submitted(house)).number
    await seed_examples(house)
    await run(house, parser, "archive", number)
    await run(house, parser, "review", number, "--accept", "--as", "chen")
    await run(house, parser, "intake", number, "--lacking", "8,9")
    printed = capsys.readouterr().out
    assert "archive received" in printed and f"{number}: accepted" in printed and f"{number}: in_progress" in printed
    assert "waiting_papers" in printed and "dispatched" in printed
    await run(house, parser, "papers", number, "8,9")
    assert "waiting_papers" not in capsys.readouterr().out
    await run(house, parser, "show", number)
    shown = capsys.readouterr().out
    assert "cli:chen" in shown and "林**" in shown


async def test_show_prints_no_figures_in_clear(
    house: House, parser: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str]
) -> None:
    application: Application = await in_progress(house)
    await run(house, parser, "show", application.number)
    shown = capsys.readouterr().out
    for field in ("id_number", "mobile", "bank_card", "name"):
        assert application.answers[field] not in shown


async def test_each_look_at_a_case_is_on_record(house: House, parser: argparse.ArgumentParser) -> None:
    number = (await submitted(house)).number
    await run(house, parser, "show", number, "--as", "chen")
    async with house.db.reading() as session:
        looks = await accesses.of_case(session, number)
    assert [(look.actor, look.what) for look in looks] == [("cli:chen", "case")]


async def test_corrections_need_a_reason(house: House, parser: argparse.ArgumentParser) -> None:
    number = (await submitted(house)).number
    with pytest.raises(GuituError):
        await run(house, parser, "review", number, "--correct", "mobile")
    await run(house, parser, "review", number, "--correct", "mobile=号码停机了", "--correct", "2=照片不清楚")


@pytest.mark.parametrize(
    "words",
    [
        ("review", "TY-1"),
        ("review", "TY-1", "--accept", "--reject", "不行"),
        ("intake", "TY-1", "--lacking", "eight"),
        ("staff", "add", "chen", "陈", "--role", "emperor"),
    ],
)
def test_wrong_usage_ends_with_status_2(parser: argparse.ArgumentParser, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as exit_:
        parser.parse_args(words)
    assert exit_.value.code == 2
