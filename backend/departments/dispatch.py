"""Giving a task to its department: a push in the outbox, or its inbox where it has no interface (notice 三(二))."""

from __future__ import annotations

from backend.applications.actor import Actor
from backend.applications.model import Application
from backend.clock import now
from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.departments import repository, tasks
from backend.departments.model import DepartmentUnit, Task
from backend.departments.states import after
from backend.departments.telling import tell_registering, tell_waiting
from backend.errors import Conflict
from backend.house import House
from backend.outbox.service import put
from backend.systems import service as systems

TOPIC = "task.push"
DISPATCHED_EVENT, SUPPLIED_EVENT = "task.dispatched", "task.supplied"
#: notice 三(十)
REGISTER_FIRST = "先在“智慧团建”里填好资料，再完成“团员报到”"


async def dispatch(
    unit: Unit,
    house: House,
    application: Application,
    task: Task,
    actor: Actor | str,
    receiver: DepartmentUnit | None = None,
) -> None:
    """Dispatch a task in the caller's transaction, to `receiver` where somebody chose it, else to whom the address names.

    Raises Conflict when the county has no unit for its department.
    """
    receiver = receiver or await tasks.receiver_of(unit, house, application, task.department)
    if receiver is None:
        county = house.catalogue.counties[application.county].name
        department = house.catalogue_of(task).departments[task.department].name.source
        raise Conflict(
            f"{county}还没有登记承办{department}业务的单位，不能分发。"
            f"先登记单位（演示可用 guitu example-units {application.county}）。",
            code="no_unit",
            county=application.county,
            department=task.department,
        )
    target = after(task.state, "dispatch")
    if target is None:
        raise Conflict(f"这一项现在是“{task.state}”，不能分发。", code="not_allowed", state=task.state)
    moment = now()
    task.unit_id = receiver.id
    task.dispatched_at, task.received_at, task.in_inbox_at, task.waiting_for = moment, None, None, None
    # What follows may be reported from now on; older reports were about the dispatch before.
    task.last_result_at = None
    tasks.move_task(unit, house, application, task, actor, "dispatch", target, moment, data={"unit": receiver.id})
    if receiver.endpoint is None:
        task.in_inbox_at = moment
        tasks.take_up(unit, house, application, task, actor, moment, event="lay_in_inbox")
    else:
        await put(unit.session, TOPIC, new_id("e"), push_of(task, DISPATCHED_EVENT), county=task.county, new_key=True)
    if await systems.dispatched(unit, house, application, task, has_interface=receiver.endpoint is not None):
        tasks.wait_for_veteran(unit, house, application, task, actor, REGISTER_FIRST, moment)
        await tell_registering(unit, house, application, task)
    await tell_waiting(unit, house, application, task)


def push_of(task: Task, event: str) -> dict[str, str]:
    """What a push carries in the outbox: its task, what it says, and the dispatch that it belongs to."""
    assert task.dispatched_at is not None  # only a dispatched task is pushed
    return {"task": task.id, "event": event, "dispatched_at": task.dispatched_at.isoformat()}


async def supply(unit: Unit, house: House, application: Application, task: Task, actor: Actor | str) -> None:
    """What a task waited for has come from the veteran: its clock starts anew, and the department is told. # notice 四(八)"""
    tasks.resume(unit, house, application, task, actor, now())
    receiver = await repository.unit_by_id(unit.session, task.unit_id) if task.unit_id else None
    if receiver is not None and receiver.endpoint is not None:
        await put(unit.session, TOPIC, new_id("e"), push_of(task, SUPPLIED_EVENT), county=task.county, new_key=True)
