"""Limits as staff see them over HTTP: plain JSON, nothing of a person."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from backend.clock import local
from backend.deadlines.model import Alert, Exemption
from backend.deadlines.repository import DueRow
from backend.deadlines.rules import timeliness
from backend.departments.model import Task
from backend.errors import GuituError
from backend.house import House
from backend.locale.text import render
from backend.time_limits.rules import working_time_left


def due(house: House, row: DueRow, moment: datetime) -> dict[str, Any]:
    """One line of the due list. `left_minutes`: of working time; negative, by how much it is over."""
    assert row.task.due_at is not None  # the list holds limits that run
    left = working_time_left(moment, row.task.due_at, house.calendar, house.office(row.task.county))
    return {
        **_task(house, row.task, row.number),
        "state": row.task.state,
        "unit": row.task.unit_id,
        "provisional": row.task.provisional,
        "left_minutes": left // timedelta(minutes=1),
        "timeliness": timeliness(row.task.due_at, None, row.task.exemption_id is not None, moment),
    }


def alert(house: House, found: Alert, task: Task, number: str) -> dict[str, Any]:
    """One alert with its task."""
    return {**seen(found), **_task(house, task, number)}


def seen(found: Alert) -> dict[str, Any]:
    """One alert alone."""
    return {
        "id": found.id,
        "kind": found.kind,
        "at": _at(found.at),
        "seen_by": found.seen_by,
        "seen_at": _at(found.seen_at),
    }


def exemption(found: Exemption) -> dict[str, Any]:
    """One decision; `tasks`: how many limits ran in the outage when it was decided."""
    return {
        "id": found.id,
        "county": found.county,
        "department": found.department,
        "began_at": _at(found.began_at),
        "ended_at": _at(found.ended_at),
        "reason": found.reason,
        "tasks": found.tasks,
        "by": found.by,
        "at": _at(found.at),
    }


def _task(house: House, task: Task, number: str) -> dict[str, Any]:
    return {
        "task": task.id,
        "number": number,
        "matter": task.matter,
        "matter_name": render(house.catalogue_of(task).matters[task.matter].short),
        "path": task.path,
        "county": task.county,
        "department": task.department,
        "due_at": _at(task.due_at),
        "exemption": task.exemption_id,
    }


def _at(moment: datetime | None) -> str | None:
    return local(moment).isoformat(timespec="seconds") if moment else None


def write_cursor(last: Task) -> str:
    """Where the next page of the due list begins: after this task."""
    assert last.due_at is not None  # the list holds limits that run
    return f"{last.due_at.isoformat()}~{last.id}"


def read_cursor(given: str | None) -> tuple[datetime, str] | None:
    """What `write_cursor` wrote. Raises GuituError for anything else."""
    if not given:
        return None
    moment, tilde, last_id = given.partition("~")
    try:
        # A plus sign in an address is a blank.
        instant = datetime.fromisoformat(moment.replace(" ", "+"))
    except ValueError:
        instant = None
    if not tilde or instant is None or instant.tzinfo is None or not 2000 <= instant.year <= 2200:
        raise GuituError("after 要用上一页给的 next。", code="bad_cursor")
    return instant, last_id
