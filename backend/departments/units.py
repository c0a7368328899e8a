"""Looking after units: added, with the areas they serve, reminded where they want it, given a new secret, retired."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from backend.administration import service as administration
from backend.applications.actor import SYSTEM
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
LONGEST_GRACE = timedelta(days=14)
LONGEST_NAME, LONGEST_ENDPOINT = 120, 300
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
    by: str = SYSTEM.name,
) -> DepartmentUnit:
    """A new unit with a secret of its own. The first of its department is the county's default, a further one serves areas.

    Raises NotFound, GuituError for a name, an address or areas that are none, and Conflict where there is a default and no
    area is named.
    """
    name, endpoint = _name(name), check_endpoint(house, endpoint)
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
        note_change(unit, added, by, "add_unit", {"endpoint": [None, endpoint], "areas": [[], list(added.areas)]})
        await unit.commit()
        return added


async def change(
    house: House, unit_id: str, version: int, *, name: str, endpoint: str | None, areas: Sequence[str], by: str
) -> DepartmentUnit:
    """Another name, address (None: its inbox) or other areas, at once. Tasks that wait to be pushed go to the new address.

    Raises NotFound, GuituError for what cannot be, Conflict: `stale` when it was changed since.
    """
    name, endpoint = _name(name), check_endpoint(house, endpoint)
    async with house.db.unit() as unit:
        found = await _working(unit, unit_id, version)
        before = _shown(found)
        found.areas = _checked(house, found, areas, await repository.units_of(unit.session, found.county, found.department))
        if found.endpoint != endpoint:
            # Somebody says where it really works: it plays no part any more.
            found.simulated = False
        found.name, found.endpoint = name, endpoint
        after = _shown(found)
        if before != after:
            note_change(
                unit, found, by, "change_unit", {key: [before[key], after[key]] for key in after if before[key] != after[key]}
            )
        await unit.commit()
    return found


async def set_areas(house: House, unit_id: str, areas: Sequence[str], by: str = SYSTEM.name) -> list[str]:
    """Which 乡镇街道 a unit serves, instead of those before; none: only what comes to it as the default. Returns them as kept.

    Raises NotFound, GuituError for a name that is none, and Conflict for an area that another unit of the department serves.
    """
    async with house.db.unit() as unit:
        found = await _working(unit, unit_id)
        before = list(found.areas)
        found.areas = _checked(house, found, areas, await repository.units_of(unit.session, found.county, found.department))
        kept = list(found.areas)
        note_change(unit, found, by, "change_unit", {"areas": [before, kept]})
        await unit.commit()
    return kept


async def make_default(house: House, unit_id: str, by: str = SYSTEM.name, version: int | None = None) -> None:
    """A unit gets what no area of its department's units in the county is named for. Raises NotFound, Conflict."""
    async with house.db.unit() as unit:
        found = await _working(unit, unit_id, version)
        for each in await repository.units_of(unit.session, found.county, found.department):
            each.is_default = False
        # Before the other's: there is never more than one.
        await unit.session.flush()
        found.is_default = True
        note_change(unit, found, by, "make_default")
        await unit.commit()


async def retire(house: House, unit_id: str, by: str = SYSTEM.name, version: int | None = None) -> None:
    """A unit gets nothing new any more; what lies with it, it can still report or give back.

    Raises NotFound, and Conflict for the default: then a county would have nobody for what no area is named in.
    """
    async with house.db.unit() as unit:
        found = await _working(unit, unit_id, version)
        if found.is_default:
            raise Conflict("这是本县这个部门的默认单位，不能撤。请先把另一个单位设为默认。", code="default_unit")
        found.retired_at = now()
        note_change(unit, found, by, "retire_unit")
        await unit.commit()


async def rotate_secret(house: House, unit_id: str, grace: timedelta = GRACE, by: str = SYSTEM.name) -> str:
    """A new secret for a unit; the old one stays good for `grace`. Returns the new one, to be handed over once."""
    async with house.db.unit() as unit:
        found = await _known(unit, unit_id)
        secret = signing.rotate(found, grace)
        note_change(unit, found, by, "rotate_secret", {"grace_hours": [None, f"{grace / timedelta(hours=1):g}"]})
        await unit.commit()
        return secret


async def set_contact(
    house: House, unit_id: str, mobile: str | None, mail: str | None = None, by: str = SYSTEM.name
) -> Contact:
    """Where reminders reach a unit besides its list of alerts; None: not that way. Returns it as kept. Raises NotFound, GuituError."""
    contact = Contact.read(mobile, mail)
    async with house.db.unit() as unit:
        found = await _known(unit, unit_id)
        found.contact_mobile, found.contact_mail = contact.mobile, contact.mail
        note_change(unit, found, by, "set_contact")
        await unit.commit()
    return contact


async def _known(unit: Unit, unit_id: str) -> DepartmentUnit:
    found = await repository.unit_by_id(unit.session, unit_id) if is_id(unit_id) else None
    if found is None:
        raise NotFound(f"没有编号为 {unit_id} 的单位。", code="no_unit")
    return found


async def _working(unit: Unit, unit_id: str, version: int | None = None) -> DepartmentUnit:
    found = await _known(unit, unit_id)
    if version is not None and found.version != version:
        raise Conflict("这个单位刚刚被别人改过，请看过现在的样子再改。", code="stale", version=found.version)
    if found.retired_at is not None:
        raise Conflict(f"{found.name}已经撤了，不能再改。", code="unit_retired")
    return found


def check_endpoint(house: House, endpoint: str | None) -> str | None:
    """An address that tasks can be pushed to, or None. Raises GuituError.

    Personal data goes there: it is encrypted on its way, but where both ends are this machine.
    """
    if not endpoint:
        return None
    try:
        parts = urlsplit(endpoint)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    plain = len(endpoint) <= LONGEST_ENDPOINT and endpoint.isascii() and endpoint.isprintable() and " " not in endpoint
    if not plain or not host or parts.scheme not in ("https", "http") or parts.username is not None or parts.fragment:
        raise GuituError("推送地址要写完整，例如 https://example.org/tasks；不推送就留空。", code="bad_endpoint")
    if parts.scheme == "http" and not _loopback(host):
        raise GuituError("推送地址要用 https 开头：里面有个人信息，路上必须加密。", code="bad_endpoint")
    return endpoint


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _name(given: str) -> str:
    name = given.strip()
    if not 2 <= len(name) <= LONGEST_NAME:
        raise GuituError(f"单位名称要写 2 到 {LONGEST_NAME} 个字。", code="bad_name")
    return name


def _shown(found: DepartmentUnit) -> dict[str, Any]:
    return {"name": found.name, "endpoint": found.endpoint, "areas": list(found.areas)}


def note_change(unit: Unit, found: DepartmentUnit, by: str, command: str, data: dict[str, Any] | None = None) -> None:
    """A change of a unit: on record, and with a version that refuses what was decided on the older one."""
    found.version = (found.version or 0) + 1
    administration.note(unit, by, administration.UNIT, found.id, found.name, command, found.county, data)


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
