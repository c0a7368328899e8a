"""Accounts of staff: Argon2id, roles, counties; who may not sign in is not told why."""

from __future__ import annotations

import argon2
import pytest

from backend.errors import Conflict, GuituError
from backend.house import House
from backend.staff import repository, service

PASSWORD = "a good long password"


async def add(house: House, username: str = "chen", **changes: object) -> service.Staff:
    given = {"display_name": "陈同志", "password": PASSWORD, "roles": ["window"], "counties": ["350102"], **changes}
    return await service.create(house, username, **given)  # type: ignore[arg-type]


async def test_the_right_password_signs_in_and_is_not_kept(house: House) -> None:
    await add(house)
    async with house.db.reading() as session:
        staff = await service.verify(session, "chen", PASSWORD)
        assert staff is not None and staff.password_hash.startswith("$argon2id$")
        assert await service.verify(session, "chen", PASSWORD + "!") is None
        assert await service.verify(session, "nobody", PASSWORD) is None


def test_passwords_cost_what_rfc_9106_asks_of_a_server_with_little_memory() -> None:
    # Hashed when the module was loaded, before the tests' own cheap parameters.
    assert argon2.extract_parameters(service._NOBODY) == argon2.profiles.RFC_9106_LOW_MEMORY


async def test_a_closed_account_does_not_sign_in(house: House) -> None:
    await add(house)
    async with house.db.unit() as unit:
        staff = await repository.by_username(unit.session, "chen")
        assert staff is not None
        staff.active = False
        await unit.commit()
    async with house.db.reading() as session:
        assert await service.verify(session, "chen", PASSWORD) is None


async def test_a_reset_password_replaces_the_old_one(house: House) -> None:
    await add(house)
    new = service.generate_password()
    await service.set_password(house, "chen", new)
    async with house.db.reading() as session:
        assert await service.verify(session, "chen", PASSWORD) is None
        assert await service.verify(session, "chen", new) is not None


@pytest.mark.parametrize(
    ("username", "changes"),
    [
        ("Chen", {}),
        ("c", {}),
        ("chen; drop", {}),
        ("chen", {"roles": ["emperor"]}),
        ("chen", {"roles": []}),
        ("chen", {"counties": ["999999"]}),
        ("chen", {"counties": None}),
        ("chen", {"password": "short"}),
        ("chen", {"department": "navy"}),
    ],
)
async def test_a_bad_account_is_refused(house: House, username: str, changes: dict[str, object]) -> None:
    with pytest.raises(GuituError):
        await add(house, username, **changes)


async def test_a_name_is_given_once(house: House) -> None:
    await add(house)
    with pytest.raises(Conflict):
        await add(house)


async def test_the_province_needs_no_county(house: House) -> None:
    staff = await add(house, "lin", roles=["provincial_supervisor"], counties=None)
    assert staff.counties is None


def test_generated_passwords_differ_and_are_long() -> None:
    made = {service.generate_password() for _ in range(50)}
    assert len(made) == 50 and min(map(len, made)) >= service.SHORTEST_PASSWORD
