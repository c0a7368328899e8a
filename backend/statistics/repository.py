"""Every query of statistics: each one pass over an index of one county's month, or of what is open now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from backend.deadlines.model import Alert
from backend.departments.model import Task
from backend.departments.states import DONE, STATES, TERMINAL
from backend.requests.model import URGE, CaseRequest
from backend.statistics.rules import Key

STUCK = "stuck"
STILL_OPEN = tuple(state for state in STATES if state not in TERMINAL)
#: SQLite puts at most 500 questions into one statement.
KEYS_AT_ONCE = 100
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
    """ended, done, on time, late, exempted, measured of a month's results, by key. # notice 四(八)

    Late: done after due_at. Measured: those whose working minutes are known.
    """
    late = (Task.state == DONE) & (Task.done_at > Task.due_at)
    statement = select(
        *GROUP,
        func.count(),
        _count(Task.state == DONE),
        _count((Task.state == DONE) & (Task.done_at <= Task.due_at)),
        _count(late & Task.exemption_id.is_(None)),
        _count(late & Task.exemption_id.is_not(None)),
        func.count(Task.worked_minutes),
    ).where(Task.ended_month == month)
    return await _grouped(session, statement, counties)


async def medians(session: AsyncSession, month: str, sizes: Mapping[Key, int]) -> dict[Key, float]:
    """The median working minutes of a month's results. `sizes`: how many of them have any, by key.

    A key's results lie in an index in the order of their minutes: all before the middle are passed over, and none is ranked.
    """
    found: dict[Key, list[int]] = {}
    for keys in batched([key for key, size in sizes.items() if size], KEYS_AT_ONCE):
        parts = [_middle(number, month, key, sizes[key]) for number, key in enumerate(keys)]
        statement: Any = union_all(*parts) if len(parts) > 1 else parts[0]
        rows: Sequence[Any] = (await session.execute(statement)).all()
        for number, minutes in rows:
            found.setdefault(keys[number], []).append(minutes)
    return {key: sum(each) / len(each) for key, each in found.items()}


def _middle(number: int, month: str, key: Key, size: int) -> Select[*tuple[Any, ...]]:
    """The one in the middle of a key's results, or the two around it, each with `number`."""
    minutes = Task.worked_minutes
    of_key = [column == value for column, value in zip(GROUP, key, strict=True)]
    inner = (
        select(literal(number).label("number"), minutes)
        .where(Task.ended_month == month, *of_key, minutes.is_not(None))
        .order_by(minutes)
        .offset((size - 1) // 2)
        .limit(2 - size % 2)
    )
    return select(inner.subquery())


async def received(session: AsyncSession, month: str, counties: Counties) -> dict[Key, tuple[int, ...]]:
    """Tasks that departments received in a month."""
    statement = select(*GROUP, func.count()).where(Task.received_month == month)
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
