"""Every query of the roster. Who asks is part of the query: another county's rows and exports are not there for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from backend.applications.actor import Actor
from backend.applications.model import Application
from backend.applications.papers import REPORT_IN
from backend.departments.model import Task
from backend.departments.states import DONE
from backend.roster.model import RosterExport, RosterRow, RosterUnits


@dataclass(frozen=True)
class Collected:
    """A veteran who has reported in: the case, the two typed columns (None: not typed yet), and whether it was handed over."""

    application: Application
    units: RosterUnits | None
    handed_over: bool


_HANDED_OVER = exists().where(
    RosterRow.application_id == Application.id,
    RosterRow.export_id == RosterExport.id,
    RosterExport.handed_over_at.is_not(None),
    # What was typed anew since has to go again.
    RosterExport.made_at >= RosterUnits.typed_at,
)
#: Views of the rows: the window has to type · can be exported · handed over.
ALL, TO_TYPE, READY, HANDED_OVER = "all", "to_type", "ready", "handed_over"
_VIEWS: Mapping[str, Sequence[ColumnElement[bool]]] = {
    ALL: (),
    TO_TYPE: (RosterUnits.application_id.is_(None),),
    READY: (RosterUnits.application_id.is_not(None), ~_HANDED_OVER),
    HANDED_OVER: (_HANDED_OVER,),
}
VIEWS = tuple(_VIEWS)


async def units_of(session: AsyncSession, application_id: str, *, lock: bool = False) -> RosterUnits | None:
    """The two typed columns of a case."""
    statement = select(RosterUnits).where(RosterUnits.application_id == application_id)
    return await session.scalar(statement.with_for_update() if lock else statement)


async def collected(
    session: AsyncSession, actor: Actor, county: str, year: int | None, *, still_open: bool = False
) -> list[Collected]:
    """Everybody of a county (and a year) whose reporting in is done, in the order in which it was. # notice 三(二)

    `still_open`: without those that were handed over.
    """
    statement = _collected(select(Application, RosterUnits, _HANDED_OVER), actor, county, year)
    if still_open:
        statement = statement.where(~_HANDED_OVER)
    return [Collected(*row) for row in await session.execute(statement.order_by(Task.done_at, Application.number))]


def _collected[S: Select[*tuple[Any, ...]]](statement: S, actor: Actor, county: str, year: int | None) -> S:
    narrowed = (
        statement.select_from(Application)
        .join(Task, and_(Task.application_id == Application.id, Task.matter == REPORT_IN, Task.state == DONE))
        .outerjoin(RosterUnits, RosterUnits.application_id == Application.id)
        .where(Application.county == county)
    )
    if year is not None:
        narrowed = narrowed.where(Application.year == year)
    if actor.counties is not None:
        narrowed = narrowed.where(Application.county.in_(actor.counties))
    return narrowed


async def collected_page(
    session: AsyncSession, actor: Actor, county: str, year: int | None, view: str, *, newest_first: bool, page: int, limit: int
) -> list[tuple[Collected, datetime | None]]:
    """A page of a view with when each reported in, in that order."""
    statement = _collected(select(Application, RosterUnits, _HANDED_OVER, Task.done_at), actor, county, year)
    order = (Task.done_at.desc(), Application.number.desc()) if newest_first else (Task.done_at, Application.number)
    found = await session.execute(statement.where(*_VIEWS[view]).order_by(*order).offset(page * limit).limit(limit))
    return [(Collected(row[0], row[1], row[2]), row[3]) for row in found]


async def counts(session: AsyncSession, actor: Actor, county: str, year: int | None) -> dict[str, int]:
    """How many rows each view has."""
    each = [func.count().filter(and_(true(), *narrowed)) for narrowed in _VIEWS.values()]
    found = (await session.execute(_collected(select(*each), actor, county, year))).one()
    return dict(zip(VIEWS, found, strict=True))


async def exports_page(
    session: AsyncSession, actor: Actor, county: str, page: int, limit: int
) -> tuple[Sequence[RosterExport], int]:
    """A page of a county's exports, the newest first, and how many there are."""
    narrowed = [RosterExport.county == county]
    if actor.counties is not None:
        narrowed.append(RosterExport.county.in_(actor.counties))
    newest = select(RosterExport).where(*narrowed).order_by(RosterExport.made_at.desc(), RosterExport.id.desc())
    count = await session.scalar(select(func.count()).select_from(RosterExport).where(*narrowed))
    return (await session.scalars(newest.offset(page * limit).limit(limit))).all(), int(count or 0)


async def exports(session: AsyncSession, actor: Actor, county: str | None, limit: int) -> Sequence[RosterExport]:
    """The exports that `actor` may know of, the newest first."""
    statement = select(RosterExport).order_by(RosterExport.made_at.desc(), RosterExport.id.desc()).limit(limit)
    if actor.counties is not None:
        statement = statement.where(RosterExport.county.in_(actor.counties))
    if county is not None:
        statement = statement.where(RosterExport.county == county)
    return (await session.scalars(statement)).all()


async def export_of(session: AsyncSession, actor: Actor, export_id: str, *, with_file: bool = False) -> RosterExport | None:
    """One export, held until the transaction ends."""
    statement = select(RosterExport).where(RosterExport.id == export_id).with_for_update(of=RosterExport)
    if actor.counties is not None:
        statement = statement.where(RosterExport.county.in_(actor.counties))
    if with_file:
        statement = statement.options(undefer(RosterExport.file))
    return await session.scalar(statement.execution_options(populate_existing=True))


async def cases_of(session: AsyncSession, export_ids: Sequence[str]) -> dict[str, list[Application]]:
    """Whose rows the exports hold, by export."""
    found: dict[str, list[Application]] = {export_id: [] for export_id in export_ids}
    statement = (
        select(RosterRow.export_id, Application)
        .join(Application, Application.id == RosterRow.application_id)
        .where(RosterRow.export_id.in_(export_ids))
        .order_by(Application.number)
    )
    for export_id, application in await session.execute(statement):
        found[export_id].append(application)
    return found
