"""Every query of the outside systems."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.departments.model import Task
from backend.systems.model import SystemEvent, SystemExchange, SystemFile, SystemLink
from backend.systems.registry import FILE, HTTP, OFF, PROVINCE

#: Nothing more leaves of these.
SETTLED = ("answered", "in_file", OFF)


async def link_by_id(session: AsyncSession, link_id: str) -> SystemLink | None:
    """One link."""
    return await session.get(SystemLink, link_id)


async def link(session: AsyncSession, system: str, county: str, partner: str = "") -> SystemLink | None:
    """Exactly this county's (or the province's) link."""
    return await session.scalar(
        select(SystemLink).where(SystemLink.system == system, SystemLink.county == county, SystemLink.partner == partner)
    )


async def link_for(session: AsyncSession, system: str, county: str, partner: str = "") -> SystemLink | None:
    """The link that holds for a county, the most particular one: its own before the province's, the bank's before all banks'."""
    found = (
        await session.scalars(
            select(SystemLink).where(
                SystemLink.system == system,
                SystemLink.county.in_((county, PROVINCE)),
                SystemLink.partner.in_((partner, "")),
            )
        )
    ).all()
    return most_particular(found, county, partner)


class Way(NamedTuple):
    """A link without its secrets: which system it is for, and whether and how it is told."""

    id: str
    system: str
    county: str
    partner: str
    kind: str


async def ways(session: AsyncSession, county: str) -> list[Way]:
    """The links that hold for a county, the province's among them."""
    statement = select(SystemLink.id, SystemLink.system, SystemLink.county, SystemLink.partner, SystemLink.kind)
    return [Way(*row) for row in await session.execute(statement.where(SystemLink.county.in_((county, PROVINCE))))]


def most_particular[L: (SystemLink, Way)](links: Iterable[L], county: str, partner: str) -> L | None:
    """Of one system's links that hold for a county, the one that counts: its own and the bank's own before the others."""
    fitting = [each for each in links if each.partner in (partner, "")]
    return max(fitting, key=lambda each: (each.county == county, each.partner == partner), default=None)


async def links(
    session: AsyncSession, counties: Collection[str] | None = None, system: str | None = None
) -> Sequence[SystemLink]:
    """All links, or those that hold for some counties (the province's among them)."""
    statement = select(SystemLink).order_by(SystemLink.system, SystemLink.county, SystemLink.partner)
    if counties is not None:
        statement = statement.where(SystemLink.county.in_([*counties, PROVINCE]))
    if system is not None:
        statement = statement.where(SystemLink.system == system)
    return (await session.scalars(statement)).all()


async def listening(session: AsyncSession, system: str) -> Sequence[SystemLink]:
    """The links of a system by which it may report over HTTP."""
    found = await session.scalars(
        select(SystemLink).where(SystemLink.system == system, SystemLink.kind == HTTP).order_by(SystemLink.id)
    )
    return found.all()


async def exchange_by_id(session: AsyncSession, exchange_id: int) -> SystemExchange | None:
    """One exchange, as it stands in the database now."""
    return await session.scalar(
        select(SystemExchange).where(SystemExchange.id == exchange_id).execution_options(populate_existing=True)
    )


async def keys_among(session: AsyncSession, names: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these (system, key) there is an exchange of."""
    name = SystemExchange.system, SystemExchange.key
    return {(row[0], row[1]) for row in await session.execute(select(*name).where(tuple_(*name).in_(names)))}


async def exchanges(session: AsyncSession, application_id: str) -> Sequence[SystemExchange]:
    """Everything that was sent about an application, in order."""
    found = await session.scalars(
        select(SystemExchange).where(SystemExchange.application_id == application_id).order_by(SystemExchange.id)
    )
    return found.all()


async def bodies_to_end(session: AsyncSession, before: datetime, limit: int) -> Sequence[int]:
    """Exchanges that have arrived (or will not leave) before then and still hold what was sent, the oldest first."""
    settled = func.coalesce(SystemExchange.answered_at, SystemFile.at, SystemExchange.created_at)
    found = await session.scalars(
        select(SystemExchange.id)
        .outerjoin(SystemFile, SystemFile.id == SystemExchange.file_id)
        .where(
            SystemExchange.body_ended_at.is_(None),
            SystemExchange.created_at < before,
            SystemExchange.state.in_(SETTLED),
            settled < before,
        )
        .order_by(SystemExchange.created_at, SystemExchange.id)
        .limit(limit)
    )
    return found.all()


async def end_bodies(session: AsyncSession, ids: Collection[int], at: datetime) -> None:
    """Delete what was sent, and nothing else, of these exchanges."""
    statement = update(SystemExchange).where(SystemExchange.id.in_(ids)).values(body=None, body_ended_at=at)
    await session.execute(statement.execution_options(synchronize_session=False))


async def for_file(session: AsyncSession, link_ids: Collection[str], county: str, limit: int) -> Sequence[SystemExchange]:
    """What lies ready for the next file of a county, the oldest first; held until the transaction ends."""
    statement = select(SystemExchange).where(SystemExchange.link_id.in_(link_ids), SystemExchange.state == "to_file")
    if county != PROVINCE:
        statement = statement.where(SystemExchange.county == county)
    return (await session.scalars(statement.order_by(SystemExchange.id).limit(limit).with_for_update())).all()


async def of_file(session: AsyncSession, file_id: str) -> Sequence[SystemExchange]:
    """What was written into a file, in its order."""
    found = await session.scalars(select(SystemExchange).where(SystemExchange.file_id == file_id).order_by(SystemExchange.id))
    return found.all()


async def file_by_id(session: AsyncSession, file_id: str) -> SystemFile | None:
    """One file's record."""
    return await session.get(SystemFile, file_id)


async def taken_before(session: AsyncSession, system: str, county: str, digest: str) -> SystemFile | None:
    """The record of this very file, if it was read back and taken before."""
    return await session.scalar(
        select(SystemFile).where(
            SystemFile.system == system,
            SystemFile.county == county,
            SystemFile.digest == digest,
            SystemFile.direction == "in",
            SystemFile.taken.is_(True),
        )
    )


async def counts(session: AsyncSession, link_ids: Collection[str]) -> dict[tuple[str, str], int]:
    """How many exchanges each link has in each state."""
    found = await session.execute(
        select(SystemExchange.link_id, SystemExchange.state, func.count())
        .where(SystemExchange.link_id.in_(link_ids))
        .group_by(SystemExchange.link_id, SystemExchange.state)
    )
    return {(link_id, state): count for link_id, state, count in found.all()}


async def file_links(session: AsyncSession, system: str, county: str) -> Sequence[SystemLink]:
    """The links of a system that go by file and hold for a county."""
    found = await session.scalars(
        select(SystemLink).where(
            SystemLink.system == system, SystemLink.kind == FILE, SystemLink.county.in_((county, PROVINCE))
        )
    )
    return found.all()


async def event_of(session: AsyncSession, link_id: str, event_id: str) -> SystemEvent | None:
    """The report of a system under that event id."""
    return await session.scalar(select(SystemEvent).where(SystemEvent.link_id == link_id, SystemEvent.event_id == event_id))


async def task_of(session: AsyncSession, task_id: str, county: str) -> Task | None:
    """A task, if the county (or the province) is its."""
    statement = select(Task).where(Task.id == task_id)
    if county != PROVINCE:
        statement = statement.where(Task.county == county)
    return await session.scalar(statement)


async def last_answers(session: AsyncSession, off: str) -> Sequence[tuple[str, str, str, bool, datetime | None]]:
    """Each link that is not off: system, county, kind, whether it is simulated, and when an exchange of it was last answered."""
    newest = (
        select(SystemExchange.answered_at)
        .where(SystemExchange.link_id == SystemLink.id, SystemExchange.state == "answered")
        .order_by(SystemExchange.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    columns = SystemLink.system, SystemLink.county, SystemLink.kind, SystemLink.simulated, newest
    found = await session.execute(select(*columns).where(SystemLink.kind != off).order_by(SystemLink.system, SystemLink.county))
    return [(row[0], row[1], row[2], row[3], row[4]) for row in found]


async def simulated_by_county(session: AsyncSession, off: str) -> dict[str, tuple[int, int]]:
    """How many of each county's (the province's) links are simulated and not off, and how many there are."""
    played = func.count().filter(SystemLink.simulated.is_(True), SystemLink.kind != off)
    statement = select(SystemLink.county, played, func.count()).group_by(SystemLink.county)
    return {row[0]: (row[1], row[2]) for row in await session.execute(statement)}
