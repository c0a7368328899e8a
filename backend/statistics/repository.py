"""Every query of statistics: each one pass over an index of one county's month, of what is open now, or over what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, func, insert, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.model import Application
from backend.deadlines.model import Alert
from backend.departments.model import Task
from backend.departments.states import DONE, STATES, TERMINAL
from backend.requests.model import URGE, CaseRequest
from backend.statistics.model import MonthCounted, MonthFigures
from backend.statistics.rules import ENDED_KINDS, OPEN_KINDS, Key, Slice, Sums

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

    On time: the result, whichever it was, not after due_at. Measured: those whose working minutes are known.
    """
    late = Task.done_at > Task.due_at
    statement = select(
        *GROUP,
        func.count(),
        _count(Task.state == DONE),
        _count(Task.done_at <= Task.due_at),
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


# --- what is kept -------------------------------------------------------------------------------------------------------


async def counted_at(session: AsyncSession) -> dict[str, datetime]:
    """The months that are kept, and when each was counted."""
    return {row.month: row.counted_at for row in await session.scalars(select(MonthCounted))}


async def keep(session: AsyncSession, month: str, lines: Sequence[Mapping[str, Any]], at: datetime) -> None:
    """Put a month's lines in the place of what was kept of it."""
    for table in (MonthFigures, MonthCounted):
        await session.execute(delete(table).where(table.month == month))
    await session.execute(insert(MonthCounted), [{"month": month, "counted_at": at}])
    if lines:
        await session.execute(insert(MonthFigures), [{"month": month, **line} for line in lines])


def _kept(wanted: Slice, *columns: Any) -> Select[Any]:
    statement = select(*columns).where(MonthFigures.month.in_(wanted.months))
    if wanted.counties is not None:
        statement = statement.where(MonthFigures.county.in_(wanted.counties))
    if wanted.department is not None:
        statement = statement.where(MonthFigures.department == wanted.department)
    if wanted.matter is not None:
        statement = statement.where(MonthFigures.matter == wanted.matter)
    return statement


async def sums(session: AsyncSession, wanted: Slice, by: str, order: str, descending: bool) -> list[Sums]:
    """The kept lines of a slice put together by month, county, department or matter.

    order: `by` itself, on_time_rate (what has none comes last), or a count of Sums. Open and overdue are of the newest month
    alone: each month was counted with what was open then.
    """
    newest = MonthFigures.month == max(wanted.months, default="")
    key = getattr(MonthFigures, by)
    counts = {
        name: func.coalesce(func.sum(getattr(MonthFigures, name)), 0)
        for name in ("received", "ended", "on_time", "late", "exempted")
    }
    for name in OPEN_KINDS:
        counts[name] = func.coalesce(func.sum(case((newest, getattr(MonthFigures, name)), else_=0)), 0)
    counts["urged"] = func.coalesce(func.sum(MonthFigures.urged), 0)
    judged = counts["on_time"] + counts["late"]
    ranks = {**counts, by: key, "on_time_rate": counts["on_time"] * 1.0 / func.nullif(judged, 0)}
    rank = ranks[order]
    directed = (rank.desc() if descending else rank.asc()).nulls_last()
    statement = _kept(wanted, key, *counts.values()).group_by(key).order_by(directed, key)
    return [Sums(row[0], *(int(each) for each in row[1:])) for row in await session.execute(statement)]


async def kept_lines(session: AsyncSession, wanted: Slice) -> Sequence[MonthFigures]:
    """The kept lines of a slice, one by one."""
    keys = (MonthFigures.month, MonthFigures.county, MonthFigures.department, MonthFigures.matter)
    return (await session.scalars(_kept(wanted, MonthFigures).order_by(*keys))).all()


# --- the tasks behind a figure ------------------------------------------------------------------------------------------

_OUTCOME = {
    "ended": (),
    "on_time": (Task.done_at <= Task.due_at,),
    "late": (Task.done_at > Task.due_at, Task.exemption_id.is_(None)),
    "exempted": (Task.done_at > Task.due_at, Task.exemption_id.is_not(None)),
}


async def tasks(session: AsyncSession, kind: str, wanted: Slice, at: datetime, offset: int, limit: int) -> Sequence[Any]:
    """Tasks that a figure of one month counts (of open ones: as of `at`): where and when, nothing of a person.

    In the order of the index that finds them, backwards: of one county, department and matter those that took longest come
    first. Open ones by their limit's end.
    """
    statement = select(
        Application.number,
        Task.county,
        Task.department,
        Task.matter,
        Task.path,
        Task.state,
        Task.received_at,
        Task.due_at,
        Task.provisional,
        Task.done_at,
        Task.exemption_id,
    ).join(Application, Application.id == Task.application_id)
    order: tuple[Any, ...]
    if kind in OPEN_KINDS:
        statement = statement.where(Task.done_at.is_(None), Task.received_at.is_not(None), Task.state.in_(STILL_OPEN))
        order = (Task.county.desc(), Task.id.desc())
        if kind == "overdue":
            statement = statement.where(Task.due_at.is_not(None), Task.due_at < at)
            order = (Task.due_at, Task.id)
    elif kind in ENDED_KINDS:
        statement = statement.where(Task.ended_month == max(wanted.months), *_OUTCOME[kind])
        order = (*(column.desc() for column in (*GROUP, Task.worked_minutes)), Task.id.desc())
    else:
        statement = statement.where(Task.received_month == max(wanted.months))
        order = (*(column.desc() for column in GROUP), Task.id.desc())
    if wanted.counties is not None:
        statement = statement.where(Task.county.in_(wanted.counties))
    if wanted.department is not None:
        statement = statement.where(Task.department == wanted.department)
    if wanted.matter is not None:
        statement = statement.where(Task.matter == wanted.matter)
    return (await session.execute(statement.order_by(*order).offset(offset).limit(limit))).all()
