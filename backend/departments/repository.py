"""Every query of departments."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.model import Application, Delivery
from backend.departments.model import DepartmentEvent, DepartmentUnit, Task
from backend.departments.states import DELIVERY_CLOSED, DISPATCHED, RETURNED


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


@dataclass(frozen=True)
class Inbox:
    """What to show of an inbox: tasks of these units in these states, the soonest due first, those without a limit last.

    undelivered: only those whose booklet or card is still on its way · after: end of the limit and id of the last one seen
    """

    units: tuple[str, ...]
    states: tuple[str, ...]
    matter: str | None = None
    undelivered: bool = False
    newest_first: bool = False
    after: tuple[datetime | None, str] | None = None
    limit: int = 20


async def units_of_department(session: AsyncSession, department: str, counties: Collection[str] | None) -> tuple[str, ...]:
    """The ids of the units that do a department's work in some counties (None: in all)."""
    statement = select(DepartmentUnit.id).where(DepartmentUnit.department == department)
    if counties is not None:
        statement = statement.where(DepartmentUnit.county.in_(counties))
    return tuple((await session.scalars(statement)).all())


async def returned(session: AsyncSession, counties: Collection[str] | None, limit: int) -> Sequence[tuple[Task, Application]]:
    """Tasks that came back as not theirs, in some counties (None: in all), the longest waiting first."""
    statement = select(Task, Application).join(Application, Application.id == Task.application_id).where(Task.state == RETURNED)
    if counties is not None:
        statement = statement.where(Task.county.in_(counties))
    rows = await session.execute(statement.order_by(Task.state_since, Task.id).limit(limit))
    return [(task, application) for task, application in rows]


async def inbox(session: AsyncSession, wanted: Inbox) -> Sequence[tuple[Task, Application]]:
    """A page of an inbox, each task with its application."""
    statement = select(Task, Application).join(Application, Application.id == Task.application_id)
    statement = statement.where(Task.unit_id.in_(wanted.units), Task.state.in_(wanted.states))
    if wanted.matter is not None:
        statement = statement.where(Task.matter == wanted.matter)
    if wanted.undelivered:
        statement = statement.join(Delivery, Delivery.task_id == Task.id).where(Delivery.state.not_in(DELIVERY_CLOSED))
    if wanted.after is not None:
        due, last = wanted.after
        later = Task.id < last if wanted.newest_first else Task.id > last
        if due is None:
            statement = statement.where(Task.due_at.is_(None), later)
        else:
            further = Task.due_at < due if wanted.newest_first else Task.due_at > due
            statement = statement.where(or_(further, and_(Task.due_at == due, later), Task.due_at.is_(None)))
    if wanted.newest_first:
        statement = statement.order_by(Task.due_at.is_(None), Task.due_at.desc(), Task.id.desc())
    else:
        statement = statement.order_by(Task.due_at.is_(None), Task.due_at, Task.id)
    return [(task, application) for task, application in await session.execute(statement.limit(wanted.limit))]


@dataclass(frozen=True)
class UnitList:
    """Which units a page shows: of a county, a department, in work or not, whose name or address holds `words`."""

    county: str | None = None
    department: str | None = None
    working: bool | None = True
    words: str | None = None
    by: str = "county"
    descending: bool = False
    page: int = 0
    limit: int = 20


async def unit_list(
    session: AsyncSession, counties: Collection[str] | None, wanted: UnitList
) -> tuple[Sequence[DepartmentUnit], int]:
    """A page of the units of some counties (None: of all), and how many there are in all."""
    statement = select(DepartmentUnit)
    if counties is not None:
        statement = statement.where(DepartmentUnit.county.in_(counties))
    if wanted.county is not None:
        statement = statement.where(DepartmentUnit.county == wanted.county)
    if wanted.department is not None:
        statement = statement.where(DepartmentUnit.department == wanted.department)
    if wanted.working is not None:
        statement = statement.where(
            DepartmentUnit.retired_at.is_(None) if wanted.working else DepartmentUnit.retired_at.is_not(None)
        )
    if wanted.words is not None:
        holds = [column.contains(wanted.words, autoescape=True) for column in (DepartmentUnit.name, DepartmentUnit.endpoint)]
        statement = statement.where(or_(*holds, DepartmentUnit.id == wanted.words))
    count = await session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    columns = {"name": DepartmentUnit.name, "county": DepartmentUnit.county, "department": DepartmentUnit.department}
    first = columns[wanted.by]
    order = first.desc() if wanted.descending else first
    rest = (DepartmentUnit.county, DepartmentUnit.department, DepartmentUnit.is_default.desc(), DepartmentUnit.id)
    page = statement.order_by(order, *rest).limit(wanted.limit).offset(wanted.page * wanted.limit)
    return (await session.scalars(page)).all(), count


async def last_reports(session: AsyncSession, unit_ids: Collection[str]) -> dict[str, datetime]:
    """When each of these units last reported something that was taken; units that never did are left out."""
    newest = (
        select(DepartmentEvent.at)
        .where(DepartmentEvent.unit_id == DepartmentUnit.id, DepartmentEvent.status < 300)
        .order_by(DepartmentEvent.at.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = await session.execute(select(DepartmentUnit.id, newest).where(DepartmentUnit.id.in_(unit_ids)))
    return {unit: at for unit, at in found if at is not None}


async def count_ways(session: AsyncSession) -> dict[str, int]:
    """How many units in work have their tasks pushed, look into their inbox, and are simulated."""
    statement = select(
        func.count().filter(DepartmentUnit.endpoint.is_not(None), DepartmentUnit.simulated.is_(False)),
        func.count().filter(DepartmentUnit.endpoint.is_(None), DepartmentUnit.simulated.is_(False)),
        func.count().filter(DepartmentUnit.simulated.is_(True)),
    ).where(DepartmentUnit.retired_at.is_(None))
    pushed, inbox_only, simulated = (await session.execute(statement)).one()
    return {"pushed": pushed, "inbox": inbox_only, "simulated": simulated}


async def simulated_by_county(session: AsyncSession, counties: Collection[str] | None) -> dict[str, tuple[int, int]]:
    """How many of each county's units in work are simulated, and how many there are."""
    played = func.count().filter(DepartmentUnit.simulated.is_(True))
    statement = select(DepartmentUnit.county, played, func.count()).where(DepartmentUnit.retired_at.is_(None))
    if counties is not None:
        statement = statement.where(DepartmentUnit.county.in_(counties))
    return {row[0]: (row[1], row[2]) for row in await session.execute(statement.group_by(DepartmentUnit.county))}
