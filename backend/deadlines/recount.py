"""Counting limits anew when the working days change: every open task, its record, and the veteran where the day changed.

A task carries the version of the working days that its limit was counted on, so a task is found until it has been counted,
one that was counted is left alone, and a command that broke off is finished by the next. # notice 四(八)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from backend.applications import repository as applications
from backend.applications.actor import Actor
from backend.applications.case import record
from backend.applications.model import Application
from backend.calendars import repository as calendars
from backend.calendars.model import CalendarChange
from backend.clock import local, now
from backend.db.engine import Unit
from backend.deadlines import repository
from backend.deadlines.rules import next_after
from backend.departments import clocks
from backend.departments import repository as departments
from backend.departments.model import Task
from backend.house import House
from backend.locale.text import T
from backend.notices.service import tell
from backend.time_limits.rules import Due

log = structlog.get_logger()

BATCH = 200
#: By then every process has looked for changes (calendars.current), so no limit is counted on the days before any more.
ALL_KNOW_AFTER = timedelta(seconds=10)


@dataclass
class Recounted:
    """looked: limits that were counted again · moved: those whose end or 暂定 changed · told: veterans who were told of
    another day · failed: those that the log names, to be looked into."""

    looked: int = 0
    moved: int = 0
    told: int = 0
    failed: int = 0


async def recount(house: House, change: CalendarChange) -> Recounted:
    """Count anew every running limit that was counted before `change`, in batches. Again: counts what is left."""
    await house.days.read()
    result, after = Recounted(), ""
    while True:
        async with house.db.unit() as unit:
            tasks = await repository.counted_before(unit.session, change.county, change.id, after, BATCH)
            moved = [task for task in tasks if _moves(house, task)]
            await _mark_same(unit, house, [task for task in tasks if task not in moved])
            await unit.commit()
        result.looked += len(tasks)
        for task in moved:
            await _try_one(house, task, change, result)
        if len(tasks) < BATCH:
            return result
        after = tasks[-1].id


async def recount_changes(house: House) -> int:
    """The worker's part: count anew after every change that is not through yet, as soon as it is made. Returns how many are.

    A change is through once it was counted when every process had known of it for long: one may have counted on older days
    just then. A worker that broke off finds what is left by the tasks themselves.
    """
    async with house.db.reading() as session:
        waiting = await calendars.to_recount(session)
    through = 0
    for change in waiting:
        all_know = change.at < now() - ALL_KNOW_AFTER
        await recount(house, change)
        if all_know:
            await _mark_through(house, change.id)
            through += 1
    return through


async def _mark_through(house: House, change_id: int) -> None:
    async with house.db.unit() as unit:
        kept = await calendars.change_by_id(unit.session, change_id)
        if kept is not None:
            kept.recounted_at = now()
        await unit.commit()


def _moves(house: House, task: Task) -> bool:
    limit = clocks.count(house, task)
    return limit is not None and task.due_at is not None and limit != Due(local(task.due_at), task.provisional)


async def _mark_same(unit: Unit, house: House, tasks: Sequence[Task]) -> None:
    by_version: dict[int, list[str]] = {}
    for task in tasks:
        by_version.setdefault(house.days.version(task.county), []).append(task.id)
    for version, ids in by_version.items():
        await repository.mark_counted(unit.session, ids, version)


async def _try_one(house: House, task: Task, change: CalendarChange, result: Recounted) -> None:
    try:
        async with house.db.unit() as unit:
            application = await applications.by_id(unit.session, task.application_id, lock=True)
            # Read again under the case's lock: somebody may have changed it meanwhile.
            held = await departments.task_by_id(unit.session, task.id)
            if application is None or held is None or held.done_at is not None or not _moves(house, held):
                return
            told = await _move(unit, house, application, held, change)
            await unit.commit()
    except Exception as error:
        # One case that cannot be counted must not keep thousands from it.
        log.error("a limit could not be counted anew", task=task.id, exc_info=error)
        result.failed += 1
    else:
        result.moved += 1
        result.told += told


async def _move(unit: Unit, house: House, application: Application, task: Task, change: CalendarChange) -> bool:
    """Write the new end down. Returns whether the veteran had to be told: when it is another day."""
    before, limit = task.due_at, clocks.count(house, task)
    assert before is not None and limit is not None  # what runs has an end, before and after
    data = {
        "from": local(before).isoformat(),
        "to": limit.due_at.isoformat(),
        "provisional_before": task.provisional,
        "provisional": limit.provisional,
        "change": change.id,
    }
    clocks.set_end(house, task, limit)
    # What has passed by now is not told again; an end that has passed is, for it is another one.
    task.next_alert_at = next_after(clocks.moments(house, task), now()) or task.due_at
    record(
        unit,
        application,
        Actor(change.by),
        "recount",
        task_id=task.id,
        from_state=task.state,
        to_state=task.state,
        reason=change.about,
        data=data,
    )
    if local(before).date() == limit.due_at.date():
        return False
    matter = house.catalogue_of(task).matters[task.matter].short
    await tell(
        unit,
        house,
        application,
        "due_changed",
        {"matter": matter, "due": T("{due}（暂定）", due=limit.due_at) if limit.provisional else limit.due_at},
        key=f"due_changed:{task.id}:{change.id}",
        variant="county" if change.county else None,
    )
    return True
