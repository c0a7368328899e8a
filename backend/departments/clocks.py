"""When a task's limit runs, stands and ends (notice 四). The counting itself is in backend.time_limits."""

from __future__ import annotations

from datetime import datetime

from backend.departments.model import Task
from backend.departments.states import RECEIVED, WAITING_APPROVAL, WAITING_FUNDS
from backend.house import House
from backend.time_limits.rules import due

#: What a limit waits for: clock start of the catalogue → the event that brings it, and the state in which it is awaited.
CONDITION = {"funds_verified": "funds_verified", "funds_arrived": "funds_verified", "approved": "approved"}
AWAITED_IN = {"funds_verified": WAITING_FUNDS, "funds_arrived": WAITING_FUNDS, "approved": WAITING_APPROVAL}


def start(house: House, task: Task, at: datetime) -> None:
    """The limit begins to run at `at`. A matter for which the notice sets none gets no due time."""
    matter = house.catalogue.matters[task.matter]
    task.clock_started_at = at
    if matter.limit_days is None:
        task.due_at, task.provisional = None, False
        return
    limit = due(at, matter.limit_days, house.calendar)
    task.due_at, task.provisional = limit.due_at, limit.provisional


def stand(task: Task) -> None:
    """The clock stands: the veteran has to do something first. # notice 四(八)"""
    task.clock_started_at, task.due_at, task.provisional = None, None, False


def begin(house: House, task: Task, at: datetime) -> str:
    """The department has the task, or has again what it asked for: start what can start. Returns the state to be in.

    A partner bank is chosen before an application can be filed, so the push is always the later of the two. # notice 四(六)
    """
    kind = house.catalogue.matters[task.matter].clock_start
    if kind in CONDITION and task.clock_condition_at is None:
        return AWAITED_IN[kind]
    start(house, task, at)
    return RECEIVED


def meet(house: House, task: Task, event: str, at: datetime) -> None:
    """Funds were verified, or an approval given: if the limit waited for that, it starts, once."""
    kind = house.catalogue.matters[task.matter].clock_start
    if CONDITION.get(kind) == event and task.clock_condition_at is None:
        task.clock_condition_at = at
        start(house, task, at)
