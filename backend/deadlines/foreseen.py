"""What counting anew would change, before a year is put in: the same counting, and nothing is written."""

from __future__ import annotations

import asyncio
import copy
from dataclasses import dataclass

from backend.clock import local
from backend.deadlines import repository
from backend.departments import clocks
from backend.house import House
from backend.time_limits.calendar import PublishedYear

BATCH = 200
#: Above every version of the working days: all running limits.
ALL = 2**31 - 1


@dataclass
class Foreseen:
    """looked: running limits · moved: those whose end or 暂定 would change · other_day: those that would end on another day,
    whose veterans would be told · settled: those that would be 暂定 no more"""

    looked: int = 0
    moved: int = 0
    other_day: int = 0
    settled: int = 0


async def foresee(house: House, year: PublishedYear) -> Foreseen:
    """What putting in this year would do to the running limits."""
    then, days = copy.copy(house), copy.copy(house.days)
    days.calendar = house.calendar.with_years({year.year: year})
    then.days = days
    found, after = Foreseen(), ""
    while True:
        async with house.db.reading() as session:
            tasks = await repository.counted_before(session, None, ALL, after, BATCH)
        for task in tasks:
            limit = clocks.count(then, task)
            found.looked += 1
            if limit is None or task.due_at is None:
                continue
            before = local(task.due_at)
            found.moved += (before, task.provisional) != (limit.due_at, limit.provisional)
            found.other_day += before.date() != limit.due_at.date()
            found.settled += task.provisional and not limit.provisional
        if len(tasks) < BATCH:
            return found
        after = tasks[-1].id
        # Others are answered between the batches.
        await asyncio.sleep(0)
