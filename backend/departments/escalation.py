"""A push that fails for an hour: window and supervisor are told, and the task lies in the department's inbox meanwhile,
so that a limit never waits for a retry (notice 四(八))."""

from __future__ import annotations

from datetime import timedelta

import structlog

from backend.applications import repository as applications
from backend.applications.actor import SYSTEM
from backend.applications.case import record
from backend.clock import now
from backend.deadlines.alerts import raise_alert
from backend.deadlines.rules import PUSH_FAILING
from backend.departments import repository, tasks
from backend.departments.states import DISPATCHED
from backend.departments.telling import tell_waiting
from backend.house import House

log = structlog.get_logger()

IN_VAIN_FOR = timedelta(hours=1)
BATCH = 50


async def lay_in_inboxes(house: House) -> int:
    """Lay every task whose push fails for an hour into its department's inbox, where it is received. Returns how many."""
    async with house.db.reading() as session:
        waiting = await repository.pushed_in_vain(session, now() - IN_VAIN_FOR, BATCH)
    for task_id in waiting:
        await _lay_in_inbox(house, task_id)
    return len(waiting)


async def _lay_in_inbox(house: House, task_id: str) -> None:
    async with house.db.unit() as unit:
        task = await repository.task_by_id(unit.session, task_id)
        application = await applications.by_id(unit.session, task.application_id, lock=True) if task else None
        task = await repository.task_by_id(unit.session, task_id)
        if task is None or application is None or task.state != DISPATCHED or task.received_at is not None:
            return
        moment = now()
        task.in_inbox_at = moment
        record(
            unit,
            application,
            SYSTEM,
            "push_failing",
            task_id=task.id,
            from_state=task.state,
            to_state=task.state,
            data={"unit": task.unit_id, "tell": ["window", "supervisor"]},
            at=moment,
        )
        tasks.take_up(unit, house, application, task, SYSTEM, moment, event="lay_in_inbox")
        await tell_waiting(unit, house, application, task)
        await raise_alert(unit, house, task, PUSH_FAILING)
        await unit.commit()
        log.warning("a push fails for an hour; the task lies in the inbox", task=task.id, unit=task.unit_id, county=task.county)
