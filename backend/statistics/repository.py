"""Every query of statistics: each one pass over an index of one county's month, or of what is open now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.deadlines.model import Alert
from backend.departments.model import Task
from backend.departments.states import DONE, STATES, TERMINAL
from backend.requests.model import URGE, CaseRequest
from backend.statistics.rules import Key

STUCK = "stuck"
STILL_OPEN = tuple(state for state in STATES if state not in TERMINAL)
GROUP = (Task.county, Task.department, Task.matter)
Counties = Sequence[str] | None


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


async def _grouped(session: AsyncSession, statement: Any, counties: Counties) -> dict[Key, tuple[int, ...]]:
    if counties is not None:
        statement = statement.where(Task.county.in_(counties))
    found = await session.execute(statement.group_by(*GROUP))
    # Some drivers give sums as Decimal.
    return {(row[0], row[1], row[2]): tuple(int(each) for each in row[3:]) for row in found}


async def ended(session: AsyncSession, month: str, counties: Counties) -> dict[Key, tuple[int, ...]]:
    """ended, done, on time, late, exempted of a month's results. Late: done after due_at. # notice 四(八)"""
    late = (Task.state == DONE) & (Task.done_at > Task.due_at)
    statement = select(
        *GROUP,
        func.count(),
        _count(Task.state == DONE),
        _count((Task.state == DONE) & (Task.done_at <= Task.due_at)),
        _count(late & Task.exemption_id.is_(None)),
        _count(late & Task.exemption_id.is_not(None)),
    ).where(Task.ended_month == month)
    return await _grouped(session, statement, counties)


async def medians(session: AsyncSession, month: str, counties: Counties) -> dict[Key, float]:
    """The median working minutes of a month's results."""
    place = func.row_number().over(partition_by=GROUP, order_by=Task.worked_minutes)
    size = func.count().over(partition_by=GROUP)
    ranked = select(*GROUP, Task.worked_minutes.label("minutes"), place.label("place"), size.label("size")).where(
        Task.ended_month == month, Task.worked_minutes.is_not(None)
    )
    if counties is not None:
        ranked = ranked.where(Task.county.in_(counties))
    rows = ranked.subquery()
    # The one in the middle, or the two around it: (n + 1) / 2 and (n + 2) / 2, both rounded down.
    middle = (rows.c.place * 2 >= rows.c.size) & (rows.c.place * 2 <= rows.c.size + 2)
    statement = (
        select(rows.c.county, rows.c.department, rows.c.matter, func.avg(rows.c.minutes))
        .where(middle)
        .group_by(rows.c.county, rows.c.department, rows.c.matter)
    )
    return {(row[0], row[1], row[2]): float(row[3]) for row in await session.execute(statement)}


async def received(session: AsyncSession, begin: datetime, end: datetime, counties: Counties) -> dict[Key, tuple[int, ...]]:
    """Tasks that departments received from `begin` until `end`."""
    statement = select(*GROUP, func.count()).where(Task.received_at >= begin, Task.received_at < end)
    return await _grouped(session, statement, counties)


async def open_now(session: AsyncSession, at: datetime, counties: Counties) -> dict[Key, tuple[int, ...]]:
    """Tasks with departments that have no result yet, and those of them whose limit is over at `at`."""
    # Not among the conditions: SQLite would look for it in the index of all that was ever received.
    with_department = Task.received_at.is_not(None)
    statement = (
        select(*GROUP, _count(with_department), _count(with_department & (Task.due_at < at)))
        .where(Task.state.in_(STILL_OPEN))
        .having(_count(with_department) > 0)
    )
    return await _grouped(session, statement, counties)


async def stuck(session: AsyncSession, begin: datetime, end: datetime, counties: Counties) -> dict[Key, tuple[int, ...]]:
    """Deliveries to departments that needed a person."""
    statement = (
        select(*GROUP, func.count(func.distinct(Task.id)))
        .join(Alert, Alert.task_id == Task.id)
        .where(Alert.kind == STUCK, Alert.at >= begin, Alert.at < end)
    )
    return await _grouped(session, statement, counties)


async def urged(session: AsyncSession, begin: datetime, end: datetime, counties: Counties) -> dict[Key, tuple[int, ...]]:
    """Times that veterans pressed for a task."""
    statement = (
        select(*GROUP, func.count())
        .join(CaseRequest, CaseRequest.task_id == Task.id)
        .where(CaseRequest.kind == URGE, CaseRequest.asked_at >= begin, CaseRequest.asked_at < end)
    )
    return await _grouped(session, statement, counties)
