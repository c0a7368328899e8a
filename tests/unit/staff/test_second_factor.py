"""The second factor, and wrong tries that make signing in wait: on the database, so on every backend alike."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pyotp
import pytest
import time_machine

from backend.clock import now
from backend.errors import Conflict, Forbidden, GuituError, TooMany, Unauthorised
from backend.house import House
from backend.staff import accounts, repository, rules, second_factor, service, sessions

PASSWORD = "a good long password"
SECRET = "JBSWY3DPEHPK3PXP" * 2


@pytest.fixture
async def strict(house: House) -> AsyncIterator[House]:
    """A house where everybody needs a second factor."""
    yield replace(house, settings=replace(house.settings, second_factor=True))


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime.fromisoformat("2026-11-25T10:00:00+08:00"), tick=False) as traveller:
        yield traveller


async def add(house: House, username: str = "chen", roles: tuple[str, ...] = ("window",), **more: bool) -> None:
    counties = None if "administrator" in roles else ["350102"]
    await service.create(house, username, "示例·陈同志", PASSWORD, roles, counties, **more)


def code(clock: time_machine.Traveller, forward: timedelta = timedelta()) -> str:
    clock.shift(forward)
    return pyotp.TOTP(SECRET).at(now())


async def bound(house: House, clock: time_machine.Traveller) -> list[str]:
    """The account `chen` with its authenticator; returns its recovery codes."""
    await add(house)
    coming = await sessions.begin(house, "chen", PASSWORD)
    assert coming.stage == rules.SET_UP
    coming, codes = await sessions.bind_factor(house, coming.token, SECRET, code(clock))
    assert coming.stage == rules.FULL
    assert (await sessions.who_is(house, coming.token)).username == "chen"
    return codes


async def test_the_first_signing_in_sets_a_second_factor_up_and_the_next_asks_for_it(
    strict: House, clock: time_machine.Traveller
) -> None:
    await bound(strict, clock)
    coming = await sessions.begin(strict, "chen", PASSWORD)
    assert coming.stage == rules.CODE
    with pytest.raises(Unauthorised):
        await sessions.who_is(strict, coming.token)
    shown = await sessions.show_code(strict, coming.token, code(clock, timedelta(seconds=30)))
    assert shown.stage == rules.FULL and shown.token != coming.token
    with pytest.raises(Unauthorised):
        await sessions.coming_in(strict, coming.token)


async def test_a_code_is_good_once_and_an_older_one_is_not_good_after_it(strict: House, clock: time_machine.Traveller) -> None:
    await bound(strict, clock)
    clock.shift(timedelta(seconds=60))
    older, newer = pyotp.TOTP(SECRET).at(now() - timedelta(seconds=30)), pyotp.TOTP(SECRET).at(now())
    await sessions.sign_in(strict, "chen", PASSWORD, newer)
    for again in (newer, older):
        with pytest.raises(Unauthorised) as refusal:
            await sessions.sign_in(strict, "chen", PASSWORD, again)
        assert refusal.value.code == "second_factor"


async def test_a_code_of_long_ago_or_of_another_secret_is_refused(strict: House, clock: time_machine.Traveller) -> None:
    await bound(strict, clock)
    clock.shift(timedelta(hours=1))
    for wrong in (
        pyotp.TOTP(SECRET).at(now() - timedelta(minutes=2)),
        pyotp.TOTP("ABCDEFGHIJKLMNOP" * 2).at(now()),
        "",
        "１２３４５６",
        "x" * 400,
    ):
        assert second_factor.step_of(SECRET, wrong, now()) is None


async def test_a_recovery_code_is_good_once_however_it_is_written(strict: House, clock: time_machine.Traveller) -> None:
    codes = await bound(strict, clock)
    assert len(set(codes)) == second_factor.RECOVERY_CODES
    await sessions.sign_in(strict, "chen", PASSWORD, codes[0].upper().replace("-", " "))
    with pytest.raises(Unauthorised):
        await sessions.sign_in(strict, "chen", PASSWORD, codes[0])
    async with strict.db.reading() as session:
        staff = await repository.by_username(session, "chen")
        assert staff is not None
        assert await repository.recovery_codes_left(session, staff.id) == second_factor.RECOVERY_CODES - 1


async def test_neither_secret_nor_recovery_codes_are_kept_in_clear(strict: House, clock: time_machine.Traveller) -> None:
    codes = await bound(strict, clock)
    async with strict.db.engine.connect() as connection:
        tables = ("staff", "staff_recovery_codes", "staff_events")
        kept = str([(await connection.exec_driver_sql(f"SELECT * FROM {table}")).all() for table in tables])
    assert SECRET not in kept and not [each for each in codes if each in kept or each.replace("-", "") in kept]


async def test_the_interface_asks_for_the_code_and_sends_to_the_console_who_has_none(
    strict: House, clock: time_machine.Traveller
) -> None:
    await add(strict, "lin")
    with pytest.raises(Forbidden) as refusal:
        await sessions.sign_in(strict, "lin", PASSWORD)
    assert refusal.value.code == "not_set_up"
    await bound(strict, clock)
    with pytest.raises(Unauthorised) as asked:
        await sessions.sign_in(strict, "chen", PASSWORD)
    assert asked.value.code == "second_factor"


async def test_an_account_for_a_program_signs_in_at_the_interface_alone(strict: House) -> None:
    await add(strict, "robot", program=True)
    assert (await sessions.sign_in(strict, "robot", PASSWORD))[1].username == "robot"
    with pytest.raises(Unauthorised):
        await sessions.begin(strict, "robot", PASSWORD)
    with pytest.raises(GuituError):
        await add(strict, "mighty", ("administrator",), program=True)


async def test_who_got_a_first_password_chooses_another_before_anything_opens(strict: House) -> None:
    await add(strict, first_password=True)
    coming = await sessions.begin(strict, "chen", PASSWORD)
    assert coming.stage == rules.NEW_PASSWORD
    for bad in ("short", PASSWORD):
        with pytest.raises(GuituError):
            await sessions.choose_password(strict, coming.token, bad)
    following = await sessions.choose_password(strict, coming.token, "another good password")
    assert following.stage == rules.SET_UP
    with pytest.raises(Unauthorised):
        await sessions.begin(strict, "chen", PASSWORD)


@pytest.mark.parametrize(("failures", "seconds"), [(4, None), (5, 30), (6, 60), (9, 480), (10, 900), (500, 900)])
def test_pauses_grow_up_to_a_quarter_of_an_hour(failures: int, seconds: int | None) -> None:
    pause = rules.FOR_A_NAME.pause(failures)
    assert pause == (timedelta(seconds=seconds) if seconds else None)


async def test_wrong_tries_make_a_name_wait_longer_each_time_and_the_right_one_ends_it(
    house: House, clock: time_machine.Traveller
) -> None:
    await add(house)
    waits = []
    for _ in range(8):
        try:
            await sessions.begin(house, "chen", "a guess that is wrong")
        except TooMany as pause:
            waits.append(pause.details["retry_after"])
            clock.shift(timedelta(seconds=int(str(pause.details["retry_after"]))))
        except Unauthorised:
            pass
    assert waits == [31, 61]
    await sessions.begin(house, "chen", PASSWORD)
    for _ in range(4):
        with pytest.raises(Unauthorised):
            await sessions.begin(house, "chen", "a guess that is wrong")


async def test_guessing_many_names_from_one_address_is_slowed_down_and_other_addresses_are_not(house: House) -> None:
    await add(house)
    for number in range(rules.FOR_AN_ADDRESS.free):
        with pytest.raises(Unauthorised):
            await sessions.begin(house, f"name{number}", "a guess that is wrong", "192.0.2.1")
    with pytest.raises(TooMany):
        await sessions.begin(house, "chen", PASSWORD, "192.0.2.1")
    await sessions.begin(house, "chen", PASSWORD, "192.0.2.2")


async def test_the_password_alone_does_not_give_new_tries_for_the_code(strict: House, clock: time_machine.Traveller) -> None:
    await bound(strict, clock)
    clock.shift(timedelta(minutes=5))
    with pytest.raises(TooMany):
        for _ in range(6):
            coming = await sessions.begin(strict, "chen", PASSWORD)
            with pytest.raises(Unauthorised):
                await sessions.show_code(strict, coming.token, "000000")


async def test_proof_lasts_five_minutes_and_is_given_again_by_password_or_code(
    strict: House, clock: time_machine.Traveller
) -> None:
    await bound(strict, clock)
    token, signed_in = await sessions.sign_in(strict, "chen", PASSWORD, code(clock, timedelta(minutes=1)))
    assert (await sessions.who_is(strict, token)).proved
    clock.shift(timedelta(minutes=5, seconds=1))
    assert not (await sessions.who_is(strict, token)).proved
    with pytest.raises(Unauthorised):
        await sessions.prove(strict, token, signed_in, "a guess that is wrong")
    await sessions.prove(strict, token, signed_in, PASSWORD)
    assert (await sessions.who_is(strict, token)).proved
    clock.shift(timedelta(minutes=6))
    await sessions.prove(strict, token, signed_in, code(clock))
    assert (await sessions.who_is(strict, token)).proved


async def test_taking_the_second_factor_off_ends_every_session_and_is_on_record(
    strict: House, clock: time_machine.Traveller
) -> None:
    await bound(strict, clock)
    token, _ = await sessions.sign_in(strict, "chen", PASSWORD, code(clock, timedelta(minutes=1)))
    await accounts.reset_second_factor(strict, "chen", "staff:admin")
    with pytest.raises(Unauthorised):
        await sessions.who_is(strict, token)
    assert (await sessions.begin(strict, "chen", PASSWORD)).stage == rules.SET_UP
    async with strict.db.reading() as session:
        _, events = await accounts.one(session, "chen")
    assert [(each.command, each.actor) for each in events] == [
        ("reset_second_factor", "staff:admin"),
        ("set_up_second_factor", "staff:chen"),
        ("create", "cli"),
    ]


async def test_a_change_on_an_account_that_has_changed_is_refused(house: House) -> None:
    await add(house)
    same = {"roles": ["window", "reviewer"], "counties": ["350102"], "department": None}
    await accounts.change(house, "staff:admin", "chen", 1, display_name="示例·陈同志", **same)  # type: ignore[arg-type]
    with pytest.raises(Conflict) as refusal:
        await accounts.change(house, "staff:boss", "chen", 1, display_name="示例·别人", **same)  # type: ignore[arg-type]
    assert refusal.value.code == "stale"
    async with house.db.reading() as session:
        staff, events = await accounts.one(session, "chen")
    assert staff.display_name == "示例·陈同志"
    assert events[0].data == {"roles": [["window"], ["reviewer", "window"]]}


async def test_the_last_administrator_stays_and_nobody_closes_their_own_account(house: House) -> None:
    await add(house, "root", ("administrator",))
    with pytest.raises(Conflict) as last:
        await accounts.set_active(house, "cli:x", "root", 1, active=False)
    assert last.value.code == "last_administrator"
    await add(house, "second", ("administrator",))
    with pytest.raises(Conflict) as own:
        await accounts.set_active(house, "staff:root", "root", 1, active=False)
    assert own.value.code == "own_account"
    assert not (await accounts.set_active(house, "staff:second", "root", 1, active=False)).active
