"""Every query of the outbox, among them the lease: no row is in two workers' hands at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.outbox.model import DONE, LEASED, STUCK, WAITING, OutboxAttempt, OutboxRow


def _due(now: datetime, topics: Collection[str]) -> ColumnElement[bool]:
    return and_(
        OutboxRow.topic.in_(topics),
        or_(
            and_(OutboxRow.state == WAITING, OutboxRow.available_at <= now),
            and_(OutboxRow.state == LEASED, OutboxRow.leased_until < now),
        ),
    )


async def exists(session: AsyncSession, topic: str, key: str) -> bool:
    """True when something was put under this key before."""
    found = await session.scalar(select(OutboxRow.id).where(OutboxRow.topic == topic, OutboxRow.key == key))
    return found is not None


async def due_ids(session: AsyncSession, now: datetime, topics: Collection[str], limit: int) -> Sequence[int]:
    """Rows that may be taken, the longest waiting first. On PostgreSQL they are locked; those locked elsewhere are left out."""
    statement = select(OutboxRow.id).where(_due(now, topics)).order_by(OutboxRow.available_at, OutboxRow.id).limit(limit)
    if session.get_bind().dialect.name == "postgresql":
        statement = statement.with_for_update(skip_locked=True)
    return (await session.scalars(statement)).all()


async def take(session: AsyncSession, row_id: int, topics: Collection[str], lease: str, now: datetime, until: datetime) -> bool:
    """Take one row by compare-and-set. False: another took it first."""
    statement = (
        update(OutboxRow)
        .where(OutboxRow.id == row_id, _due(now, topics))
        .values(state=LEASED, lease=lease, leased_until=until)
        .execution_options(synchronize_session=False)
    )
    return cast(CursorResult[Any], await session.execute(statement)).rowcount == 1


async def leased(session: AsyncSession, lease: str) -> Sequence[OutboxRow]:
    """The rows that a lease holds."""
    found = await session.scalars(select(OutboxRow).where(OutboxRow.lease == lease).order_by(OutboxRow.id))
    return found.all()


async def close_attempt(
    session: AsyncSession, row: OutboxRow, lease: str, now: datetime, error: str | None, again_at: datetime | None
) -> bool:
    """Record an attempt and give the row back: done, waiting until `again_at`, or stuck. False: the lease was lost."""
    if error is None:
        values: dict[str, Any] = {"state": DONE, "done_at": now}
    elif again_at is None:
        values = {"state": STUCK}
    else:
        values = {"state": WAITING, "available_at": again_at}
    statement = (
        update(OutboxRow)
        .where(OutboxRow.id == row.id, OutboxRow.lease == lease)
        .values(attempts=OutboxRow.attempts + 1, lease=None, leased_until=None, **values)
        .execution_options(synchronize_session=False)
    )
    held = cast(CursorResult[Any], await session.execute(statement)).rowcount == 1
    session.add(OutboxAttempt(outbox_id=row.id, at=now, error=error))
    return held


async def next_due_at(session: AsyncSession, topics: Collection[str]) -> datetime | None:
    """When the next row becomes due; None when nothing waits."""
    waiting = select(func.min(OutboxRow.available_at)).where(OutboxRow.state == WAITING, OutboxRow.topic.in_(topics))
    leased_rows = select(func.min(OutboxRow.leased_until)).where(OutboxRow.state == LEASED, OutboxRow.topic.in_(topics))
    times = [moment for moment in (await session.scalar(waiting), await session.scalar(leased_rows)) if moment]
    return min(times, default=None)


async def stuck(
    session: AsyncSession, limit: int = 100, counties: Collection[str] | None = None, after: int = 0
) -> Sequence[OutboxRow]:
    """Rows that a person must look at, oldest first: all, or those of some counties."""
    statement = select(OutboxRow).where(OutboxRow.state == STUCK, OutboxRow.id > after)
    if counties is not None:
        statement = statement.where(OutboxRow.county.in_(counties))
    return (await session.scalars(statement.order_by(OutboxRow.id).limit(limit))).all()


async def stuck_by_county(session: AsyncSession) -> dict[str, int]:
    """How many of each county's rows a person must look at; counties without any are left out."""
    statement = select(OutboxRow.county, func.count()).where(OutboxRow.state == STUCK, OutboxRow.county.is_not(None))
    found = await session.execute(statement.group_by(OutboxRow.county).order_by(OutboxRow.county))
    return {county: count for county, count in found if county is not None}


async def stuck_row(session: AsyncSession, row_id: int, counties: Collection[str] | None) -> OutboxRow | None:
    """One row, stuck or not, if it is of these counties; held until the transaction ends."""
    statement = select(OutboxRow).where(OutboxRow.id == row_id).with_for_update()
    if counties is not None:
        statement = statement.where(OutboxRow.county.in_(counties))
    return await session.scalar(statement.execution_options(populate_existing=True))


async def attempts_of(session: AsyncSession, row_id: int) -> Sequence[OutboxAttempt]:
    """Every attempt at one row, in order."""
    found = await session.scalars(select(OutboxAttempt).where(OutboxAttempt.outbox_id == row_id).order_by(OutboxAttempt.id))
    return found.all()


async def last_attempts(session: AsyncSession, rows: Collection[int]) -> dict[int, OutboxAttempt]:
    """The newest attempt at each of some rows."""
    newest = select(func.max(OutboxAttempt.id)).where(OutboxAttempt.outbox_id.in_(rows)).group_by(OutboxAttempt.outbox_id)
    found = await session.scalars(select(OutboxAttempt).where(OutboxAttempt.id.in_(newest)))
    return {attempt.outbox_id: attempt for attempt in found}


async def lags(
    session: AsyncSession, now: datetime, since: datetime
) -> Sequence[tuple[str, int, datetime | None, int, datetime | None]]:
    """By topic: how many rows are due and since when the oldest is, how many are stuck, and when the last one that became due
    after `since` was delivered. Topics of which nothing is known are left out."""
    due = select(OutboxRow.topic, func.count(), func.min(OutboxRow.available_at))
    due = due.where(OutboxRow.state == WAITING, OutboxRow.available_at <= now).group_by(OutboxRow.topic)
    waiting = {topic: (count, oldest) for topic, count, oldest in await session.execute(due)}
    given_up = select(OutboxRow.topic, func.count()).where(OutboxRow.state == STUCK).group_by(OutboxRow.topic)
    stuck_rows = {row[0]: row[1] for row in await session.execute(given_up)}
    last = select(OutboxRow.topic, func.max(OutboxRow.done_at))
    last = last.where(OutboxRow.state == DONE, OutboxRow.available_at >= since).group_by(OutboxRow.topic)
    done = {row[0]: row[1] for row in await session.execute(last)}
    topics = sorted(waiting.keys() | stuck_rows.keys() | done.keys())
    return [(topic, *waiting.get(topic, (0, None)), stuck_rows.get(topic, 0), done.get(topic)) for topic in topics]
