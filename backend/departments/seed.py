"""Example units for the demonstration: visibly examples, each with a secret of its own and the simulator behind it."""

from __future__ import annotations

from collections.abc import Collection

from backend.db.ids import new_id
from backend.departments import repository, signing
from backend.departments.model import DepartmentUnit
from backend.errors import NotFound
from backend.house import House


async def seed_examples(house: House, counties: Collection[str] | None = None) -> int:
    """A simulated unit for every department of the counties (default: those with a configured window).

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
        await unit.commit()
    return added


def endpoint_of(house: House, unit_id: str) -> str:
    """Where the simulator takes the tasks of a unit."""
    return f"{house.settings.simulator_url}/units/{unit_id}/tasks"
