"""The copy of 《中国共产党入党志愿书》 on its way to the grass-roots organisation, which calls the veteran in (notice 三(十))."""

from __future__ import annotations

from backend.applications import repository as applications
from backend.applications.actor import Actor, actor_of
from backend.applications.case import record
from backend.db.ids import is_id
from backend.departments import repository
from backend.departments.model import Task
from backend.departments.states import FORM_DELIVERED, after
from backend.departments.telling import TOLD_AS, places
from backend.errors import Conflict, NotFound
from backend.house import House
from backend.notices.service import tell

PARTY = "party"


async def form_delivered(house: House, task_id: str, actor: Actor | str) -> Task:
    """The copy has reached the organisation, as an officer says it: on record, and told to the veteran, once however often
    it is said, by the officer or in the department's report of the same name.

    Raises NotFound when there is no such task for `actor`, Conflict when it is no party transfer or not at work.
    """
    async with house.db.unit() as unit:
        task = await repository.task_by_id(unit.session, task_id) if is_id(task_id) else None
        application = await applications.by_id(unit.session, task.application_id, lock=True) if task else None
        # Read again under the case's lock: somebody may have changed it meanwhile.
        task = await repository.task_by_id(unit.session, task_id) if task else None
        if task is None or application is None or not actor_of(actor).reaches(application.county):
            raise NotFound(f"没有编号为 {task_id} 的任务，或者它不归你办。", code="no_task")
        if task.path != PARTY:
            raise Conflict("这一项不是党组织关系转接，没有《入党志愿书》要转。", code="not_party", allowed=[])
        if after(task.state, FORM_DELIVERED) is None:
            raise Conflict(f"这一项现在是“{task.state}”，不用再登记。", code="not_allowed", state=task.state, allowed=[])
        events = await applications.events(unit.session, application.id)
        if not any(event.command == FORM_DELIVERED and event.task_id == task.id for event in events):
            record(unit, application, actor, FORM_DELIVERED, task_id=task.id)
            told = await places(unit, house, application, task)
            event = TOLD_AS[FORM_DELIVERED]
            await tell(unit, house, application, event, told, key=f"{task.id}:{FORM_DELIVERED}")
            await unit.commit()
        return task
