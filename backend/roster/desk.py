"""The roster at the desk: pages of its rows and of its exports. # notice 三(二)"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import Actor
from backend.applications.model import Application
from backend.roster import repository
from backend.roster.model import RosterExport
from backend.roster.repository import ALL, HANDED_OVER, READY, TO_TYPE, VIEWS, Collected

__all__ = ["ALL", "HANDED_OVER", "READY", "TO_TYPE", "VIEWS", "Wanted", "counts", "exports", "newest", "rows", "typed"]


@dataclass(frozen=True)
class Wanted:
    """A page of rows: county, year (None: every year), view; `page` from 0."""

    county: str
    year: int | None
    view: str = ALL
    newest_first: bool = False
    page: int = 0
    limit: int = 20


async def rows(session: AsyncSession, actor: Actor, wanted: Wanted) -> list[tuple[Collected, datetime | None]]:
    """Those rows that the actor may see, each with when the veteran reported in."""
    return await repository.collected_page(
        session,
        actor,
        wanted.county,
        wanted.year,
        wanted.view,
        newest_first=wanted.newest_first,
        page=wanted.page,
        limit=wanted.limit,
    )


async def counts(session: AsyncSession, actor: Actor, county: str, year: int | None) -> Mapping[str, int]:
    """How many rows each view has."""
    return await repository.counts(session, actor, county, year)


async def exports(
    session: AsyncSession, actor: Actor, county: str, page: int, limit: int
) -> tuple[Sequence[RosterExport], int]:
    """A page of a county's exports, the newest first, and how many there are."""
    return await repository.exports_page(session, actor, county, page, limit)


async def newest(session: AsyncSession, actor: Actor, county: str) -> str:
    """The id of a county's newest export; empty when there is none."""
    found = await repository.exports(session, actor, county, 1)
    return found[0].id if found else ""


async def typed(session: AsyncSession, application: Application) -> tuple[str, datetime] | None:
    """Who typed the two columns of a case, and when; None when nobody has. What was typed is not told here."""
    found = await repository.units_of(session, application.id)
    return (found.typed_by, found.typed_at) if found is not None else None
