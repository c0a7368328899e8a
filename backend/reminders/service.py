"""Sending a reminder that has come due, if what it speaks of still lies there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from backend.applications import repository as applications
from backend.applications.model import Application
from backend.applications.states import ACCEPTED, CORRECTION_REQUESTED
from backend.db.engine import Unit
from backend.departments import repository as departments
from backend.departments.states import CAME_BACK, TO_COLLECT, WAITING_VETERAN
from backend.departments.telling import places
from backend.house import House
from backend.locale.text import T
from backend.notices.service import tell
from backend.outbox.service import Delivery
from backend.reminders.plan import CORRECTION, ORIGINALS, TOPIC, VETERAN, plan

__all__ = ["TOPIC", "remind"]


async def remind(house: House, delivery: Delivery) -> None:
    """The outbox's handler: remind, and plan the next reminder. What was done meanwhile is not spoken of."""
    given = delivery.payload
    async with house.db.unit() as unit:
        application = await applications.by_id(unit.session, given["application"], lock=True)
        if application is None:
            return
        since = datetime.fromisoformat(given["since"])
        found = await _still_lies(unit, house, application, given["kind"], given["subject"], since)
        if found is None:
            return
        params, matter = found
        await tell(unit, house, application, given["kind"], params, key=delivery.key, matter=matter)
        await plan(unit.session, given["kind"], application, given["subject"], since, given["count"] + 1)
        await unit.commit()


async def _still_lies(
    unit: Unit, house: House, application: Application, kind: str, subject: str, since: datetime
) -> tuple[dict[str, Any], str | None] | None:
    """What goes into the notice, and of which matter it is; None when it lies there no more."""
    if kind in (CORRECTION, ORIGINALS):
        awaited = CORRECTION_REQUESTED if kind == CORRECTION else ACCEPTED
        if application.state != awaited or application.state_since != since:
            return None
        return {"count": len(await applications.open_corrections(unit.session, application.id))}, None
    task = await departments.task_by_id(unit.session, subject)
    if task is None:
        return None
    if kind == VETERAN:
        if task.state != WAITING_VETERAN or task.state_since != since:
            return None
        params = await places(unit, house, application, task)
        return params | {"reason": task.waiting_for or T("请到窗口询问")}, task.matter
    every = await applications.deliveries(unit.session, application.id)
    lying = any(each.task_id == task.id and each.state in (TO_COLLECT, CAME_BACK) and each.since == since for each in every)
    return (await places(unit, house, application, task), task.matter) if lying else None
