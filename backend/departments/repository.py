"""Every query of departments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from backend.departments.model import DepartmentEvent, DepartmentUnit, Task
from backend.departments.states import DISPATCHED


async def unit_by_id(session: AsyncSession, unit_id: str) -> DepartmentUnit | None:
    """One unit."""
    return await session.get(DepartmentUnit, unit_id)


async def unit_of(session: AsyncSession, county: str, department: str) -> DepartmentUnit | None:
    """The unit that does a department's work in a county, where no address decides: the default."""
    return await session.scalar(
        select(DepartmentUnit).where(
            DepartmentUnit.county == county, DepartmentUnit.department == department, DepartmentUnit.is_default
        )
    )


async def units_of(session: AsyncSession, county: str, department: str) -> Sequence[DepartmentUnit]:
    """The units among whom a department's work in a county is divided, without the retired ones."""
    statement = select(DepartmentUnit).where(
        DepartmentUnit.county == county, DepartmentUnit.department == department, DepartmentUnit.retired_at.is_(None)
    )
    return (await session.scalars(statement.order_by(DepartmentUnit.id))).all()


async def units(session: AsyncSession, counties: Collection[str] | None = None) -> Sequence[DepartmentUnit]:
    """All units, or those of some counties."""
    statement = select(DepartmentUnit).order_by(
        DepartmentUnit.county, DepartmentUnit.department, DepartmentUnit.is_default.desc(), DepartmentUnit.id
    )
    if counties is not None:
        statement = statement.where(DepartmentUnit.county.in_(counties))
    return (await session.scalars(statement)).all()


async def unit_names(session: AsyncSession, counties: Collection[str]) -> dict[str, str]:
    """The names of some counties' units by their ids."""
    statement = select(DepartmentUnit.id, DepartmentUnit.name).where(DepartmentUnit.county.in_(counties))
    return {row[0]: row[1] for row in await session.execute(statement)}


async def task_by_id(session: AsyncSession, task_id: str) -> Task | None:
    """One task, as it stands in the database now."""
    return await session.scalar(select(Task).where(Task.id == task_id).execution_options(populate_existing=True))


async def task_of_unit(session: AsyncSession, unit_id: str, task_id: str) -> Task | None:
    """One task, if it was given to that unit."""
    return await session.scalar(select(Task).where(Task.id == task_id, Task.unit_id == unit_id))


async def list_of_unit(
    session: AsyncSession, unit_id: str, states: Collection[str], after: Task | None, limit: int
) -> Sequence[Task]:
    """The tasks that lie with a unit in these states, in the order in which they were dispatched, after one of them."""
    statement = select(Task).where(Task.unit_id == unit_id, Task.state.in_(states), Task.dispatched_at.is_not(None))
    if after is not None:
        statement = statement.where(tuple_(Task.dispatched_at, Task.id) > (after.dispatched_at, after.id))
    return (await session.scalars(statement.order_by(Task.dispatched_at, Task.id).limit(limit))).all()


async def tasks_of(session: AsyncSession, application_id: str) -> Sequence[Task]:
    """The tasks of an application."""
    found = await session.scalars(select(Task).where(Task.application_id == application_id).order_by(Task.id))
    return found.all()


async def pushed_in_vain(session: AsyncSession, since: datetime, limit: int) -> Sequence[str]:
    """Tasks that were dispatched before `since` and that no department has yet."""
    found = await session.scalars(
        select(Task.id).where(Task.state == DISPATCHED, Task.dispatched_at <= since).order_by(Task.dispatched_at).limit(limit)
    )
    return found.all()


async def event_of(session: AsyncSession, unit_id: str, event_id: str) -> DepartmentEvent | None:
    """The report of a unit under that event id."""
    return await session.scalar(
        select(DepartmentEvent).where(DepartmentEvent.unit_id == unit_id, DepartmentEvent.event_id == event_id)
    )
