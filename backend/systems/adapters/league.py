"""智慧团建: the task waits for the veteran until 团员报到 is confirmed there (notice 三(十))."""

from __future__ import annotations

from backend.applications.case import record
from backend.applications.model import Application
from backend.clock import now
from backend.db.engine import Unit
from backend.departments import tasks
from backend.departments.model import Task
from backend.departments.states import TERMINAL, WAITING_VETERAN
from backend.departments.telling import tell_waiting
from backend.house import House
from backend.systems.adapters.interface import Adapter
from backend.systems.registry import SYSTEMS
from backend.systems.schemas import LeagueResult


async def reported(
    unit: Unit, house: House, application: Application, task: Task, report: LeagueResult, key: str
) -> str | None:
    """团员报到 was confirmed: what waited for the veteran goes on, with its clock from the start."""
    if task.path != "league":
        return "这项任务不是团组织关系转接，不归智慧团建。"
    if task.state in TERMINAL:
        return f"任务已是“{task.state}”，这条结果不再起作用。"
    record(unit, application, "system:league", "league_confirmed", task_id=task.id, data={"at": report.at.isoformat()})
    if task.state == WAITING_VETERAN:
        tasks.resume(unit, house, application, task, "system:league", now())
        await tell_waiting(unit, house, application, task)
    return None


ADAPTER = Adapter(SYSTEMS["league"], reported=reported)
