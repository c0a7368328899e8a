"""A county's list at the desk: a page of it, what is missing, and an archive that has arrived. # notice 四(一)"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import Actor, actor_of
from backend.applications.indexes import identity_index
from backend.applications.model import Application
from backend.archives import repository, rules, service
from backend.archives.model import ArchiveImport, ExpectedSoldier
from backend.archives.repository import ALL, APPLICANTS, COLUMNS, DIFFERS, MISSING, UNAPPLIED, Wanted
from backend.clock import today
from backend.db.engine import hold
from backend.errors import Conflict, GuituError, NotFound
from backend.house import House

__all__ = [
    "ALL",
    "APPLICANTS",
    "COLUMNS",
    "DIFFERS",
    "MISSING",
    "UNAPPLIED",
    "Listed",
    "Wanted",
    "counts",
    "listing",
    "record_arrival",
]


@dataclass(frozen=True)
class Listed:
    """One line: a soldier of the list, the application that was matched, and the fields in which they do not agree.

    soldier      None for an applicant who is on no list
    application  None for a soldier who has not applied
    """

    soldier: ExpectedSoldier | None
    application: Application | None
    differences: Sequence[str]


async def listing(
    session: AsyncSession, house: House, actor: Actor | str, wanted: Wanted, id_number: str = ""
) -> tuple[list[Listed], int]:
    """A page of a county's list and how many lines there are; `id_number` finds one person. Raises NotFound for another's county."""
    service.own_county(house, actor, wanted.county)
    index = identity_index(house, id_number) if id_number else None
    if wanted.view == APPLICANTS:
        rows, count = await repository.applicants_without_archive(session, wanted, index)
    else:
        rows, count = await repository.soldiers(session, wanted, index)
    lines = []
    for soldier, application in rows:
        differ: list[str] = []
        if soldier is not None and application is not None:
            differ = rules.differences(soldier.facts, application.answers)
        lines.append(Listed(soldier, application, differ))
    return lines, count


async def counts(session: AsyncSession, house: House, actor: Actor | str, county: str, year: int) -> Mapping[str, int]:
    """How many lines each view of the list has."""
    service.own_county(house, actor, county)
    return await repository.counts_of_views(session, county, year)


async def imports(session: AsyncSession, house: House, actor: Actor | str, county: str, most: int) -> Sequence[ArchiveImport]:
    """The lists that were taken, the newest first."""
    service.own_county(house, actor, county)
    return await repository.imports_of(session, county, most)


async def record_arrival(house: House, actor: Actor | str, county: str, row_id: int, day: date) -> ExpectedSoldier:
    """The archive of a soldier on the list came on `day`; the application that was matched knows it too.

    Raises NotFound for a row that is not the actor's, Conflict when somebody else has recorded it, GuituError for a bad day.
    """
    service.own_county(house, actor, county)
    async with house.db.unit() as unit:
        # An import writes the same rows.
        await hold(unit.session, f"archives:{county}")
        row = await repository.soldier(unit.session, county, row_id)
        if row is None:
            raise NotFound("名单上没有这个人，或者他不归你办。", code="no_soldier")
        # The case first, as whoever files or corrects it does; the other way round two could wait for each other.
        application = await repository.application_of(unit.session, row)
        await repository.soldier(unit.session, county, row_id, lock=True)
        if row.archive_received_on is not None:
            by = (row.archive_recorded_by or "").partition(":")[2]
            who = f"（{by}登记）" if by else ""
            raise Conflict(f"这份档案已经登记：{row.archive_received_on}收到{who}。没有改动它。", code="stale", allowed=[])
        if not date(row.year, 1, 1) <= day <= today():
            raise GuituError(f"收到日期要在{row.year}年1月1日和今天之间。", code="bad_day")
        row.archive_received_on, row.archive_recorded_by = day, actor_of(actor).name
        service.record_for(unit, application, actor, row)
        await unit.commit()
        return row
