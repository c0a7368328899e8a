"""What other rooms may ask of departments. Reports of a department come in by `receive_result`."""

from __future__ import annotations

from backend.applications import repository as applications
from backend.applications.actor import Actor, actor_of
from backend.db.engine import Unit
from backend.db.ids import is_id
from backend.departments import dispatch, repository
from backend.departments.escalation import lay_in_inboxes
from backend.departments.model import DepartmentUnit, Task
from backend.departments.party_form import form_delivered
from backend.departments.pull import pull
from backend.departments.results import receive_result
from backend.departments.states import RETURNED
from backend.departments.tasks import police_station
from backend.departments.units import add_unit, change, make_default, retire, rotate_secret, set_areas, set_contact
from backend.errors import Conflict, NotFound
from backend.house import House

__all__ = [
    "add_unit",
    "change",
    "form_delivered",
    "lay_in_inboxes",
    "make_default",
    "police_station",
    "pull",
    "receive_result",
    "redirect",
    "retire",
    "rotate_secret",
    "set_areas",
    "set_contact",
]


async def redirect(
    house: House,
    task_id: str,
    actor: Actor | str,
    department: str | None = None,
    version: int | None = None,
    unit_id: str | None = None,
) -> Task:
    """Dispatch again a task that came back as not theirs: to the unit of another department, or to the unit that is named.

    Raises NotFound when there is no such task for `actor` or no such unit in its county, and Conflict when it did not come
    back, or `version` is not its.
    """
    if department is not None and department not in house.catalogue.departments:
        known = "、".join(house.catalogue.departments)
        raise NotFound(f"没有部门 {department}。有这些：{known}。", code="unknown_code")
    async with house.db.unit() as unit:
        task = await repository.task_by_id(unit.session, task_id) if is_id(task_id) else None
        application = await applications.by_id(unit.session, task.application_id, lock=True) if task else None
        if task is not None:
            # Read again under the case's lock: somebody may have changed it meanwhile.
            task = await repository.task_by_id(unit.session, task_id)
        if task is None or application is None or not actor_of(actor).reaches(application.county):
            raise NotFound(f"没有编号为 {task_id} 的任务，或者它不归你办。", code="no_task")
        if task.state != RETURNED:
            raise Conflict(
                f"这项任务现在是“{task.state}”，没有被退回，不能改派。", code="not_allowed", state=task.state, allowed=[]
            )
        if version is not None and task.version != version:
            raise Conflict("这项任务刚刚有变动，请刷新后再处理。", code="stale", version=task.version)
        if department is not None:
            task.department = department
        receiver = await _named(unit, application.county, task.department, unit_id) if unit_id is not None else None
        await dispatch.dispatch(unit, house, application, task, actor, receiver)
        await unit.commit()
        return task


async def _named(unit: Unit, county: str, department: str, unit_id: str) -> DepartmentUnit:
    """The unit that somebody chose, if it can have the department's work in this county."""
    working = await repository.units_of(unit.session, county, department)
    found = next((each for each in working if each.id == unit_id), None)
    if found is None:
        known = "、".join(f"{each.name}（{each.id}）" for each in working) or "还没有登记"
        raise NotFound(f"这个部门在本县没有编号为 {unit_id} 的单位。有这些：{known}。", code="no_unit")
    return found
