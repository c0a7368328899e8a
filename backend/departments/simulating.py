"""Letting the demonstration's simulator play a county's departments, or leaving the work to people at their inboxes."""

from __future__ import annotations

from backend.departments import repository
from backend.departments.seed import endpoint_of
from backend.departments.units import note_change
from backend.errors import Conflict
from backend.house import House


async def simulate(house: House, county: str, on: bool, by: str) -> int:
    """On: units of the county that have no address of their own are played by the simulator. Off: they look into their inbox;
    what was pushed in vain comes there, too. Who has an address of its own is left alone. Returns how many changed.

    Raises Conflict outside a demonstration: nobody is told that something was done which nobody did.
    """
    if not house.settings.demo:
        raise Conflict("这不是演示，不能让模拟的部门办真的事。", code="not_a_demonstration")
    async with house.db.unit() as unit:
        changed = 0
        for each in await repository.units(unit.session, [county]):
            mine = each.endpoint is None if on else each.simulated
            if each.retired_at is None and mine and each.simulated != on:
                each.simulated, each.endpoint = on, endpoint_of(house, each.id) if on else None
                note_change(unit, each, by, "simulate_on" if on else "simulate_off")
                changed += 1
        await unit.commit()
    return changed
