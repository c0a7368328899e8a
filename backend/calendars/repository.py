"""Every query of the working days."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.calendars.model import CalendarChange, CalendarYear, Closure, CountyHours


async def newest_change(session: AsyncSession) -> int:
    """The number of the newest change; 0 before the first."""
    return await session.scalar(select(func.max(CalendarChange.id))) or 0


async def versions(session: AsyncSession) -> Mapping[str | None, int]:
    """The newest change of each county, and of all (None)."""
    statement = select(CalendarChange.county, func.max(CalendarChange.id)).group_by(CalendarChange.county)
    return {row[0]: row[1] for row in await session.execute(statement)}


async def change_by_id(session: AsyncSession, change_id: int) -> CalendarChange | None:
    """One change."""
    return await session.get(CalendarChange, change_id)


async def newest_of_kind(session: AsyncSession, kind: str) -> CalendarChange | None:
    """The newest change of a kind."""
    statement = select(CalendarChange).where(CalendarChange.kind == kind).order_by(CalendarChange.id.desc()).limit(1)
    return await session.scalar(statement)


async def newest_of_county(session: AsyncSession, county: str | None) -> CalendarChange | None:
    """The newest change of a county's own days; of everywhere for None."""
    return await session.scalar(
        select(CalendarChange)
        .where(CalendarChange.county.is_not_distinct_from(county))
        .order_by(CalendarChange.id.desc())
        .limit(1)
    )


async def to_recount(session: AsyncSession) -> Sequence[CalendarChange]:
    """Changes after which not every limit has been counted anew, the oldest first."""
    found = await session.scalars(
        select(CalendarChange).where(CalendarChange.recounted_at.is_(None)).order_by(CalendarChange.id)
    )
    return found.all()


async def changes(session: AsyncSession, counties: Collection[str] | None, limit: int) -> Sequence[CalendarChange]:
    """The newest changes of these counties (None: of all), and those that hold everywhere."""
    statement = select(CalendarChange)
    if counties is not None:
        statement = statement.where(or_(CalendarChange.county.is_(None), CalendarChange.county.in_(counties)))
    return (await session.scalars(statement.order_by(CalendarChange.id.desc()).limit(limit))).all()


async def years(session: AsyncSession) -> Sequence[CalendarYear]:
    """The newest row of each year that was put in."""
    newest = select(func.max(CalendarYear.id)).group_by(CalendarYear.year)
    return (await session.scalars(select(CalendarYear).where(CalendarYear.id.in_(newest)).order_by(CalendarYear.year))).all()


async def hours(session: AsyncSession, counties: Collection[str] | None = None) -> Sequence[CountyHours]:
    """What counties set as their close of business: by the day it holds from, then by when it was set."""
    statement = select(CountyHours).order_by(CountyHours.since, CountyHours.id)
    if counties is not None:
        statement = statement.where(CountyHours.county.in_(counties))
    return (await session.scalars(statement)).all()


async def closures(
    session: AsyncSession, counties: Collection[str] | None = None, *, standing: bool = False
) -> Sequence[Closure]:
    """Closures by day; with `standing`, without those that were reopened."""
    statement = select(Closure).order_by(Closure.day, Closure.id)
    if counties is not None:
        statement = statement.where(Closure.county.in_(counties))
    if standing:
        statement = statement.where(Closure.reopened_at.is_(None))
    return (await session.scalars(statement)).all()


async def closed_days(session: AsyncSession, county: str, days: Collection[date]) -> set[date]:
    """Which of some days a county has closed already."""
    found = await session.scalars(
        select(Closure.day).where(Closure.county == county, Closure.day.in_(days), Closure.reopened_at.is_(None))
    )
    return set(found)


async def closure_by_id(session: AsyncSession, closure_id: int, counties: Collection[str] | None) -> Closure | None:
    """One closure of the asker's counties, held until the transaction ends."""
    statement = select(Closure).where(Closure.id == closure_id)
    if counties is not None:
        statement = statement.where(Closure.county.in_(counties))
    return await session.scalar(statement.with_for_update())
