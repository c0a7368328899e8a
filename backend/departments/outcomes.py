"""What a report does to a task, its clock and what it produces, and what the veteran is told of it (notice 三, 四, 五)."""

from __future__ import annotations

from typing import Any

from backend.applications import repository as applications
from backend.applications.case import move
from backend.applications.model import Application, Correction, Delivery
from backend.db.engine import Unit
from backend.departments import clocks, tasks
from backend.departments.model import Task
from backend.departments.schemas import ResultIn
from backend.departments.states import (
    ABOUT_DELIVERY,
    APPROVED,
    CAME_BACK,
    DONE,
    FORM_DELIVERED,
    FUNDS_VERIFIED,
    RECEIVED,
    TERMINAL,
    TO_COLLECT,
    TO_PREPARE,
    WAITING_APPROVAL,
    WAITING_FUNDS,
    WAITING_VETERAN,
    after,
    delivery_after,
)
from backend.departments.telling import tell_result
from backend.errors import GuituError
from backend.house import House
from backend.reminders.plan import COLLECTION, VETERAN, plan
from backend.systems import service as systems

MAIL = "mail"
#: What is wrong when a matter waits for the veteran, where it can only be one thing. # notice 三(四)
ASKED_AGAIN = {"local_subsidy": "bank_card"}


async def apply(
    unit: Unit, house: House, application: Application, task: Task, result: ResultIn, actor: str, event_id: str
) -> str | None:
    """Apply a report in the caller's transaction. Returns None when applied, else why it changes nothing."""
    target = after(task.state, result.event)
    if target is None:
        return f"任务已是“{task.state}”，这条结果不再起作用。"
    if result.event in ABOUT_DELIVERY:
        reason = await _move_delivery(unit, house, application, task, result)
        if reason is not None:
            return reason
        tasks.move_task(unit, house, application, task, actor, result.event, target, result.at)
    elif result.event == FORM_DELIVERED:
        if task.path != "party":
            raise _refused("这一项没有《入党志愿书》。", "no_party_form")
        tasks.move_task(unit, house, application, task, actor, result.event, target, result.at)
    else:
        if target not in TERMINAL and task.last_result_at is not None and result.at < task.last_result_at:
            return "已经有更晚的结果，这条是之前的，不再起作用。"
        if result.event == RECEIVED and task.state == WAITING_VETERAN and await _is_asked(unit, application, task):
            return "还在等本人更正，收到不改变什么。"
        # Money or an approval that comes meanwhile asks the veteran for nothing new.
        still = task.state == WAITING_VETERAN and result.event in (FUNDS_VERIFIED, APPROVED)
        _move_task(unit, house, application, task, result, target, actor)
        if target == DONE:
            await _begin_delivery(unit, house, application, task)
        if target == WAITING_VETERAN and not still:
            await plan(unit.session, VETERAN, application, task.id, task.state_since)
        if target == WAITING_VETERAN and not still and (field := ASKED_AGAIN.get(task.matter)):
            await _ask_again(unit, application, task, actor, field, result)
    await tell_result(unit, house, application, task, result, event_id)
    await systems.resulted(unit, house, application, task, result, event_id, result.at)
    return None


async def _is_asked(unit: Unit, application: Application, task: Task) -> bool:
    """Is the veteran asked to correct something for this task?"""
    return any(point.task_id == task.id for point in await applications.open_corrections(unit.session, application.id))


async def _ask_again(unit: Unit, application: Application, task: Task, actor: str, field: str, result: ResultIn) -> None:
    """The veteran is asked for another value: a point to correct, which the chat leads to. Asked twice, it is asked once."""
    reason = result.reason or ""
    if await _is_asked(unit, application, task):
        return
    move(unit, application, actor, "ask_again", reason=reason, data={"field": field, "task": task.id})
    unit.session.add(
        Correction(
            application_id=application.id,
            task_id=task.id,
            kind="field",
            name=field,
            reason=reason,
            requested_by=actor,
            requested_at=result.at,
        )
    )
    await unit.session.flush()


def _move_task(
    unit: Unit, house: House, application: Application, task: Task, result: ResultIn, target: str, actor: str
) -> None:
    if task.received_at is None:
        # The report overtook the answer to the push: the department plainly has the task.
        task.received_at = result.at
        clocks.begin(house, task, result.at)
    was_waiting = task.state == WAITING_VETERAN
    task.last_result_at = max(result.at, task.last_result_at or result.at)
    if not (was_waiting and target == WAITING_VETERAN and result.event in (FUNDS_VERIFIED, APPROVED)):
        task.waiting_for = result.reason
        task.awaited_material = result.material if target == WAITING_VETERAN else None
    clocks.meet(house, task, result.event, result.at)
    if target == WAITING_VETERAN or result.event == "returned":
        clocks.stand(task)
    elif was_waiting and target == RECEIVED and result.event == "received":
        target = clocks.begin(house, task, result.at)
    elif was_waiting and target not in TERMINAL and task.clock_condition_at is not None and task.clock_started_at is None:
        clocks.start(house, task, result.at)
    elif was_waiting and target in (WAITING_FUNDS, WAITING_APPROVAL):
        # What was asked for has come; a limit that no money and no approval starts runs anew. # notice 四(八)
        clocks.begin(house, task, result.at)
    elif target == RECEIVED and result.event == "received" and task.clock_started_at is None:
        target = clocks.begin(house, task, result.at)
    if target in TERMINAL:
        task.done_at = result.at
        task.outcome = dict(result.outcome) if result.outcome else None
    data: dict[str, Any] = {"at": result.at.isoformat()}
    if result.outcome:
        data["outcome"] = dict(result.outcome)
    if result.material:
        data["material"] = result.material
    tasks.move_task(unit, house, application, task, actor, result.event, target, result.at, reason=result.reason, data=data)


def _refused(why: str, code: str) -> GuituError:
    """A report that no task of this kind can have."""
    refusal = GuituError(why, code=code)
    refusal.status = 422
    return refusal


async def _begin_delivery(unit: Unit, house: House, application: Application, task: Task) -> Delivery | None:
    """The record of booklet or card, made when the matter is done or sooner spoken of. # notice 五"""
    product = house.catalogue_of(task).matters[task.matter].product
    if product is None:
        return None
    existing = {each.product: each for each in await applications.deliveries(unit.session, application.id)}
    if product in existing:
        return existing[product]
    delivery = Delivery(
        application_id=application.id,
        task_id=task.id,
        product=product,
        way=application.answers[f"{product}_delivery"],
        state=TO_PREPARE,
        since=task.done_at or task.state_since,
    )
    unit.session.add(delivery)
    await unit.session.flush()
    return delivery


async def _move_delivery(unit: Unit, house: House, application: Application, task: Task, result: ResultIn) -> str | None:
    delivery = await _begin_delivery(unit, house, application, task)
    if delivery is None:
        raise _refused("这一项没有要领取或邮寄的东西。", "no_product")
    target = delivery_after(delivery.state, result.event)
    if target is None:
        return f"{delivery.product} 已是“{delivery.state}”，这条结果不再起作用。"
    if target == TO_COLLECT and delivery.way == MAIL and delivery.state == TO_PREPARE:
        # Ready, but it goes by post: the veteran hears of it when it is on its way.
        target = TO_PREPARE
        await systems.to_be_mailed(unit, application, task, delivery)
    if target == delivery.state:
        return f"{delivery.product} 还是“{delivery.state}”，没有变化。"
    delivery.state, delivery.since = target, result.at
    if target in (TO_COLLECT, CAME_BACK):
        # What came back lies there too, until it is fetched or posted anew.
        await plan(unit.session, COLLECTION, application, task.id, delivery.since)
    if result.event == "mailed":
        delivery.carrier, delivery.tracking_number = result.carrier, result.tracking_number
    return None
