"""Every query of archives. Counties that the asker may not see are not there for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.model import Application
from backend.applications.states import CORRECTION_REQUESTED, MAY_APPLY_AGAIN, SUBMITTED
from backend.archives.model import ArchiveImport, ExpectedSoldier

#: Views of a county's list: what each leaves out is the database's to say.
ALL, MISSING, UNAPPLIED, DIFFERS, APPLICANTS = "all", "missing", "unapplied", "differs", "applicants"
_NARROWED: Mapping[str, Sequence[ColumnElement[bool]]] = {
    ALL: (),
    MISSING: (ExpectedSoldier.archive_received_on.is_(None),),
    UNAPPLIED: (ExpectedSoldier.archive_received_on.is_not(None), ExpectedSoldier.application_id.is_(None)),
    # Not compared yet counts as not agreeing: somebody looks.
    DIFFERS: (ExpectedSoldier.application_id.is_not(None), ExpectedSoldier.differs.is_not(False)),
}
#: What a list is sorted by.
COLUMNS = ("listed", "archive", "submitted")


@dataclass(frozen=True)
class Wanted:
    """A page of a list: county, year, view; `by` one of COLUMNS; `page` from 0."""

    county: str
    year: int
    view: str = ALL
    by: str = "listed"
    descending: bool = False
    page: int = 0
    limit: int = 20


async def import_of(session: AsyncSession, county: str, file_hash: str) -> ArchiveImport | None:
    """The import of exactly this file."""
    return await session.scalar(
        select(ArchiveImport).where(ArchiveImport.county == county, ArchiveImport.file_hash == file_hash)
    )


async def expected_among(
    session: AsyncSession, county: str, years: Collection[int], indexes: Collection[str]
) -> dict[tuple[int, str], ExpectedSoldier]:
    """Those of a county's lists who have one of these identity indexes, by year and index."""
    found = await session.scalars(
        select(ExpectedSoldier).where(
            ExpectedSoldier.county == county, ExpectedSoldier.year.in_(years), ExpectedSoldier.identity_index.in_(indexes)
        )
    )
    return {(each.year, each.identity_index): each for each in found}


async def expected(session: AsyncSession, identity_index: str, year: int) -> Sequence[ExpectedSoldier]:
    """One person, on whichever county's list."""
    found = await session.scalars(
        select(ExpectedSoldier).where(ExpectedSoldier.identity_index == identity_index, ExpectedSoldier.year == year)
    )
    return found.all()


async def matched(session: AsyncSession, application_id: str) -> Sequence[ExpectedSoldier]:
    """The rows that were matched with an application."""
    found = await session.scalars(select(ExpectedSoldier).where(ExpectedSoldier.application_id == application_id))
    return found.all()


async def live_among(
    session: AsyncSession, years: Collection[int], indexes: Collection[str]
) -> dict[tuple[int, str], Application]:
    """Live applications of these people, by year and index, held until the transaction ends."""
    found = await session.scalars(
        select(Application)
        .where(
            Application.identity_index.in_(indexes),
            Application.year.in_(years),
            Application.state.not_in(MAY_APPLY_AGAIN),
        )
        .order_by(Application.id)
        .with_for_update()
    )
    return {(each.year, each.identity_index): each for each in found}


async def page(
    session: AsyncSession, county: str, year: int, after: int, limit: int
) -> Sequence[tuple[ExpectedSoldier, Application | None]]:
    """A county's list with the applications that were matched, in the order of the list."""
    found = await session.execute(
        select(ExpectedSoldier, Application)
        .outerjoin(Application, Application.id == ExpectedSoldier.application_id)
        .where(ExpectedSoldier.county == county, ExpectedSoldier.year == year, ExpectedSoldier.id > after)
        .order_by(ExpectedSoldier.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in found]


async def counts(session: AsyncSession, county: str, year: int) -> dict[str, int]:
    """How many are on the list, how many have applied, how many archives have come."""
    row = (
        await session.execute(
            select(
                func.count(),
                func.count(ExpectedSoldier.application_id),
                func.count(ExpectedSoldier.archive_received_on),
            ).where(ExpectedSoldier.county == county, ExpectedSoldier.year == year)
        )
    ).one()
    return {"expected": row[0], "applied": row[1], "archives": row[2]}


async def imports_of(session: AsyncSession, county: str, limit: int) -> Sequence[ArchiveImport]:
    """The lists that a county has given in, the newest first."""
    statement = select(ArchiveImport).where(ArchiveImport.county == county)
    return (await session.scalars(statement.order_by(ArchiveImport.at.desc(), ArchiveImport.id.desc()).limit(limit))).all()


async def soldier(session: AsyncSession, county: str, row_id: int, *, lock: bool = False) -> ExpectedSoldier | None:
    """One row of a county's list; `lock`: as it is now, held until the transaction ends."""
    statement = select(ExpectedSoldier).where(ExpectedSoldier.id == row_id, ExpectedSoldier.county == county)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return await session.scalar(statement)


async def application_of(session: AsyncSession, row: ExpectedSoldier) -> Application | None:
    """The application that a row was matched with, held until the transaction ends."""
    if row.application_id is None:
        return None
    return await session.scalar(select(Application).where(Application.id == row.application_id).with_for_update())


async def soldiers(
    session: AsyncSession, wanted: Wanted, index: str | None
) -> tuple[Sequence[tuple[ExpectedSoldier | None, Application | None]], int]:
    """A page of soldiers with their applications, and how many there are."""
    narrowed = [ExpectedSoldier.county == wanted.county, ExpectedSoldier.year == wanted.year, *_NARROWED[wanted.view]]
    if index is not None:
        narrowed.append(ExpectedSoldier.identity_index == index)
    statement = (
        select(ExpectedSoldier, Application)
        .outerjoin(Application, Application.id == ExpectedSoldier.application_id)
        .where(*narrowed)
    )
    order = {
        "listed": ExpectedSoldier.id,
        "archive": ExpectedSoldier.archive_received_on,
        "submitted": Application.submitted_at,
    }[wanted.by]
    found = await session.execute(_paged(statement, wanted, order, ExpectedSoldier.id))
    count = await session.scalar(select(func.count()).select_from(ExpectedSoldier).where(*narrowed))
    return [(row[0], row[1]) for row in found], count or 0


def _without_archive(county: str, year: int) -> list[ColumnElement[bool]]:
    return [
        Application.county == county,
        Application.year == year,
        Application.state.in_((SUBMITTED, CORRECTION_REQUESTED)),
        Application.archive_received_at.is_(None),
    ]


async def applicants_without_archive(
    session: AsyncSession, wanted: Wanted, index: str | None
) -> tuple[Sequence[tuple[ExpectedSoldier | None, Application | None]], int]:
    """A page of those who have applied and whose archive has not come, on the list or not, and how many there are."""
    narrowed = _without_archive(wanted.county, wanted.year)
    if index is not None:
        narrowed.append(Application.identity_index == index)
    listed = and_(ExpectedSoldier.application_id == Application.id, ExpectedSoldier.county == Application.county)
    statement = (
        select(ExpectedSoldier, Application).select_from(Application).outerjoin(ExpectedSoldier, listed).where(*narrowed)
    )
    found = await session.execute(_paged(statement, wanted, Application.submitted_at, Application.id))
    count = await session.scalar(select(func.count()).select_from(Application).where(*narrowed))
    return [(row[0], row[1]) for row in found], count or 0


def _paged[S: Select[*tuple[Any, ...]]](statement: S, wanted: Wanted, *order: Any) -> S:
    if wanted.descending:
        ordered = [column.desc().nulls_last() for column in order]
    else:
        ordered = [column.asc().nulls_last() for column in order]
    return statement.order_by(*ordered).offset(wanted.page * wanted.limit).limit(wanted.limit)


async def counts_of_views(session: AsyncSession, county: str, year: int) -> dict[str, int]:
    """How many lines each view has."""
    of_list = (ExpectedSoldier.county == county, ExpectedSoldier.year == year)
    views = list(_NARROWED)
    each = [func.count().filter(and_(*of_list, *_NARROWED[view])) for view in views]
    row = (await session.execute(select(*each).select_from(ExpectedSoldier).where(*of_list))).one()
    applicants = select(func.count()).select_from(Application).where(*_without_archive(county, year))
    return {**dict(zip(views, row, strict=True)), APPLICANTS: int(await session.scalar(applicants) or 0)}
