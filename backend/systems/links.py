"""How the outside systems are reached: configuration, by county and system."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from backend.administration import service as administration
from backend.applications.actor import SYSTEM
from backend.clock import local, now
from backend.db.ids import new_id
from backend.departments import signing
from backend.errors import GuituError, NotFound
from backend.house import House
from backend.systems import repository
from backend.systems.model import SystemLink
from backend.systems.registry import FILE, HTTP, OFF, PROVINCE, SYSTEMS, System

GRACE = timedelta(hours=24)


def system_of(code: str) -> System:
    """The system of that code. Raises NotFound, which lists those there are."""
    if code not in SYSTEMS:
        raise NotFound(f"没有外部系统 {code}。有这些：{'、'.join(SYSTEMS)}。", code="unknown_system")
    return SYSTEMS[code]


async def set_link(
    house: House,
    system: str,
    county: str,
    kind: str,
    endpoint: str | None = None,
    *,
    partner: str = "",
    simulated: bool = False,
    by: str = SYSTEM.name,
) -> SystemLink:
    """Say how a system is reached for a county (`350000`: the province). A new link gets a secret of its own.

    Raises GuituError for a way that this system has not, an endpoint that is none, or an unknown county or bank.
    """
    known = system_of(system)
    if kind not in (*known.ways, OFF):
        can = "、".join((*known.ways, OFF))
        raise GuituError(f"{known.name}不能用 {kind}。可以：{can}。", code="no_such_way", allowed=[*known.ways, OFF])
    if county != PROVINCE and county not in house.catalogue.counties:
        raise NotFound(f"没有编号为 {county} 的县（市、区）；全省写 {PROVINCE}。", code="unknown_county")
    if partner and (not known.per_bank or partner not in house.catalogue.banks):
        raise NotFound(f"{known.name}没有 {partner} 这一家。", code="unknown_partner")
    if (kind == HTTP) != (endpoint is not None):
        raise GuituError("http 要写明接口地址；file 和 off 不用写。", code="endpoint")
    if endpoint is not None:
        _check_endpoint(endpoint)
    async with house.db.unit() as unit:
        link = await repository.link(unit.session, system, county, partner)
        if link is None:
            link = SystemLink(id=new_id("l"), system=system, county=county, partner=partner, secret=signing.new_secret())
            unit.session.add(link)
        data = {"way": [link.kind, kind], "endpoint": [link.endpoint, endpoint]}
        whose = county if county != PROVINCE else None
        administration.note(unit, by, administration.LINK, link.id, known.name, "set_link", whose, data)
        link.kind, link.endpoint, link.simulated, link.changed_at = kind, endpoint, simulated, now()
        await unit.commit()
        return link


def _check_endpoint(endpoint: str) -> None:
    try:
        parts = urlsplit(endpoint)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good or len(endpoint) > 300:
        raise GuituError("接口地址要以 http:// 或 https:// 开头，最多300个字。", code="endpoint")


async def rotate(house: House, system: str, county: str, partner: str = "", grace: timedelta = GRACE) -> str:
    """A new secret for a link; the old one stays good for `grace`. Returns the new one, to be handed over once."""
    known = system_of(system)
    async with house.db.unit() as unit:
        link = await repository.link(unit.session, system, county, partner)
        if link is None:
            raise NotFound(f"{county} 还没有登记{known.name}。先用 guitu systems set 登记。", code="no_link")
        secret = signing.rotate(link, grace)
        await unit.commit()
        return secret


async def overview(session: AsyncSession, counties: Collection[str] | None) -> list[dict[str, Any]]:
    """Every system and how it is reached, also those that are not: nothing is sent to these, and this is where it shows.

    counts: exchanges by state (waiting, to_file, in_file, answered, off).
    """
    found = await repository.links(session, counties)
    counts = await repository.counts(session, [link.id for link in found])
    rows = []
    for system in SYSTEMS.values():
        links = [link for link in found if link.system == system.code]
        rows.append(
            {
                "system": system.code,
                "name": system.name,
                "ways": list(system.ways),
                "linked": any(link.kind in (HTTP, FILE) for link in links),
                "links": [
                    {
                        "county": link.county,
                        "partner": link.partner or None,
                        "kind": link.kind,
                        "endpoint": link.endpoint,
                        "simulated": link.simulated,
                        "changed_at": local(link.changed_at).isoformat(timespec="seconds"),
                        "counts": {state: count for (link_id, state), count in counts.items() if link_id == link.id},
                    }
                    for link in links
                ],
            }
        )
    return rows
