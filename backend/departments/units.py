"""Looking after units: added, with the areas they serve, reminded where they want it, given a new secret, retired."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from backend.clock import now
from backend.db.engine import Unit
from backend.db.ids import is_id, new_id
from backend.departments import repository, signing
from backend.departments.areas import is_area
from backend.departments.model import DepartmentUnit
from backend.errors import Conflict, GuituError, NotFound
from backend.house import House
from backend.staff.contacts import Contact

GRACE = timedelta(hours=24)
MOST_AREAS = 100


async def counties_of(house: House, unit_id: str) -> tuple[str, ...] | None:
    """The county whose unit this is, as a scope; None for a name that no unit has."""
    async with house.db.reading(look=False) as session:
        found = await repository.unit_by_id(session, unit_id) if is_id(unit_id) else None
    return (found.county,) if found is not None else None


async def add_unit(
    house: House,
    county: str,
    department: str,
    name: str,
    endpoint: str | None = None,
    simulated: bool = False,
    areas: Sequence[str] = (),
) -> DepartmentUnit:
    """A new unit with a secret of its own. The first of its department is the county's default, a further one serves areas.

    Raises NotFound, GuituError for areas that are none, and Conflict where there is a default and no area is named.
    """
    if county not in house.catalogue.counties or department not in house.catalogue.departments:
        raise NotFound(f"没有这个县（{county}）或部门（{department}）。", code="unknown_code")
    async with house.db.unit() as unit:
        standing = await repository.units_of(unit.session, county, department)
        if standing and not areas:
            raise Conflict(
                "这个县的这个部门已经登记了单位。再加一个，要写明它管哪些乡镇街道。",
                code="unit_exists",
                allowed=["rotate_secret"],
            )
        added = DepartmentUnit(
            id=new_id("u"),
            county=county,
            department=department,
            name=name,
            endpoint=endpoint,
            secret=signing.new_secret(),
            simulated=simulated,
            is_default=not standing,
        )
        added.areas = _checked(house, added, areas, standing)
        unit.session.add(added)
        await unit.commit()
        return added


async def set_areas(house: House, unit_id: str, areas: Sequence[str]) -> list[str]:
    """Which 乡镇街道 a unit serves, instead of those before; none: only what comes to it as the default. Returns them as kept.

    Raises NotFound, GuituError for a name that is none, and Conflict for an area that another unit of the department serves.
    """
    async with house.db.unit() as unit:
        found = await _working(unit, unit_id)
        found.areas = _checked(house, found, areas, await repository.units_of(unit.session, found.county, found.department))
        kept = list(found.areas)
        await unit.commit()
    return kept


async def make_default(house: House, unit_id: str) -> None:
    """A unit gets what no area of its department's units in the county is named for. Raises NotFound, Conflict."""
    async with house.db.unit() as unit:
        found = await _working(unit, unit_id)
        for each in await repository.units_of(unit.session, found.county, found.department):
            each.is_default = False
        # Before the other's: there is never more than one.
        await unit.session.flush()
        found.is_default = True
        await unit.commit()


async def retire(house: House, unit_id: str) -> None:
    """A unit gets nothing new any more; what lies with it, it can still report or give back.

    Raises NotFound, and Conflict for the default: then a county would have nobody for what no area is named in.
    """
    async with house.db.unit() as unit:
        found = await _working(unit, unit_id)
        if found.is_default:
            raise Conflict("这是本县这个部门的默认单位，不能撤。先用 guitu default-unit 换一个默认单位。", code="default_unit")
        found.retired_at = now()
        await unit.commit()


async def rotate_secret(house: House, unit_id: str, grace: timedelta = GRACE) -> str:
    """A new secret for a unit; the old one stays good for `grace`. Returns the new one, to be handed over once."""
    async with house.db.unit() as unit:
        secret = signing.rotate(await _known(unit, unit_id), grace)
        await unit.commit()
        return secret


async def set_contact(house: House, unit_id: str, mobile: str | None, mail: str | None = None) -> Contact:
    """Where reminders reach a unit besides its list of alerts; None: not that way. Returns it as kept. Raises NotFound, GuituError."""
    contact = Contact.read(mobile, mail)
    async with house.db.unit() as unit:
        found = await _known(unit, unit_id)
        found.contact_mobile, found.contact_mail = contact.mobile, contact.mail
        await unit.commit()
    return contact


async def _known(unit: Unit, unit_id: str) -> DepartmentUnit:
    found = await repository.unit_by_id(unit.session, unit_id) if is_id(unit_id) else None
    if found is None:
        raise NotFound(f"没有编号为 {unit_id} 的单位。", code="no_unit")
    return found


async def _working(unit: Unit, unit_id: str) -> DepartmentUnit:
    found = await _known(unit, unit_id)
    if found.retired_at is not None:
        raise Conflict(f"{found.name}已经撤了，不能再改。", code="unit_retired")
    return found


def _checked(house: House, unit: DepartmentUnit, areas: Sequence[str], standing: Sequence[DepartmentUnit]) -> list[str]:
    """Areas without repeats, each one a unit's alone."""
    kept = list(dict.fromkeys(area.strip() for area in areas))
    if len(kept) > MOST_AREAS:
        raise GuituError(f"一个单位最多写{MOST_AREAS}个乡镇街道。", code="areas")
    county = house.catalogue.counties[unit.county]
    for area in kept:
        if not is_area(area) or area in (county.name, county.name.removeprefix(county.city), county.short, *county.aliases):
            raise GuituError(f"“{area}”不是乡镇街道的名称。请写全称，例如“示例街道”“示例镇”。", code="areas")
        other = next((each for each in standing if each.id != unit.id and area in each.areas), None)
        if other is not None:
            raise Conflict(f"“{area}”已经归{other.name}（{other.id}）管，先从那里去掉。", code="area_taken", unit=other.id)
    return kept
