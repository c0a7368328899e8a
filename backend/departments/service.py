"""What other rooms may ask of departments. Reports of a department come in by `receive_result`."""

from __future__ import annotations

from datetime import timedelta

from backend.applications import repository as applications
from backend.applications.actor import Actor, actor_of
from backend.db.ids import is_id, new_id
from backend.departments import dispatch, repository, signing
from backend.departments.escalation import lay_in_inboxes
from backend.departments.model import DepartmentUnit, Task
from backend.departments.party_form import form_delivered
from backend.departments.pull import pull
from backend.departments.results import receive_result
from backend.departments.states import RETURNED
from backend.errors import Conflict, NotFound
from backend.house import House
from backend.staff.contacts import Contact

__all__ = ["add_unit", "form_delivered", "lay_in_inboxes", "pull", "receive_result", "redirect", "rotate_secret", "set_contact"]

GRACE = timedelta(hours=24)


async def add_unit(
    house: House, county: str, department: str, name: str, endpoint: str | None = None, simulated: bool = False
) -> DepartmentUnit:
    """A new unit with a secret of its own. Raises Conflict when the county has one for that department."""
    if county not in house.catalogue.counties or department not in house.catalogue.departments:
        raise NotFound(f"没有这个县（{county}）或部门（{department}）。", code="unknown_code")
    async with house.db.unit() as unit:
        if await repository.unit_of(unit.session, county, department):
            raise Conflict("这个县的这个部门已经登记了单位。", code="unit_exists", allowed=["rotate_secret"])
        added = DepartmentUnit(
            id=new_id("u"),
            county=county,
            department=department,
            name=name,
            endpoint=endpoint,
            secret=signing.new_secret(),
            simulated=simulated,
        )
        unit.session.add(added)
        await unit.commit()
        return added


async def rotate_secret(house: House, unit_id: str, grace: timedelta = GRACE) -> str:
    """A new secret for a unit; the old one stays good for `grace`. Returns the new one, to be handed over once."""
    async with house.db.unit() as unit:
        found = await repository.unit_by_id(unit.session, unit_id)
        if found is None:
            raise NotFound(f"没有编号为 {unit_id} 的单位。", code="no_unit")
        secret = signing.rotate(found, grace)
        await unit.commit()
        return secret


async def set_contact(house: House, unit_id: str, mobile: str | None, mail: str | None = None) -> Contact:
    """Where reminders reach a unit besides its list of alerts; None: not that way. Returns it as kept. Raises NotFound, GuituError."""
    contact = Contact.read(mobile, mail)
    async with house.db.unit() as unit:
        found = await repository.unit_by_id(unit.session, unit_id)
        if found is None:
            raise NotFound(f"没有编号为 {unit_id} 的单位。", code="no_unit")
        found.contact_mobile, found.contact_mail = contact.mobile, contact.mail
        await unit.commit()
    return contact


async def redirect(
    house: House, task_id: str, actor: Actor | str, department: str | None = None, version: int | None = None
) -> Task:
    """Dispatch again a task that came back as not theirs, to the unit of another department where one is named.

    Raises NotFound when there is no such task for `actor`, and Conflict when it did not come back, or `version` is not its.
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
        await dispatch.dispatch(unit, house, application, task, actor)
        await unit.commit()
        return task
