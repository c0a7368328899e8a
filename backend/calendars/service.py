"""Changing the working days: a published year, a county's close of business, its closures. # notice 四(八)

Each is one transaction with its record, and that record is what the worker goes by: it counts every open limit anew that the
change moves (deadlines.recount), from where it was if it broke off. At the command line one may `wait` and count at once; a
request does not. To do the same again changes nothing and says so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import SYSTEM, Actor, actor_of
from backend.calendars import repository
from backend.calendars.model import CalendarChange, CalendarYear, Closure, CountyHours
from backend.catalogue.reading import CatalogueError, read_source
from backend.clock import now, today
from backend.db.engine import Unit, notify_on_commit
from backend.deadlines.recount import Recounted, recount, recount_changes
from backend.errors import Forbidden, GuituError, NotFound
from backend.house import House
from backend.outbox.service import PG_CHANNEL as WORKER
from backend.time_limits.calendar import parse_year
from backend.time_limits.rules import sessions_until

YEAR, HOURS, CLOSURE, REOPENING, SHIPPED = "year", "hours", "closure", "reopen", "shipped"
#: A day further away than this is a slip of the pen.
FURTHEST = timedelta(days=400)
MOST_DAYS = 31
MOST_WORDS = 300
MOST_CHANGES = 100


@dataclass(frozen=True)
class Changed:
    """What a command did. `changed`: False when it was so already. `recounted`: the limits that were counted anew, empty where
    the worker is left to count them. `change`: the newest change that they rest on, None where there never was one."""

    changed: bool
    recounted: Recounted
    change: int | None


async def publish_year(house: House, path: Path, actor: Actor | str, *, wait: bool = True) -> Changed:
    """Put in a new or corrected YEAR.yml. Raises CatalogueError `file:line: what is wrong and what is expected`."""
    return await publish_source(house, read_source(path), path, actor, wait=wait)


async def publish_text(house: House, year: int, source: str, actor: Actor | str) -> Changed:
    """The same with what the file says, for a request; it holds everywhere. Raises GuituError with what is wrong in which line."""
    if actor_of(actor).counties is not None:
        raise Forbidden("放假安排全省都用，只有全省的管理员能改。", code="wrong_county")
    try:
        return await publish_source(house, source, Path(f"{year}.yml"), actor, wait=False)
    except (CatalogueError, RecursionError) as error:
        why = str(error) if isinstance(error, CatalogueError) else f"{year}.yml: nested too deeply."
        raise GuituError(f"放假安排没有更新，请改好再传：{why}", code="bad_calendar") from None


async def publish_source(house: House, source: str, path: Path, actor: Actor | str, *, wait: bool) -> Changed:
    """Put in what a file of this name says. Raises CatalogueError."""
    year = parse_year(source, path).year
    async with house.db.unit() as unit:
        known = {row.year: row.content for row in await repository.years(unit.session)}
        changed = known.get(year) != source
        if changed:
            moment = now()
            unit.session.add(CalendarYear(year=year, content=source, by=actor_of(actor).name, at=moment))
            _note(unit, YEAR, f"{year}年放假安排公布", actor, None)
            await unit.commit()
    return await _count(house, None, changed, wait)


async def set_hours(
    house: House, county: str, close: time, reason: str, actor: Actor | str, since: date | None = None, *, wait: bool = True
) -> Changed:
    """A county closes at `close` from `since` (default: today) on. Raises GuituError for a time out of range."""
    _reach(house, actor, county)
    since = since or today()
    _near([since])
    try:
        sessions_until(close)
    except ValueError:
        raise GuituError("下班时间要在14:30到22:00之间，例如17:30。", code="bad_close") from None
    async with house.db.unit() as unit:
        # What was set last for a day counts.
        existing = {row.since: row.close for row in await repository.hours(unit.session, [county])}
        changed = existing.get(since) != close
        if changed:
            unit.session.add(
                CountyHours(county=county, since=since, close=close, reason=_why(reason), by=actor_of(actor).name, at=now())
            )
            about = f"{house.catalogue.counties[county].name}自{since}起{close:%H:%M}下班：{reason}"
            _note(unit, HOURS, about, actor, county)
            await unit.commit()
    return await _count(house, county, changed, wait)


async def close_days(
    house: House, county: str, days: Collection[date], reason: str, actor: Actor | str, *, wait: bool = True
) -> Changed:
    """A county does not work on these days. Raises GuituError for days that cannot be meant."""
    _reach(house, actor, county)
    _near(days)
    why = _why(reason)
    async with house.db.unit() as unit:
        new = sorted(set(days) - await repository.closed_days(unit.session, county, set(days)))
        for day in new:
            unit.session.add(Closure(county=county, day=day, reason=why, by=actor_of(actor).name, at=now()))
        if new:
            shown = "、".join(map(str, new))
            _note(unit, CLOSURE, f"{house.catalogue.counties[county].name}{shown}不办公：{why}", actor, county)
            await unit.commit()
    return await _count(house, county, bool(new), wait)


async def reopen(house: House, closure_id: int, reason: str, actor: Actor | str, *, wait: bool = True) -> Changed:
    """A closure was entered by mistake, or the county worked after all. It stays on record. Raises NotFound."""
    async with house.db.unit() as unit:
        closure = await repository.closure_by_id(unit.session, closure_id, actor_of(actor).counties)
        if closure is None:
            raise NotFound("没有这条停办公记录。请核对编号。", code="no_closure")
        changed = closure.reopened_at is None
        if changed:
            closure.reopened_by, closure.reopened_at, closure.reopened_why = actor_of(actor).name, now(), _why(reason)
            about = f"{house.catalogue.counties[closure.county].name}{closure.day}照常办公：{reason}"
            _note(unit, REOPENING, about, actor, closure.county)
            await unit.commit()
    return await _count(house, closure.county, changed, wait)


async def look_after(house: House) -> None:
    """The worker's chore: years that came with a newer program count like published ones; what is left is counted anew."""
    if not house.days.shipped_noted:
        about = f"程序附带的放假安排（{house.days.shipped_digest()}）"
        async with house.db.unit() as unit:
            newest = await repository.newest_of_kind(unit.session, SHIPPED)
            if newest is None or newest.about != about:
                _note(unit, SHIPPED, about, SYSTEM, None)
                await unit.commit()
        house.days.shipped_noted = True
    await recount_changes(house)


async def closures(session: AsyncSession, house: House, actor: Actor | str, county: str | None = None) -> Sequence[Closure]:
    """The closures that the asker may see, or those of one county, by day."""
    return await repository.closures(session, _asked(house, actor, county))


async def changes(
    session: AsyncSession, house: House, actor: Actor | str, county: str | None = None
) -> Sequence[CalendarChange]:
    """The newest changes that concern the asker's counties or one county, those of everywhere among them."""
    return await repository.changes(session, _asked(house, actor, county), MOST_CHANGES)


async def hours(session: AsyncSession, house: House, actor: Actor | str, county: str | None = None) -> Sequence[CountyHours]:
    """What counties set as their close of business, by the day it holds from."""
    return await repository.hours(session, _asked(house, actor, county))


def _asked(house: House, actor: Actor | str, county: str | None) -> Collection[str] | None:
    if county is None:
        return actor_of(actor).counties
    _reach(house, actor, county)
    return [county]


def _reach(house: House, actor: Actor | str, county: str) -> None:
    if county not in house.catalogue.counties:
        raise NotFound(f"没有编号为 {county} 的县（市、区）。请写六位编号，例如 350102。", code="unknown_county")
    counties = actor_of(actor).counties
    if counties is not None and county not in counties:
        raise Forbidden("这个县（市、区）不归你管。", code="wrong_county")


def _near(days: Collection[date]) -> None:
    if not 1 <= len(days) <= MOST_DAYS:
        raise GuituError(f"一次写1到{MOST_DAYS}天。", code="too_many_days")
    far = next((day for day in sorted(days) if abs(day - today()) > FURTHEST), None)
    if far is not None:
        raise GuituError(f"{far} 离今天太远，请核对年份。", code="far_day")


def _why(reason: str) -> str:
    if not reason.strip() or len(reason) > MOST_WORDS:
        raise GuituError(f"请写明原因，不超过{MOST_WORDS}个字。", code="no_reason")
    return reason.strip()


def _note(unit: Unit, kind: str, about: str, actor: Actor | str, county: str | None) -> None:
    unit.session.add(CalendarChange(county=county, kind=kind, about=about[:400], by=actor_of(actor).name, at=now()))
    notify_on_commit(unit.session, WORKER)


async def _count(house: House, county: str | None, changed: bool, wait: bool) -> Changed:
    """Count anew what the newest change of this county, or of everywhere, may move; also what was left when one broke off.

    Without `wait` the worker does.
    """
    async with house.db.reading() as session:
        change = await repository.newest_of_county(session, county)
    if change is None or not wait:
        # Here at least, what is counted from now on is counted on the new days.
        await house.days.read()
        return Changed(changed, Recounted(), change.id if change else None)
    return Changed(changed, await recount(house, change), change.id)
