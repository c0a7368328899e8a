"""`guitu staff`: accounts for programs, taking a second factor off, signing out everywhere; and when the second factor may be off."""

from __future__ import annotations

import argparse

import pytest

from backend.errors import NotFound, Unauthorised
from backend.house import House
from backend.settings import Settings, SettingsError, load
from backend.staff import accounts, commands, sessions

NEEDED = {"GUITU_RASA_TOKEN": "a", "GUITU_INTERNAL_TOKEN": "b"}


@pytest.fixture
def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser()
    commands.register(made.add_subparsers(required=True))
    return made


async def test_an_account_for_a_program_is_made_and_listed_as_one(
    house: House, parser: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["staff", "add", "robot", "示例·程序", "--role", "window", "--county", "350102", "--program"]
    await commands._add(house, parser.parse_args(words))
    name, password = capsys.readouterr().out.strip().split("\t")
    assert (await sessions.sign_in(house, name, password))[1].username == "robot"
    await commands._list(house, argparse.Namespace())
    assert "\tprogram\t" in capsys.readouterr().out


async def test_a_reset_second_factor_and_signing_out_end_every_session_and_are_on_record(
    house: House, parser: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str]
) -> None:
    add = parser.parse_args(["staff", "add", "lin", "示例·林", "--role", "window", "--county", "350102"])
    await commands._add(house, add)
    password = capsys.readouterr().out.strip().split("\t")[1]
    for command, words in ((commands._second_factor, "second-factor"), (commands._sign_out, "sign-out")):
        token, _ = await sessions.sign_in(house, "lin", password)
        await command(house, parser.parse_args(["staff", words, "lin"]))
        with pytest.raises(Unauthorised):
            await sessions.who_is(house, token)
    async with house.db.reading() as session:
        _, events = await accounts.one(session, "lin")
    assert [each.command for each in events] == ["sign_out", "reset_second_factor", "create"]
    assert all(each.actor.startswith("cli:") for each in events)
    with pytest.raises(NotFound):
        await commands._second_factor(house, parser.parse_args(["staff", "second-factor", "nobody"]))


@pytest.mark.parametrize(
    ("given", "on"),
    [({}, True), ({"GUITU_DEMO": "1"}, False), ({"GUITU_DEMO": "1", "GUITU_SECOND_FACTOR": "on"}, True)],
)
def test_the_second_factor_is_on_unless_this_is_the_demonstration(given: dict[str, str], on: bool) -> None:
    settings: Settings = load({**NEEDED, **given})
    assert settings.second_factor is on


@pytest.mark.parametrize("given", [{"GUITU_SECOND_FACTOR": "off"}, {"GUITU_DEMO": "1", "GUITU_SECOND_FACTOR": "maybe"}])
def test_the_second_factor_cannot_be_off_where_real_people_are_served(given: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="GUITU_SECOND_FACTOR"):
        load({**NEEDED, **given})
