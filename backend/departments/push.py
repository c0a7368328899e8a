"""Delivering a task to its department's endpoint, signed. The first delivery that it accepts starts the clock."""

from __future__ import annotations

import json

import httpx

from backend.applications import repository as applications
from backend.clock import now
from backend.deadlines.alerts import raise_alert
from backend.deadlines.rules import STUCK
from backend.departments import repository, tasks
from backend.departments.dispatch import DISPATCHED_EVENT, TOPIC
from backend.departments.payload import task_payload
from backend.departments.signing import good_secrets, sign
from backend.departments.states import AT_DEPARTMENT, DONE
from backend.departments.telling import tell_waiting
from backend.house import House
from backend.outbox.pauses import next_attempt
from backend.outbox.service import Delivery, DeliveryFailed

__all__ = ["REDELIVERY_EVENT", "TOPIC", "deliver"]

#: What came back by post goes on, as `applicant` now says: also after the task itself is done. # notice 五
REDELIVERY_EVENT = "task.delivery_changed"


async def deliver(house: House, delivery: Delivery) -> None:
    """Push one task. Raises DeliveryFailed unless the department accepts it with a 2xx."""
    async with house.db.reading() as session:
        task = await repository.task_by_id(session, delivery.payload["task"])
        application = await applications.by_id(session, task.application_id) if task else None
        unit = await repository.unit_by_id(session, task.unit_id) if task and task.unit_id else None
    event = delivery.payload.get("event", DISPATCHED_EVENT)
    open_for = (*AT_DEPARTMENT, DONE) if event == REDELIVERY_EVENT else AT_DEPARTMENT
    if task is None or application is None or unit is None or unit.endpoint is None or task.state not in open_for:
        # It ended or went elsewhere meanwhile: the department has nothing to do with it any more.
        return
    dispatched_at = task.dispatched_at.isoformat() if task.dispatched_at else ""
    if delivery.payload.get("dispatched_at", dispatched_at) != dispatched_at:
        # It came back and was dispatched anew: that dispatch has a push of its own.
        return
    body = json.dumps(task_payload(house, application, task, unit, event), ensure_ascii=False)
    headers = {"content-type": "application/json", **sign(good_secrets(unit), delivery.key, body)}
    try:
        answer = await house.http.post(unit.endpoint, content=body.encode(), headers=headers)
        failure = None if answer.is_success else f"answered {answer.status_code}"
    except httpx.HTTPError as error:
        failure = f"is not reached: {error!r}"
    if failure is not None:
        await _tell_if_stuck(house, delivery, task.id)
        raise DeliveryFailed(f"{unit.endpoint} {failure}")
    accepted_at = now()
    async with house.db.unit() as work:
        held = await applications.by_id(work.session, application.id, lock=True)
        taken = await repository.task_by_id(work.session, task.id)
        if held and taken and taken.unit_id == unit.id and taken.received_at is None:
            tasks.take_up(work, house, held, taken, f"unit:{unit.id}", accepted_at)
            await tell_waiting(work, house, held, taken)
            await work.commit()


async def _tell_if_stuck(house: House, delivery: Delivery, task_id: str) -> None:
    """When this was the last attempt, the supervisor is told."""
    if next_attempt(delivery.created_at, delivery.attempts + 1, now()) is not None:
        return
    async with house.db.unit() as unit:
        task = await repository.task_by_id(unit.session, task_id)
        if task is not None:
            await raise_alert(unit, house, task, STUCK)
            await unit.commit()
