"""A department's inbox: what lies with its units, and what an officer there reports of it.

A report by hand goes the same way as one by interface (results.settle): same table, records, notices and clocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import repository as applications
from backend.applications.actor import Actor
from backend.applications.model import Application, CaseEvent, Delivery
from backend.applications.revealing import reveal
from backend.clock import now
from backend.db.engine import Unit
from backend.db.ids import is_id, new_id
from backend.departments import clocks, repository
from backend.departments.model import DepartmentUnit, Task
from backend.departments.payload import told_of
from backend.departments.repository import Inbox
from backend.departments.results import settle
from backend.departments.schemas import ResultIn
from backend.departments.states import (
    AT_DEPARTMENT,
    DISPATCHED,
    DONE,
    FORM_DELIVERED,
    RETURNED,
    TERMINAL,
    TO_PREPARE,
    WAITING_APPROVAL,
    WAITING_FUNDS,
    reportable,
)
from backend.errors import Conflict, Forbidden, GuituError, NotFound
from backend.house import House
from backend.locale.text import T
from backend.security.service import CASE, note_access

OPEN, ENDED, UNDELIVERED = "open", "ended", "undelivered"
#: What a list may be narrowed to → the states in it.
CHOICES: dict[str, tuple[str, ...]] = {
    OPEN: AT_DEPARTMENT,
    **{state: (state,) for state in AT_DEPARTMENT},
    UNDELIVERED: (*AT_DEPARTMENT, DONE),
    ENDED: (*TERMINAL, RETURNED),
}


@dataclass(frozen=True)
class Officer:
    """Who works for a department, in the counties of `actor`."""

    actor: Actor
    department: str

    @classmethod
    def of(cls, actor: Actor, department: str | None) -> Officer:
        """Raises Forbidden for an account without a department."""
        if department is None:
            raise Forbidden(T("你的账号没有写明部门，请找管理员补上。"), code="no_department")
        return cls(actor, department)


@dataclass(frozen=True)
class Opened:
    """A task as its officer sees it. told: fields that its department is told · events: of this task alone.

    seen   the newest event: a report is refused when there is a newer one · reports: what may be reported now
    """

    task: Task
    application: Application
    unit: DepartmentUnit | None
    told: Sequence[str]
    events: Sequence[CaseEvent]
    delivery: Delivery | None
    reports: Sequence[str]

    @property
    def seen(self) -> int:
        """The number of the newest event."""
        return _newest(self.events)


async def page_of(
    session: AsyncSession,
    officer: Officer,
    choice: str,
    matter: str | None,
    after: tuple[datetime | None, str] | None,
    limit: int,
) -> Sequence[tuple[Task, Application]]:
    """A page of the inbox, the soonest due first; of what has ended, the latest first. `choice` is one of CHOICES."""
    units = await repository.units_of_department(session, officer.department, officer.actor.counties)
    wanted = Inbox(units, CHOICES[choice], matter, choice == UNDELIVERED, choice == ENDED, after, limit)
    return await repository.inbox(session, wanted)


async def open_task(house: House, officer: Officer, task_id: str) -> Opened:
    """One task. The look is on record before it is shown. Raises NotFound when it is not theirs."""
    async with house.db.unit() as unit:
        task, application = await _take(unit, officer, task_id, lock=False)
        events = await _events(unit.session, task)
        delivery = await _delivery(unit.session, house, task)
        holder = await repository.unit_by_id(unit.session, task.unit_id) if task.unit_id else None
        note_access(unit, officer.actor.name, CASE, application.number)
        await unit.commit()
    reports = _reports(house, task, events, delivery)
    return Opened(task, application, holder, told_of(house, task), events, delivery, reports)


async def report(house: House, officer: Officer, task_id: str, seen: int, result: ResultIn) -> str | None:
    """Report of a task. Returns None when applied, else why it changed nothing.

    Raises NotFound when it is not theirs, Conflict when something happened to it after `seen`, or its state does not take it.
    """
    async with house.db.unit() as unit:
        task, application = await _take(unit, officer, task_id)
        events = await _events(unit.session, task)
        if _newest(events) != seen:
            raise Conflict(T("这一项刚刚有变动，你的这一步没有做。请看清楚后再办。"), code="stale", version=_newest(events))
        reports = _reports(house, task, events, await _delivery(unit.session, house, task))
        if result.event not in reports:
            raise Conflict(
                T("这一项现在的状态不能这样办，请刷新后再看。"), code="not_allowed", state=task.state, allowed=reports
            )
        reason = await settle(unit, house, application, task, result, officer.actor.name, new_id("e"))
        await unit.commit()
    return reason


async def receive_all(house: House, officer: Officer, task_ids: Sequence[str]) -> int:
    """Receive those that nobody has yet. Returns how many; what has moved on meanwhile stays as it is."""
    received = 0
    for task_id in dict.fromkeys(task_ids):
        async with house.db.unit() as unit:
            task, application = await _take(unit, officer, task_id)
            if task.state != DISPATCHED:
                continue
            result = ResultIn.model_validate({"task": task.id, "result": "received", "at": now()})
            if await settle(unit, house, application, task, result, officer.actor.name, new_id("e")) is None:
                received += 1
                await unit.commit()
    return received


async def reveal_told(house: House, officer: Officer, task_id: str, names: Sequence[str], reason: str) -> dict[str, object]:
    """In full what is masked of what the department is told, and nothing else. Raises as `reveal` does."""
    async with house.db.unit() as unit:
        task, application = await _take(unit, officer, task_id, lock=False)
    if set(names) - set(told_of(house, task)):
        raise GuituError(T("请勾选要看的内容。"), code="nothing_to_reveal")
    return await reveal(house, application.number, officer.actor, names, reason)


async def _take(unit: Unit, officer: Officer, task_id: str, *, lock: bool = True) -> tuple[Task, Application]:
    task = await repository.task_by_id(unit.session, task_id) if is_id(task_id) else None
    application = await applications.by_id(unit.session, task.application_id, lock=lock) if task else None
    # Read again under the case's lock: somebody may have changed it meanwhile.
    task = await repository.task_by_id(unit.session, task_id) if task else None
    theirs = task is not None and task.department == officer.department and officer.actor.reaches(task.county)
    if task is None or application is None or not theirs or task.dispatched_at is None:
        raise NotFound(T("没有这项任务，或者它不归你的部门办。"), code="no_task")
    return task, application


async def _events(session: AsyncSession, task: Task) -> Sequence[CaseEvent]:
    return [each for each in await applications.events(session, task.application_id) if each.task_id == task.id]


def _newest(events: Sequence[CaseEvent]) -> int:
    return max((each.id for each in events), default=0)


async def _delivery(session: AsyncSession, house: House, task: Task) -> Delivery | None:
    product = house.catalogue_of(task).matters[task.matter].product
    made = await applications.deliveries(session, task.application_id)
    return next((each for each in made if each.product == product), None)


def _reports(house: House, task: Task, events: Sequence[CaseEvent], delivery: Delivery | None) -> list[str]:
    """What the table lets this task's department report, without what has no sense for its matter."""
    matter = house.catalogue_of(task).matters[task.matter]
    on_its_way = (delivery.state if delivery else TO_PREPARE) if matter.product else None
    condition = clocks.CONDITION.get(matter.clock_start) if task.clock_condition_at is None else None
    told_of_form = task.path != "party" or any(each.command == FORM_DELIVERED for each in events)
    closed = {
        "funds_verified": condition != "funds_verified" and task.state != WAITING_FUNDS,
        "approved": condition != "approved" and task.state != WAITING_APPROVAL,
        FORM_DELIVERED: told_of_form,
    }
    return [event for event in reportable(task.state, on_its_way) if not closed.get(event)]
