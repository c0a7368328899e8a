"""Letting the demonstration's simulator play a county's outside systems, or the province's, or nobody."""

from __future__ import annotations

from backend.errors import Conflict
from backend.house import House
from backend.systems import repository
from backend.systems.links import set_link
from backend.systems.registry import HTTP, OFF, PROVINCE
from backend.systems.seed import OF_COUNTY, OF_PROVINCE


async def simulate(house: House, county: str, on: bool, by: str) -> int:
    """On: systems that are not linked are played by the simulator, or by file. Off: nothing is sent to those that were.
    A link of one's own is left alone. Returns how many changed. Raises Conflict outside a demonstration."""
    if not house.settings.demo:
        raise Conflict("这不是演示，不能接模拟的外部系统。", code="not_a_demonstration")
    changed = 0
    for system, kind in (OF_PROVINCE if county == PROVINCE else OF_COUNTY).items():
        async with house.db.reading() as session:
            link = await repository.link(session, system, county)
        if on and (link is None or link.kind == OFF):
            endpoint = f"{house.settings.simulator_url}/systems/{system}/{county}" if kind == HTTP else None
            await set_link(house, system, county, kind, endpoint, simulated=True, by=by)
        elif not on and link is not None and link.simulated and link.kind != OFF:
            await set_link(house, system, county, OFF, by=by)
        else:
            continue
        changed += 1
    return changed
