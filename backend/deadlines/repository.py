"""Every query about limits as they run. Who asks is part of the query: another county's task is not there for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, and_, false, insert, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.model import Application, CaseEvent
from backend.deadlines.model import Alert, Exemption
from backend.deadlines.rules import PUSH_FAILING, STUCK
from backend.departments.model import Task


@dataclass(frozen=True)
class Reader:
    """Who asks. `lists`: roles whose alerts they read; `counties`: None for all; `department`: of an officer."""

    lists: frozenset[str]
    counties: tuple[str, ...] | None
    department: str | None


@dataclass(frozen=True)
class DueRow:
    """A task whose limit runs, and the number of its application."""

    task: Task
    number: str


async def due_list(
    session: AsyncSession,
    counties: Collection[str] | None,
    department: str | None,
    before: datetime | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> Sequence[DueRow]:
    """Tasks whose limit runs, the most urgent first: those of some counties (None: all) and a department (None: all).

    before: only limits that end before it; after: end and id of the last task of the page before.
    """
    # Word for word what the partial indexes hold, without a parameter, so that they are found fit for it.
    statement = (
        select(Task, Application.number)
        .join(Application, Application.id == Task.application_id)
        .where(Task.done_at.is_(None), Task.due_at.is_not(None))
    )
    if counties is not None:
        one = len(counties) == 1
        statement = statement.where(Task.county == next(iter(counties)) if one else Task.county.in_(counties))
    if department is not None:
        statement = statement.where(Task.department == department)
    if before is not None:
        statement = statement.where(Task.due_at < before)
    if after is not None:
        statement = statement.where(tuple_(Task.due_at, Task.id) > after)
    found = await session.execute(statement.order_by(Task.due_at, Task.id).limit(limit))
    return [DueRow(task, number) for task, number in found]


# --- counting anew ------------------------------------------------------------------------------------------------------


async def counted_before(session: AsyncSession, county: str | None, version: int, after: str, limit: int) -> Sequence[Task]:
    """Tasks whose limit runs and was counted on older working days, by id from `after` on; held until the transaction ends."""
    statement = select(Task).where(
        Task.done_at.is_(None), Task.due_at.is_not(None), Task.calendar_version < version, Task.id > after
    )
    if county is not None:
        statement = statement.where(Task.county == county)
    return (await session.scalars(statement.order_by(Task.id).limit(limit).with_for_update())).all()


async def mark_counted(session: AsyncSession, tasks: Collection[str], version: int) -> None:
    """The limits of these tasks came out the same. It changes nothing that anybody decided on, so not their version either."""
    statement = update(Task).where(Task.id.in_(tasks)).values(calendar_version=version)
    await session.execute(statement.execution_options(synchronize_session=False))


# --- reminding ----------------------------------------------------------------------------------------------------------


async def to_remind(session: AsyncSession, moment: datetime, limit: int) -> Sequence[str]:
    """Tasks of which somebody is to be reminded, the longest waiting first."""
    found = await session.scalars(select(Task.id).where(Task.next_alert_at < moment).order_by(Task.next_alert_at).limit(limit))
    return found.all()


async def set_next_alert(session: AsyncSession, task: Task, following: datetime | None) -> bool:
    """Put off the next reminder, unless somebody was quicker or the limit has changed since `task` was read."""
    statement = (
        update(Task)
        .where(Task.id == task.id, Task.next_alert_at == task.next_alert_at, Task.due_at == task.due_at)
        .values(next_alert_at=following)
        .execution_options(synchronize_session=False)
    )
    return cast(CursorResult[Any], await session.execute(statement)).rowcount == 1


async def alert_exists(session: AsyncSession, task_id: str, kind: str, role: str, about_at: datetime) -> bool:
    """Whether it was told already."""
    found = await session.scalar(
        select(Alert.id).where(Alert.task_id == task_id, Alert.kind == kind, Alert.role == role, Alert.about_at == about_at)
    )
    return found is not None


def _for(reader: Reader) -> ColumnElement[bool]:
    mine: list[ColumnElement[bool]] = [Alert.role == role for role in sorted(reader.lists - {"officer"})]
    if "officer" in reader.lists and reader.department is not None:
        mine.append(and_(Alert.role == "officer", Alert.department == reader.department))
    if not mine:
        return false()
    counties = [] if reader.counties is None else [Alert.county.in_(reader.counties)]
    return and_(or_(*mine), *counties)


def _still_true() -> ColumnElement[bool]:
    about_push = Alert.kind.in_((PUSH_FAILING, STUCK))
    return and_(
        Task.done_at.is_(None),
        or_(and_(about_push, Alert.about_at == Task.dispatched_at), and_(~about_push, Alert.about_at == Task.due_at)),
    )


async def alerts(
    session: AsyncSession, reader: Reader, *, every: bool, before: int | None, limit: int
) -> Sequence[tuple[Alert, Task, str]]:
    """Alerts of the reader with task and application number, the newest first; unless `every`, what still holds and is unseen."""
    statement = (
        select(Alert, Task, Application.number)
        .join(Task, Task.id == Alert.task_id)
        .join(Application, Application.id == Task.application_id)
        .where(_for(reader))
    )
    if not every:
        statement = statement.where(Alert.seen_at.is_(None), _still_true())
        if reader.counties is not None:
            # An alert holds no more once its task is another county's (a transfer stops the clock), so this leaves nothing
            # out; but the few open tasks of a county are found at once, and the alerts that are over need not be read.
            statement = statement.where(Task.county.in_(reader.counties))
    if before is not None:
        statement = statement.where(Alert.id < before)
    found = await session.execute(statement.order_by(Alert.id.desc()).limit(limit))
    return [(alert, task, number) for alert, task, number in found]


async def alert_by_id(session: AsyncSession, reader: Reader, alert_id: int) -> Alert | None:
    """One alert, if it is the reader's; held until the transaction ends."""
    return await session.scalar(select(Alert).where(Alert.id == alert_id, _for(reader)).with_for_update())


async def alerts_of_task(session: AsyncSession, task_id: str) -> Sequence[Alert]:
    """Everything that was told of a task, in order."""
    return (await session.scalars(select(Alert).where(Alert.task_id == task_id).order_by(Alert.id))).all()


# --- exemptions ---------------------------------------------------------------------------------------------------------


async def exempt(session: AsyncSession, exemption: Exemption) -> Sequence[tuple[str, str]]:
    """Mark every limit that ran in the outage. Returns ids of task and application; what an earlier one covers stays its."""
    statement = update(Task).where(
        Task.exemption_id.is_(None),
        Task.clock_started_at < exemption.ended_at,
        Task.due_at > exemption.began_at,
        or_(Task.done_at.is_(None), Task.done_at > exemption.began_at),
    )
    for column, value in ((Task.county, exemption.county), (Task.department, exemption.department)):
        if value is not None:
            statement = statement.where(column == value)
    found = await session.execute(
        statement.values(exemption_id=exemption.id)
        .returning(Task.id, Task.application_id)
        .execution_options(synchronize_session=False)
    )
    return [(task_id, application_id) for task_id, application_id in found]


async def write_events(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """The record of many cases at once."""
    if rows:
        await session.execute(insert(CaseEvent), list(rows))


async def exemptions(session: AsyncSession, counties: Collection[str] | None, limit: int) -> Sequence[Exemption]:
    """Decisions for some counties and for all, the newest first."""
    statement = select(Exemption).order_by(Exemption.id.desc()).limit(limit)
    if counties is not None:
        statement = statement.where(or_(Exemption.county.is_(None), Exemption.county.in_(counties)))
    return (await session.scalars(statement)).all()
