"""The working days as a process knows them now: the files that came with the program, and over them what the database holds.

Limits are counted in the middle of a transaction, without a look at the database; so the days are held in memory. Before a
unit of work begins, at most once a second, one look at the newest change's number tells whether they must be read anew. A
limit that was counted in that second on the days before carries their version, and is found by it (deadlines.recount).
"""

from __future__ import annotations

import hashlib
import time as clocks
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from backend.calendars import repository
from backend.catalogue.reading import CatalogueError
from backend.db.engine import Database
from backend.time_limits.calendar import PublishedYear, WorkCalendar, parse_year
from backend.time_limits.rules import DEFAULT_OFFICE, OfficeHours, Sessions, sessions_until

log = structlog.get_logger()

LOOK_EVERY_SECONDS = 1.0


class Days:
    """The calendar of the country and the office hours of each county.

    shipped   the years that came with the program
    calendar  those with what was published since
    """

    def __init__(self, db: Database, shipped: WorkCalendar) -> None:
        self._db = db
        self.shipped = shipped
        self.calendar = shipped
        self._offices: Mapping[str, OfficeHours] = {}
        self._versions: Mapping[str | None, int] = {}
        self._newest = 0
        self._looked_at = float("-inf")
        #: Whether it is on record that these are the years that came with the program (service.look_after).
        self.shipped_noted = False

    def office(self, county: str) -> OfficeHours:
        """A county's close of business and closures."""
        return self._offices.get(county, DEFAULT_OFFICE)

    def version(self, county: str | None) -> int:
        """The newest change that a county's limits rest on; for None, the newest that holds everywhere."""
        return max(self._versions.get(None, 0), self._versions.get(county, 0))

    def shipped_digest(self) -> str:
        """12 hex digits of the years that came with the program."""
        years = [(each.year, sorted(each.days_off), sorted(each.working_weekends)) for each in self.shipped.years.values()]
        return hashlib.sha256(repr(sorted(years)).encode()).hexdigest()[:12]

    async def refresh(self) -> None:
        """Look for a change, unless that was done within the last second."""
        if clocks.monotonic() - self._looked_at >= LOOK_EVERY_SECONDS:
            await self.read()

    async def read(self) -> None:
        """Look for a change now, and read the days anew if there is one."""
        self._looked_at = clocks.monotonic()
        async with self._db.reading() as session:
            # First the number: what is changed while we read has a higher one, and is read again at the next look.
            newest = await repository.newest_change(session)
            if newest == self._newest:
                return
            calendar = self.shipped.with_years(await _years(session))
            offices, versions = await _offices(session), await repository.versions(session)
        self.calendar, self._offices, self._versions, self._newest = calendar, offices, versions, newest


async def _years(session: AsyncSession) -> dict[int, PublishedYear]:
    found = {}
    for row in await repository.years(session):
        try:
            found[row.year] = parse_year(row.content, Path(f"{row.year}.yml"))
        except CatalogueError as error:
            # It was checked when it was put in. A limit must be counted all the same: on the days before.
            log.error("a published year cannot be read any more; put it in again", year=row.year, error=str(error))
    return found


async def _offices(session: AsyncSession) -> dict[str, OfficeHours]:
    closed: dict[str, set[date]] = {}
    for closure in await repository.closures(session, standing=True):
        closed.setdefault(closure.county, set()).add(closure.day)
    changes: dict[str, dict[date, Sessions]] = {}
    for hours in await repository.hours(session):
        changes.setdefault(hours.county, {})[hours.since] = sessions_until(hours.close)
    return {
        county: OfficeHours(closures=frozenset(closed.get(county, ())), changes=tuple(changes.get(county, {}).items()))
        for county in closed.keys() | changes.keys()
    }
