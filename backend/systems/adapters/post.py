"""The post: takes a mailing order, gives carrier and number back, and says whether it arrived (notice 五)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from backend.applications.ending import complete_if_ended
from backend.applications.model import Application
from backend.clock import now
from backend.db.engine import Unit
from backend.departments import outcomes, repository
from backend.departments.model import Task
from backend.departments.schemas import ResultIn
from backend.house import House
from backend.systems.adapters.interface import Adapter
from backend.systems.model import SystemExchange
from backend.systems.registry import SYSTEMS
from backend.systems.schemas import MailAnswer, MailResult

ACTOR = "system:post"


async def answered(unit: Unit, house: House, application: Application, exchange: SystemExchange, answer: MailAnswer) -> None:
    """The post has it: the veteran is told carrier and number."""
    task = await repository.task_by_id(unit.session, exchange.task_id or "")
    if task is not None:
        more = {"carrier": answer.carrier, "tracking_number": answer.tracking_number}
        await _apply(unit, house, application, task, "mailed", now(), f"post:{exchange.id}", more)


async def reported(unit: Unit, house: House, application: Application, task: Task, report: MailResult, key: str) -> str | None:
    """Mailed (by file), delivered, or came back."""
    more = report.model_dump(include={"carrier", "tracking_number", "place"}, exclude_none=True)
    return await _apply(unit, house, application, task, report.status, report.at, key, more)


async def _apply(
    unit: Unit, house: House, application: Application, task: Task, event: str, at: datetime, key: str, more: dict[str, Any]
) -> str | None:
    result = ResultIn.model_validate({"task": task.id, "result": event, "at": at, **more})
    reason = await outcomes.apply(unit, house, application, task, result, ACTOR, key)
    if reason is None:
        await complete_if_ended(unit, house, application, "system")
    return reason


ADAPTER = Adapter(SYSTEMS["post"], answered, reported)
