"""How an application stands, matter by matter, as plain data (notice 三, 四). The dialogue and pages put it into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import repository, states
from backend.applications.model import Application, Delivery
from backend.applications.papers import held_up, instead_of
from backend.catalogue.entries import Matter
from backend.catalogue.load import Catalogue
from backend.clock import local, now
from backend.departments import repository as departments
from backend.departments.model import Task
from backend.departments.states import (
    COLLECTED,
    DECLINED,
    DELIVERED,
    DONE,
    MAILED,
    MOVED_OFFLINE,
    TERMINAL,
    TO_COLLECT,
    TO_PREPARE,
    WAITING_PAPERS,
    WAITING_VETERAN,
)
from backend.departments.telling import PRODUCTS
from backend.house import House
from backend.locale.text import Joined, T, Text

#: Before check-in no task of the matter exists yet.
NOT_STARTED = "not_started"


@dataclass(frozen=True)
class ProgressLine:
    """One matter (one way of party_league each).

    state    a state of departments.states, or `not_started` · holder: who has it, None before anyone has
    since    when it came into this state · due, provisional: the limit's end · overdue: it has passed
    exempted  an outage in it is not held against the department, by a supervisor's decision
    next     what happens next or what the veteran has to do · for_veteran: it is the veteran who has to
    waited_days   whole days since `since`, for what has no end to name · done_at: when it ended
    """

    matter: Matter
    path: str | None
    state: str
    holder: Text | None
    unit: str | None
    since: datetime
    due: datetime | None
    provisional: bool
    overdue: bool
    exempted: bool
    next: Text | None
    for_veteran: bool
    waited_days: int
    done_at: datetime | None

    @property
    def ended(self) -> bool:
        """Done, moved offline or declined."""
        return self.state in TERMINAL


@dataclass(frozen=True)
class ProgressView:
    """An application for its applicant. `done` counts matters that are done, `ended` those with any result.

    archive: the county has the soldier's archive, so that the review does not wait for it. # notice 四(一)
    """

    number: str
    state: str
    since: datetime
    lines: tuple[ProgressLine, ...]
    archive: bool = False

    @property
    def total(self) -> int:
        """How many lines."""
        return len(self.lines)

    @property
    def done(self) -> int:
        """How many are done."""
        return sum(line.state == DONE for line in self.lines)

    @property
    def ended(self) -> int:
        """How many have a result, whichever."""
        return sum(line.ended for line in self.lines)

    @property
    def open(self) -> int:
        """How many are under way or have not begun."""
        return self.total - self.ended


async def progress(session: AsyncSession, house: House, application: Application) -> ProgressView:
    """The view of an application as of now: four indexed reads, whatever else the database holds."""
    tasks = await departments.tasks_of(session, application.id)
    names: dict[str, str] = {}
    if tasks:
        names = await departments.unit_names(session, {task.county for task in tasks})
    deliveries = {each.task_id: each for each in await repository.deliveries(session, application.id)}
    return view(house.catalogue_of(application), application, tasks, names, deliveries, now())


def view(
    catalogue: Catalogue,
    application: Application,
    tasks: Sequence[Task],
    names: Mapping[str, str],
    deliveries: Mapping[str, Delivery],
    moment: datetime,
) -> ProgressView:
    """The view, from what was read. Lines are in the notice's order."""
    by_matter: dict[str, list[Task]] = {}
    for task in tasks:
        by_matter.setdefault(task.matter, []).append(task)
    held = held_up(catalogue, application.answers, application.lacking, instead_of(application.intake))
    lines: list[ProgressLine] = []
    for code, matter in catalogue.matters.items():
        if code not in application.matters:
            continue
        existing = sorted(by_matter.get(code, ()), key=lambda task: task.path != "party")
        if not existing:
            lines.append(_not_started(matter, application, moment))
        for task in existing:
            lines.append(_line(catalogue, matter, task, names, deliveries.get(task.id), held.get(code, []), moment))
    return ProgressView(
        application.number,
        application.state,
        application.state_since,
        tuple(lines),
        application.archive_received_at is not None,
    )


def _not_started(matter: Matter, application: Application, moment: datetime) -> ProgressLine:
    return ProgressLine(
        matter=matter,
        path=None,
        state=NOT_STARTED,
        holder=None,
        unit=None,
        since=application.submitted_at,
        due=None,
        provisional=False,
        overdue=False,
        exempted=False,
        next=None,
        for_veteran=application.state in (states.ACCEPTED, states.CORRECTION_REQUESTED),
        waited_days=_days(application.submitted_at, moment),
        done_at=None,
    )


def _line(
    catalogue: Catalogue,
    matter: Matter,
    task: Task,
    names: Mapping[str, str],
    delivery: Delivery | None,
    papers: list[int],
    moment: datetime,
) -> ProgressLine:
    ended = task.state in TERMINAL
    department = catalogue.departments[task.department].short
    return ProgressLine(
        matter=matter,
        path=task.path,
        state=task.state,
        holder=None if task.state == WAITING_PAPERS else department,
        unit=names.get(task.unit_id or ""),
        since=task.state_since,
        due=None if ended else task.due_at,
        provisional=task.provisional and not ended,
        overdue=not ended and task.due_at is not None and moment > task.due_at,
        exempted=task.exemption_id is not None,
        next=_next(catalogue, matter, task, delivery, papers),
        for_veteran=task.state in (WAITING_PAPERS, WAITING_VETERAN)
        or (delivery is not None and delivery.state == TO_COLLECT and task.state == DONE),
        waited_days=_days(task.state_since, moment),
        done_at=task.done_at if ended else None,
    )


def _next(catalogue: Catalogue, matter: Matter, task: Task, delivery: Delivery | None, papers: list[int]) -> Text | None:
    if task.state == WAITING_PAPERS:
        names = Joined([catalogue.materials[number].short_for([matter.code]) for number in papers])
        return T("等你把{papers}带到窗口，带来了马上办", papers=names) if papers else T("等材料齐了就办")
    if task.state == WAITING_VETERAN:
        return T("等你：{what}", what=task.waiting_for) if task.waiting_for else T("等你处理")
    if task.state == MOVED_OFFLINE:
        return T("已转线下办理：{why}", why=task.waiting_for) if task.waiting_for else T("已转线下办理，请到窗口问")
    if task.state == DECLINED:
        return T("没有办成：{why}", why=task.waiting_for) if task.waiting_for else T("没有办成，请到窗口问")
    if task.state == DONE:
        return _delivery_next(delivery) if delivery is not None else None
    return matter.waiting if task.state.startswith("waiting") else None


def _delivery_next(delivery: Delivery) -> Text | None:
    product = PRODUCTS[delivery.product]
    if delivery.state == TO_PREPARE:
        return T("{product}做好后通知你", product=product)
    if delivery.state == TO_COLLECT:
        return T("{product}可以领了，本人带身份证去领", product=product)
    if delivery.state == MAILED:
        return T(
            "{product}已寄出，{carrier}，单号{number}",
            product=product,
            carrier=delivery.carrier or "",
            number=delivery.tracking_number or "",
        )
    if delivery.state == COLLECTED:
        return T("{product}已领", product=product)
    if delivery.state == DELIVERED:
        return T("{product}已送到", product=product)
    return T("{product}被退回来了，会再联系你", product=product)


def _days(since: datetime, moment: datetime) -> int:
    return (local(moment).date() - local(since).date()).days
