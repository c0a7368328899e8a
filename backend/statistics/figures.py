"""Figures that are kept by the month, so that a province's year is read in milliseconds: counted by the worker, and when.

A result enters the tasks alone. What is kept is counted from them anew every few minutes (what is older, once a day), so no
result waits for a line of its county, and a correction, an exemption or a late report parts the two for no longer than that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.clock import now, today
from backend.house import House
from backend.statistics import repository, service
from backend.statistics.repository import sums, tasks
from backend.statistics.rules import Line, Slice, month_before

__all__ = ["asked_for", "choices", "count", "count_due", "lines", "sums", "tasks"]

#: How far back figures are shown, and how many months of them at once.
MONTHS, MOST_MONTHS = 24, 12
#: How many are always kept, so that whoever opens the page first waits for none.
READY_MONTHS = 12
EVERY, OLDER_EVERY = timedelta(minutes=10), timedelta(days=1)


def choices() -> tuple[str, ...]:
    """The months that can be asked for, the newest first."""
    newest = f"{today():%Y-%m}"
    return tuple(month_before(newest, count) for count in range(MONTHS))


async def count(house: House, month: str) -> None:
    """Count a month and keep it. Two at once leave what one of them counted."""
    moment = now()
    async with house.db.reading(long=True) as session:
        lines = await service.month(session, month, None)
    rows = [asdict(line) for line in lines]
    try:
        async with house.db.unit() as unit:
            await repository.keep(unit.session, month, rows, moment)
            await unit.commit()
    except IntegrityError:
        # Another process has just counted it.
        return


async def count_due(house: House) -> int:
    """The worker's chore: count the one month that needs it most. Returns how many were counted."""
    async with house.db.reading() as session:
        counted = await repository.counted_at(session)
    months = choices()
    due = [month for month in months[:READY_MONTHS] if month not in counted]
    for place, month in enumerate(months):
        every = EVERY if place < 2 else OLDER_EVERY
        if month in counted and now() - counted[month] >= every:
            due.append(month)
    for month in due[:1]:
        await count(house, month)
    return len(due[:1])


async def asked_for(house: House, months: Sequence[str]) -> datetime | None:
    """Make sure that these months are kept; returns since when the oldest count of them stands."""
    async with house.db.reading() as session:
        counted = await repository.counted_at(session)
    missing = [month for month in months if month not in counted]
    for month in missing:
        await count(house, month)
    return min((now() if month in missing else counted[month] for month in months), default=None)


async def lines(session: AsyncSession, wanted: Slice) -> list[tuple[str, Line]]:
    """Every kept line of a slice with its month, oldest first."""
    found = []
    for row in await repository.kept_lines(session, wanted):
        values: dict[str, Any] = {name: getattr(row, name) for name in Line.__dataclass_fields__}
        found.append((row.month, Line(**values)))
    return found
