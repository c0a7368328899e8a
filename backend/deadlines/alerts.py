"""Reminding staff of a limit, in their list of alerts, by SMS and by mail where there is a number or an address (notice 四)."""

from __future__ import annotations

import structlog

from backend.clock import now
from backend.db.engine import Unit
from backend.deadlines import repository
from backend.deadlines.model import Alert
from backend.deadlines.repository import Reader
from backend.deadlines.rules import PUSH_FAILING, STUCK, TOLD, next_after, reached
from backend.deadlines.sending import send
from backend.departments import clocks
from backend.departments import repository as departments
from backend.departments.model import Task
from backend.errors import NotFound
from backend.house import House

log = structlog.get_logger()

BATCH = 100


async def remind(house: House) -> int:
    """Write the reminders that are due, each once. The worker's chore. Returns how many tasks were looked at."""
    async with house.db.reading() as session:
        waiting = await repository.to_remind(session, now(), BATCH)
    for task_id in waiting:
        try:
            async with house.db.unit() as unit:
                await _remind_of(unit, house, task_id)
                await unit.commit()
        except Exception as error:
            # It is tried again at the next round, and must not keep the others from theirs.
            log.error("a reminder could not be written", task=task_id, exc_info=error)
    return len(waiting)


async def _remind_of(unit: Unit, house: House, task_id: str) -> None:
    task = await departments.task_by_id(unit.session, task_id)
    moment = now()
    if task is None or task.next_alert_at is None or task.next_alert_at >= moment:
        return
    stages = clocks.moments(house, task) if task.done_at is None else []
    # Of several that passed while nobody looked, only the latest still says something.
    kind = reached(stages, moment)
    if await repository.set_next_alert(unit.session, task, next_after(stages, moment)) and kind is not None:
        await raise_alert(unit, house, task, kind)


async def raise_alert(unit: Unit, house: House, task: Task, kind: str) -> None:
    """Tell those who must know, once, in the caller's transaction."""
    about_at = task.dispatched_at if kind in (PUSH_FAILING, STUCK) else task.due_at
    if about_at is None:
        return
    told = []
    for role in TOLD[kind]:
        if await repository.alert_exists(unit.session, task.id, kind, role, about_at):
            continue
        unit.session.add(
            Alert(
                task_id=task.id,
                kind=kind,
                role=role,
                county=task.county,
                department=task.department,
                about_at=about_at,
                at=now(),
            )
        )
        log.info("an alert", kind=kind, role=role, task=task.id, matter=task.matter, county=task.county)
        told.append(role)
    await send(unit, house, task, kind, told, about_at)
    await unit.session.flush()


async def see(house: House, reader: Reader, alert_id: int, by: str) -> Alert:
    """Somebody has seen an alert; the first who did stays on record. Raises NotFound when it is not theirs."""
    async with house.db.unit() as unit:
        alert = await repository.alert_by_id(unit.session, reader, alert_id)
        if alert is None:
            raise NotFound("没有这条提醒，或者它不归你看。", code="no_alert")
        if alert.seen_at is None:
            alert.seen_by, alert.seen_at = by, now()
            await unit.commit()
        return alert
