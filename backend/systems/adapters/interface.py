"""The one small interface of every outside system.

It has two directions. What goes there is a message (registry.py, `sends`), pushed over signed HTTP or written into a file:
the system's answer to it is given to `answered`. What comes from there is a report, signed over HTTP or a row of a file: it is
given to `reported`. Both work in the caller's transaction, with the case held, and are told once for each key.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from backend.applications.model import Application
from backend.db.engine import Unit
from backend.departments.model import Task
from backend.house import House
from backend.systems.model import SystemExchange
from backend.systems.registry import System

#: (unit, house, application, exchange, answer): the answer is of the system's `answers`.
type Answered = Callable[[Unit, House, Application, SystemExchange, Any], Awaitable[None]]
#: (unit, house, application, task, report, key): the report is of the system's `reports`; returns why it changed nothing.
type Reported = Callable[[Unit, House, Application, Task, Any, str], Awaitable[str | None]]


async def keep_only(unit: Unit, house: House, application: Application, exchange: SystemExchange, answer: Any) -> None:
    """The answer is kept with the exchange, and changes nothing."""


@dataclass(frozen=True)
class Adapter:
    """What a system's answer and its reports about a task do. `reported` is None where it reports nothing about tasks."""

    system: System
    answered: Answered = keep_only
    reported: Reported | None = None
