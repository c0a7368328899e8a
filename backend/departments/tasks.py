"""Changing a task within a case's transaction: made, moved by the table, its clock kept, and written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import Actor
from backend.applications.case import record
from backend.applications.model import Application
from backend.catalogue.load import Catalogue
from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.departments import clocks, repository
from backend.departments.areas import unit_for
from backend.departments.model import DepartmentUnit, Task
from backend.departments.states import (
    DECLINED,
    DISPATCHED,
    DONE,
    RECEIVED,
    TERMINAL,
    WAITING_PAPERS,
    WAITING_VETERAN,
    after,
)
from backend.house import House

#: The one matter whose unit follows from the address. # notice 三(五)
HOUSEHOLD = "household_restoration"


def department_of(catalogue: Catalogue, code: str, path: str | None) -> str:
    """Which department does a matter, by its path where it has paths."""
    matter = catalogue.matters[code]
    return matter.paths[path].department if path else matter.department


async def of_application(session: AsyncSession, application_id: str) -> Sequence[Task]:
    """The tasks of an application."""
    return await repository.tasks_of(session, application_id)


async def receivers(unit: Unit, county: str) -> Mapping[str, Sequence[DepartmentUnit]]:
    """The units of a county that work, by department; the default comes first."""

    async def read() -> Mapping[str, Sequence[DepartmentUnit]]:
        found: dict[str, list[DepartmentUnit]] = {}
        for each in await repository.units(unit.session, [county]):
            if each.retired_at is None:
                found.setdefault(each.department, []).append(each)
        return found

    return await unit.once(("receivers", county), read)


async def receiver_of(unit: Unit, house: House, application: Application, department: str) -> DepartmentUnit | None:
    """The department's unit for where the veteran settles; None where the county has none. # notice 三(五), our reading"""
    return _serving(house, application, (await receivers(unit, application.county)).get(department, ()))


async def police_station(session: AsyncSession, house: House, application: Application) -> str | None:
    """The name of the station that serves where the veteran settles; None where only the county's default does.

    Then the county's window says which it is. # notice 三(五), our reading
    """
    department = department_of(house.catalogue_of(application), HOUSEHOLD, None)
    stations = await repository.units(session, [application.county])
    station = _serving(house, application, [each for each in stations if each.department == department and not each.retired_at])
    return station.name if station and station.areas else None


def _serving(house: House, application: Application, units: Sequence[DepartmentUnit]) -> DepartmentUnit | None:
    county = house.catalogue.counties[application.county]
    address = str(application.answers.get("home_address") or "")
    return unit_for(units, address, (county.name, county.short, *county.aliases))


def new_task(house: House, application: Application, code: str, path: str | None, moment: datetime) -> Task:
    """A task that waits for its papers; dispatch moves it on."""
    return Task(
        id=new_id("t"),
        application_id=application.id,
        county=application.county,
        matter=code,
        path=path,
        catalogue_edition=application.catalogue_edition,
        department=department_of(house.catalogue_of(application), code, path),
        state=WAITING_PAPERS,
        state_since=moment,
        provisional=False,
    )


def move_task(
    unit: Unit,
    house: House,
    application: Application,
    task: Task,
    actor: Actor | str,
    event: str,
    target: str,
    at: datetime,
    *,
    reason: str | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Put a task into a state that holds since `at`, and record by which event."""
    before = task.state
    task.state = target
    if before != target:
        task.state_since = at
    if target in TERMINAL and before not in TERMINAL:
        # Once: what is told later of booklet or card is outside the task's time. # notice 五
        clocks.end(house, task, at)
    record(
        unit,
        application,
        actor,
        event,
        from_state=before,
        to_state=target,
        task_id=task.id,
        reason=reason,
        data=data,
    )


def take_up(
    unit: Unit, house: House, application: Application, task: Task, actor: Actor | str, at: datetime, event: str = "taken"
) -> None:
    """The department has the task since `at`: the first time counts, acknowledging moves no clock. # notice 四(八)"""
    if task.received_at is not None:
        return
    task.received_at = at
    target = clocks.begin(house, task, at)
    if task.state == DISPATCHED:
        move_task(unit, house, application, task, actor, event, target, at)


def resume(
    unit: Unit, house: House, application: Application, task: Task, actor: Actor | str, at: datetime, event: str = "supplied"
) -> None:
    """What the veteran was asked for has come: the clock runs from the start. # notice 四(八)"""
    if task.state == WAITING_VETERAN:
        task.waiting_for = task.awaited_material = None
        move_task(unit, house, application, task, actor, event, clocks.begin(house, task, at), at)


def wait_for_veteran(
    unit: Unit,
    house: House,
    application: Application,
    task: Task,
    actor: Actor | str,
    reason: str,
    at: datetime,
) -> None:
    """The veteran has to do something: the clock stands. # notice 四(八)"""
    target = after(task.state, "waiting_veteran")
    if target is None:
        return
    clocks.stand(task)
    task.waiting_for = reason
    move_task(unit, house, application, task, actor, "waiting_veteran", target, at, reason=reason)


async def hand_to_county(unit: Unit, task: Task, county: str) -> None:
    """The case goes to another county: its unit for the same department has the task."""
    receiver = await repository.unit_of(unit.session, county, task.department)
    task.county, task.unit_id = county, receiver.id if receiver else None


async def begin_at_window(
    unit: Unit, house: House, application: Application, code: str, actor: Actor | str, at: datetime
) -> Task:
    """Reporting in and the survey: the window itself does them, from the originals' receipt on. # notice 四(一)"""
    task = new_task(house, application, code, None, at)
    window = await receiver_of(unit, house, application, task.department)
    task.unit_id = window.id if window else None
    task.dispatched_at = task.received_at = at
    clocks.start(house, task, at)
    unit.session.add(task)
    move_task(unit, house, application, task, actor, "receive_originals", RECEIVED, at)
    return task


def finish_at_window(unit: Unit, house: House, application: Application, task: Task, actor: Actor | str, at: datetime) -> None:
    """Check-in ends what the window does itself; what was dropped meanwhile is declined."""
    if task.state in TERMINAL:
        return
    if task.matter not in application.matters:
        decline_at_window(unit, house, application, task, actor, "申请人取消了这一项", at)
        return
    task.done_at = at
    move_task(unit, house, application, task, actor, "check_in", DONE, at)


def decline_at_window(
    unit: Unit, house: House, application: Application, task: Task, actor: Actor | str, reason: str, at: datetime
) -> None:
    """A task of the window that will not be done any more."""
    if task.state not in TERMINAL:
        task.done_at = at
        move_task(unit, house, application, task, actor, "decline", DECLINED, at, reason=reason)
