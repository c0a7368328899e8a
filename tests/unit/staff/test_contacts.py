"""Where units and accounts are reached besides the console: set and taken away at the command line, kept encrypted."""

from __future__ import annotations

import argparse

import pytest

from backend.departments import commands as department_commands
from backend.departments import repository as departments
from backend.departments import service as units
from backend.departments.seed import seed_examples
from backend.errors import GuituError
from backend.house import House
from backend.staff import commands as staff_commands
from backend.staff import repository as accounts
from backend.staff import service as staff


@pytest.fixture
def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser()
    subparsers = made.add_subparsers(required=True)
    for room in (department_commands, staff_commands):
        room.register(subparsers)
    return made


@pytest.mark.parametrize(
    ("words", "printed", "kept"),
    [
        (["13900000001"], "sms\n", ("13900000001", None)),
        (["--mail", "office@example.org"], "mail (mail is off until GUITU_MAIL_HOST is set)", (None, "office@example.org")),
        (["13900000001", "--mail", "office@example.org"], "sms+mail", ("13900000001", "office@example.org")),
        ([], "no contact", (None, None)),
    ],
)
async def test_a_unit_is_given_contacts_for_reminders_and_loses_what_is_left_out(
    house: House,
    parser: argparse.ArgumentParser,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    printed: str,
    kept: tuple[str | None, str | None],
) -> None:
    await seed_examples(house)
    async with house.db.reading() as session:
        unit = (await departments.units(session))[0]
    await department_commands._contact(house, parser.parse_args(["unit-contact", unit.id, "13900000009"]))
    capsys.readouterr()
    await department_commands._contact(house, parser.parse_args(["unit-contact", unit.id, *words]))
    assert printed in capsys.readouterr().out
    async with house.db.reading() as session:
        found = await departments.unit_by_id(session, unit.id)
    assert found is not None and (found.contact_mobile, found.contact_mail) == kept
    await department_commands._list_units(house, argparse.Namespace())
    listed = capsys.readouterr().out
    assert "13900000001" not in listed and "office@" not in listed
    assert listed.splitlines()[0].split("\t")[5] == (printed.partition(" ")[0].strip() if any(kept) else "-")


async def test_an_account_is_given_contacts_for_alerts_and_loses_what_is_left_out(
    house: House, parser: argparse.ArgumentParser, capsys: pytest.CaptureFixture[str]
) -> None:
    await staff.create(house, "boss", "示例·督办", "a good long password", ["county_supervisor"], ["350102"])
    for words, printed, kept in (
        (["--mobile", "139 0000 0001", "--mail", "boss＠example.org"], "boss: sms+mail", ("13900000001", "boss@example.org")),
        (["--mobile", "13900000001"], "boss: sms\n", ("13900000001", None)),
        ([], "boss: no contact", (None, None)),
    ):
        await staff_commands._contact(house, parser.parse_args(["staff", "contact", "boss", *words]))
        assert printed in capsys.readouterr().out
        async with house.db.reading() as session:
            found = await accounts.by_username(session, "boss")
        assert found is not None and (found.contact_mobile, found.contact_mail) == kept


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["boss", "--mail", "boss@"], "invalid_mail"),
        (["boss", "--mobile", "12345"], "invalid_mobile"),
        (["nobody", "--mail", "boss@example.org"], "no_staff"),
    ],
)
async def test_a_contact_that_cannot_be_is_refused_and_the_old_one_stays(
    house: House, parser: argparse.ArgumentParser, words: list[str], code: str
) -> None:
    await staff.create(house, "boss", "示例·督办", "a good long password", ["county_supervisor"], ["350102"])
    await staff.set_contact(house, "boss", "13900000001", None)
    with pytest.raises(GuituError) as refusal:
        await staff_commands._contact(house, parser.parse_args(["staff", "contact", *words]))
    assert refusal.value.code == code
    async with house.db.reading() as session:
        found = await accounts.by_username(session, "boss")
    assert found is not None and (found.contact_mobile, found.contact_mail) == ("13900000001", None)


async def test_contacts_are_not_kept_in_clear(house: House) -> None:
    await seed_examples(house)
    async with house.db.reading() as session:
        unit = (await departments.units(session))[0]
    await staff.create(house, "boss", "示例·督办", "a good long password", ["county_supervisor"], ["350102"])
    await staff.set_contact(house, "boss", "13900000001", "boss@example.org")
    await units.set_contact(house, unit.id, "13900000002", "office@example.org")
    async with house.db.engine.connect() as connection:
        kept = str([(await connection.exec_driver_sql(f"SELECT * FROM {table}")).all() for table in ("staff", "units")])
    assert "boss" in kept and not [each for each in ("1390000000", "example.org") if each in kept]
