"""The pull list: a department without an endpoint fetches its tasks. What lies in it counts as received (notice 四(八))."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from backend.applications import repository as applications
from backend.clock import local, now
from backend.db.ids import is_id
from backend.departments import repository, signing, tasks
from backend.departments.model import Task
from backend.departments.payload import task_payload
from backend.departments.states import AT_DEPARTMENT, DISPATCHED
from backend.departments.telling import tell_waiting
from backend.errors import GuituError, NotFound, Unauthorised
from backend.house import House

log = structlog.get_logger()

MOST = 50


async def pull(
    house: House, unit_id: str, headers: Mapping[str, str], body: bytes, state: str | None = None, after: str | None = None
) -> dict[str, Any]:
    """Tasks that lie with a unit: {tasks, next}, the earliest dispatched first; `after` is the last task's id of the page before.

    Raises Unauthorised, GuituError for a state that is none, and NotFound for an `after` that is not the unit's.
    """
    async with house.db.reading() as session:
        unit = await repository.unit_by_id(session, unit_id) if is_id(unit_id) else None
    try:
        signing.verify(signing.good_secrets(unit) if unit else [], headers, body)
    except Unauthorised:
        log.warning("a pull without proof was refused", unit=unit_id[:32], known=unit is not None)
        raise
    assert unit is not None  # without a unit there is no secret, and nothing verifies
    if state is not None and state not in AT_DEPARTMENT:
        raise GuituError(
            f"没有状态 {state}。可以：{'、'.join(AT_DEPARTMENT)}。", code="unknown_state", allowed=list(AT_DEPARTMENT)
        )
    async with house.db.reading() as session:
        last = await repository.task_of_unit(session, unit.id, after) if after and is_id(after) else None
        if after and last is None:
            raise NotFound("after 要是本单位一项任务的编号。", code="no_task")
        states = (state,) if state else AT_DEPARTMENT
        found = await repository.list_of_unit(session, unit.id, states, last, MOST)
    lying = [await _take_up(house, task) if task.state == DISPATCHED else task for task in found]
    async with house.db.reading() as session:
        shown = []
        for task in lying:
            application = await applications.by_id(session, task.application_id)
            assert application is not None  # a foreign key
            due = local(task.due_at).isoformat() if task.due_at else None
            shown.append(
                task_payload(house, application, task, unit)
                | {"state": task.state, "due_at": due, "provisional": task.provisional}
            )
    return {"tasks": shown, "next": found[-1].id if len(found) == MOST else None}


async def _take_up(house: House, task: Task) -> Task:
    """It was pushed in vain so far, and the unit has it now."""
    async with house.db.unit() as work:
        held = await applications.by_id(work.session, task.application_id, lock=True)
        taken = await repository.task_by_id(work.session, task.id)
        if held and taken and taken.unit_id == task.unit_id and taken.received_at is None:
            tasks.take_up(work, house, held, taken, f"unit:{taken.unit_id}", now(), event="lay_in_inbox")
            await tell_waiting(work, house, held, taken)
            await work.commit()
        return taken or task
