"""`guitu calendar`, and `guitu due --county`, as they are typed (notice 四(八))."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
import time_machine

from backend import cli
from backend.calendars import commands, service
from backend.calendars import repository as calendars
from backend.house import House
from backend.outbox.commands import CHORES
from backend.settings import Settings
from tests.support.limits import at, due_of, received, year_file
from tests.support.people import COUNTY

STEPS = {"update": commands._update, "close": commands._close, "reopen": commands._reopen, "hours": commands._hours}


async def run(house: House, *words: str) -> None:
    """Run a command's step on the test's house (the command itself opens one of its own)."""
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers(required=True))
    args = parser.parse_args(["calendar", *words])
    await {**STEPS, "show": commands._show}[words[0]](house, args)


async def test_the_commands_change_the_days_and_say_what_they_moved(
    house: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    application = await received(house, "2026-12-31 10:30")
    with time_machine.travel(at("2026-12-31 15:00"), tick=False):
        await run(house, "update", str(year_file(tmp_path, working_weekends="2027-01-02")), "--as", "chen")
        assert (
            "2027.yml: recorded" in (printed := capsys.readouterr().out)
            and "moved: 1, veterans told of another day: 1" in printed
        )
        await run(house, "close", COUNTY, "2027-01-02", "2027-01-03", "--reason", "示例台风")
        assert "moved: 1" in capsys.readouterr().out
        await run(house, "close", COUNTY, "2027-01-02", "--reason", "示例台风")
        assert "known already" in capsys.readouterr().out
        await run(house, "hours", COUNTY, "--close", "17:30", "--reason", "示例作息")
        await run(house, "reopen", "2", "--reason", "记错了")
        capsys.readouterr()
        await run(house, "show", COUNTY)
    shown = capsys.readouterr().out
    assert "2027\t示例" in shown and "closes 17:30 since 2026-12-31" in shown
    assert "2027-01-02\tclosed" in shown and "2027-01-03\treopened by" in shown
    assert await due_of(house, application) == at("2027-01-04 12:00")


def test_a_mistake_is_refused_in_one_line(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    use(settings, monkeypatch)
    for words, said in (
        (["update", str(tmp_path / "2031.yml")], "the file is missing"),
        (["update", str(year_file(tmp_path, working_weekends="2027-01-04"))], "is no weekend day"),
        (["close", "999999", "2026-11-24", "--reason", "示例"], "没有编号为 999999"),
        (["hours", COUNTY, "--close", "09:00", "--reason", "示例"], "下班时间"),
        (["reopen", "7", "--reason", "示例"], "没有这条停办公记录"),
    ):
        assert cli.main(["calendar", *words]) == 1
        error = capsys.readouterr().err
        assert said in error and error.count("\n") == 1, error


def use(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `open_house(load())` of a command finds."""
    for name, value in (
        ("DATABASE_URL", settings.database_url),
        ("GUITU_KEYS_FILE", str(settings.keys_file)),
        ("GUITU_RASA_TOKEN", "a"),
        ("GUITU_INTERNAL_TOKEN", "b"),
    ):
        monkeypatch.setenv(name, value)


def test_due_counts_with_what_a_county_set_when_it_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use(settings, monkeypatch)
    with time_machine.travel(at("2026-11-23 09:00"), tick=False):
        assert cli.main(["calendar", "close", COUNTY, "2026-11-24", "--reason", "示例台风"]) == 0
        assert cli.main(["calendar", "hours", COUNTY, "--close", "17:30", "--reason", "示例作息"]) == 0
    capsys.readouterr()
    due = ["due", "medical_transfer", "--received", "2026-11-23 16:00"]
    assert cli.main(due) == 0 and capsys.readouterr().out == "2026-11-24 18:00:00\n"
    assert cli.main([*due, "--county", COUNTY]) == 0 and capsys.readouterr().out == "2026-11-25 17:30:00\n"
    assert cli.main([*due, "--county", "1"]) == 1


async def test_the_worker_takes_up_years_that_came_with_a_newer_program_once(house: House) -> None:
    for _ in range(2):
        await service.look_after(house)
        house.days.shipped_noted = False  # as another worker, or the same after a restart
    async with house.db.reading() as session:
        assert await calendars.newest_change(session) == 1
    house.days.shipped = house.days.shipped.with_years({2026: house.days.shipped.years[2025]})
    await service.look_after(house)
    async with house.db.reading() as session:
        assert await calendars.newest_change(session) == 2


def test_the_worker_does_the_chores_of_limits() -> None:
    from backend.deadlines.service import remind

    assert {remind, service.look_after} <= set(CHORES.values())
