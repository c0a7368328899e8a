"""The demonstration's links, visibly examples (示例): every outside system is played by the simulator, or goes by file."""

from __future__ import annotations

from backend.house import House
from backend.systems import repository
from backend.systems.links import set_link
from backend.systems.model import SystemLink
from backend.systems.registry import FILE, HTTP, PROVINCE

OF_PROVINCE = {"population": HTTP, "online_system": HTTP, "hall": HTTP, "efficiency": FILE, "reform": FILE}
OF_COUNTY = {"party_members": FILE, "league": HTTP, "bank": HTTP, "post": HTTP}


async def seed_links(house: House) -> int:
    """Write what is missing; what is there stays, but a simulated link follows the simulator. Returns how many are new."""
    counties = [window.county for window in house.catalogue.windows.values()]
    wanted = [(system, PROVINCE, kind) for system, kind in OF_PROVINCE.items()]
    wanted += [(system, county, kind) for county in counties for system, kind in OF_COUNTY.items()]
    added = 0
    for system, county, kind in wanted:
        async with house.db.reading() as session:
            existing = await repository.link(session, system, county)
        if existing is not None and not existing.simulated:
            continue
        endpoint = f"{house.settings.simulator_url}/systems/{system}/{county}" if kind == HTTP else None
        if not _same(existing, kind, endpoint):
            await set_link(house, system, county, kind, endpoint, simulated=True)
        added += existing is None
    return added


def _same(link: SystemLink | None, kind: str, endpoint: str | None) -> bool:
    return link is not None and (link.kind, link.endpoint) == (kind, endpoint)
