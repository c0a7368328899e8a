"""When a task's limit runs, stands and ends (notice 四). The counting itself is in backend.time_limits."""

from __future__ import annotations

from datetime import datetime

from backend.clock import local
from backend.departments.model import Task
from backend.departments.states import RECEIVED, WAITING_APPROVAL, WAITING_FUNDS
from backend.house import House
from backend.time_limits.rules import Due, due, reminders, working_minutes_between

#: What a limit waits for: clock start of the catalogue → the event that brings it, and the state in which it is awaited.
CONDITION = {"funds_verified": "funds_verified", "funds_arrived": "funds_verified", "approved": "approved"}
AWAITED_IN = {"funds_verified": WAITING_FUNDS, "funds_arrived": WAITING_FUNDS, "approved": WAITING_APPROVAL}


def start(house: House, task: Task, at: datetime) -> None:
    """The limit begins to run at `at`. A matter for which the notice sets none gets no due time."""
    task.clock_started_at, task.exemption_id = at, None
    set_end(house, task, count(house, task))
    if task.due_at is not None:
        task.next_alert_at = moments(house, task)[0][1]


def count(house: House, task: Task) -> Due | None:
    """The end of the limit that runs, by the county's working days as they are known now; None where none runs."""
    matter = house.catalogue_of(task).matters.get(task.matter)
    if task.clock_started_at is None or matter is None or matter.limit_days is None:
        return None
    return due(task.clock_started_at, matter.limit_days, house.calendar, house.office(task.county))


def set_end(house: House, task: Task, limit: Due | None) -> None:
    """Write down a limit's end, and which state of the working days it was counted on."""
    task.due_at, task.provisional = (limit.due_at, limit.provisional) if limit else (None, False)
    task.next_alert_at = None
    task.calendar_version = house.days.version(task.county)


def moments(house: House, task: Task) -> list[tuple[str, datetime]]:
    """The stages of the limit that runs, with their moments; none where none runs."""
    if task.clock_started_at is None or task.due_at is None:
        return []
    return reminders(task.clock_started_at, task.due_at, house.calendar, house.office(task.county))


def stand(task: Task) -> None:
    """The clock stands: the veteran has to do something first. # notice 四(八)"""
    task.clock_started_at, task.due_at, task.provisional = None, None, False
    task.next_alert_at, task.exemption_id = None, None


def end(house: House, task: Task, at: datetime) -> None:
    """The task has its result at `at`: the limit's end stays, to tell whether it was kept; nobody is reminded any more.

    What statistics count by is written down now: the month, and the county's working time since the department had it.
    """
    task.next_alert_at = None
    task.ended_month = f"{local(at):%Y-%m}"
    if task.received_at is not None:
        office = house.office(task.county)
        task.worked_minutes = working_minutes_between(task.received_at, at, house.calendar, office)


def begin(house: House, task: Task, at: datetime) -> str:
    """The department has the task, or has again what it asked for: start what can start. Returns the state to be in.

    A partner bank is chosen before an application can be filed, so the push is always the later of the two. # notice 四(六)
    """
    kind = house.catalogue_of(task).matters[task.matter].clock_start
    if kind in CONDITION and task.clock_condition_at is None:
        return AWAITED_IN[kind]
    start(house, task, at)
    return RECEIVED


def meet(house: House, task: Task, event: str, at: datetime) -> None:
    """Funds were verified, or an approval given: if the limit waited for that, it starts, once."""
    kind = house.catalogue_of(task).matters[task.matter].clock_start
    if CONDITION.get(kind) == event and task.clock_condition_at is None:
        task.clock_condition_at = at
        start(house, task, at)
