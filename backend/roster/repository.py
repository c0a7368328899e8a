"""Every query of the roster. Who asks is part of the query: another county's rows and exports are not there for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, exists, select
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
    handed_over = exists().where(
        RosterRow.application_id == Application.id,
        RosterRow.export_id == RosterExport.id,
        RosterExport.handed_over_at.is_not(None),
        # What was typed anew since has to go again.
        RosterExport.made_at >= RosterUnits.typed_at,
    )
    statement = (
        select(Application, RosterUnits, handed_over)
        .join(Task, and_(Task.application_id == Application.id, Task.matter == REPORT_IN, Task.state == DONE))
        .outerjoin(RosterUnits, RosterUnits.application_id == Application.id)
        .where(Application.county == county)
        .order_by(Task.done_at, Application.number)
    )
    if year is not None:
        statement = statement.where(Application.year == year)
    if still_open:
        statement = statement.where(~handed_over)
    if actor.counties is not None:
        statement = statement.where(Application.county.in_(actor.counties))
    return [Collected(*row) for row in await session.execute(statement)]


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
