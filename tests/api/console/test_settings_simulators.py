"""The demonstration's simulators, on and off, over real HTTP and without a script."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from backend.administration import service as administration
from backend.departments import repository as departments
from backend.departments import service as units
from backend.departments.seed import seed_examples
from backend.house import House
from backend.systems import repository as systems
from backend.systems.registry import OFF, PROVINCE
from backend.systems.seed import seed_links
from tests.support.console import Seat, seat
from tests.support.people import COUNTY

OTHER = "350582"


@pytest.fixture
async def administrator(house: House, address: str) -> AsyncIterator[Seat]:
    await seed_examples(house)
    await seed_links(house)
    async with seat(house, address, "administrator", county=None) as someone:
        yield someone


async def test_a_countys_simulators_are_turned_off_and_on_and_its_own_addresses_are_left_alone(
    house: House, administrator: Seat
) -> None:
    async with house.db.reading() as session:
        own, other = (await departments.units(session, [COUNTY]))[:2]
    address = "https://example.org/tasks"
    await units.change(house, own.id, own.version, name=own.name, endpoint=address, areas=own.areas, by="staff:admin")
    await administrator.get("/settings/simulators")
    assert (await administrator.post("/settings/simulators", county=COUNTY, on="0")).status_code == 303
    async with house.db.reading() as session:
        here = await departments.units(session, [COUNTY])
        there = await departments.units(session, [OTHER])
        post, hall = await systems.link(session, "post", COUNTY), await systems.link(session, "hall", PROVINCE)
        events = await administration.history(session, administration.UNIT, other.id)
    assert {(each.simulated, each.endpoint) for each in here} == {(False, None), (False, address)}
    assert all(each.simulated for each in there)
    assert post is not None and post.kind == OFF and hall is not None and hall.kind != OFF
    assert events[0].command == "simulate_off"
    # What is off stays off when the examples are looked after at the next start.
    await seed_examples(house)
    await seed_links(house)
    assert (await administrator.post("/settings/simulators", county=COUNTY, on="1")).status_code == 303
    async with house.db.reading() as session:
        here = await departments.units(session, [COUNTY])
        post = await systems.link(session, "post", COUNTY)
    assert [each.endpoint for each in here if not each.simulated] == [address]
    assert post is not None and post.simulated and post.kind != OFF


async def test_outside_a_demonstration_nothing_is_simulated(house: House, administrator: Seat) -> None:
    await administrator.get("/settings/simulators")
    house.settings = replace(house.settings, demo=False)
    assert "这不是演示" in (await administrator.get("/settings/simulators")).text
    answer = await administrator.post("/settings/simulators", county=COUNTY, on="1")
    assert (answer.status_code, answer.headers["x-guitu-error"]) == (409, "not_a_demonstration")


async def test_a_countys_administrator_switches_the_own_county_alone(house: House, address: str) -> None:
    await seed_examples(house)
    async with seat(house, address, "administrator") as local:
        page = await local.get("/settings/simulators")
        assert 'value="350102"' in page.text and OTHER not in page.text
        for county in (OTHER, PROVINCE):
            assert (await local.post("/settings/simulators", county=county, on="0")).status_code == 403
        assert (await local.post("/settings/simulators", county="x", on="0")).status_code == 400
