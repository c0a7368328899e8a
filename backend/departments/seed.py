"""Example units for the demonstration: visibly examples, each with a secret of its own and the simulator behind it."""

from __future__ import annotations

from collections.abc import Collection

from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.departments import repository, signing
from backend.departments.model import DepartmentUnit
from backend.errors import NotFound
from backend.house import House

POLICE = "police"
#: A name that no real place has.
EXAMPLE_AREA = "示例镇"


async def seed_examples(house: House, counties: Collection[str] | None = None) -> int:
    """A simulated unit for every department of the counties (default: those with a configured window), and a police station.

    What is there stays, with its secret; a simulated unit follows the simulator's address. Returns how many are new.
    """
    wanted = list(counties) if counties is not None else [window.county for window in house.catalogue.windows.values()]
    unknown = [code for code in wanted if code not in house.catalogue.counties]
    if unknown:
        raise NotFound(f"没有这些县（市、区）：{'、'.join(unknown)}。请写六位编号，例如 350102。", code="unknown_county")
    added = 0
    async with house.db.unit() as unit:
        for county in wanted:
            for code, department in house.catalogue.departments.items():
                existing = await repository.unit_of(unit.session, county, code)
                if existing is None:
                    existing = DepartmentUnit(
                        id=new_id("u"),
                        county=county,
                        department=code,
                        name=f"示例·{house.catalogue.counties[county].short}{department.short.source}",
                        secret=signing.new_secret(),
                        simulated=True,
                    )
                    unit.session.add(existing)
                    added += 1
                if existing.simulated:
                    existing.endpoint = endpoint_of(house, existing.id)
            added += await _example_station(unit, house, county)
        await unit.commit()
    return added


async def _example_station(unit: Unit, house: House, county: str) -> int:
    """A second police station beside the default, for one area. Returns how many are new."""
    standing = await repository.units_of(unit.session, county, POLICE)
    existing = next((each for each in standing if each.simulated and not each.is_default), None)
    if existing is None and not any(EXAMPLE_AREA in each.areas for each in standing):
        existing = DepartmentUnit(
            id=new_id("u"),
            county=county,
            department=POLICE,
            name=f"示例·{house.catalogue.counties[county].short}{EXAMPLE_AREA}派出所",
            secret=signing.new_secret(),
            simulated=True,
            is_default=False,
            areas=[EXAMPLE_AREA],
        )
        unit.session.add(existing)
        existing.endpoint = endpoint_of(house, existing.id)
        return 1
    if existing is not None:
        existing.endpoint = endpoint_of(house, existing.id)
    return 0


def endpoint_of(house: House, unit_id: str) -> str:
    """Where the simulator takes the tasks of a unit."""
    return f"{house.settings.simulator_url}/units/{unit_id}/tasks"
