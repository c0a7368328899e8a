"""Every query of archives. Counties that the asker may not see are not there for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.model import Application
from backend.applications.states import MAY_APPLY_AGAIN
from backend.archives.model import ArchiveImport, ExpectedSoldier


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
