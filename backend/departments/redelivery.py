"""What came back by post goes on: mailed anew, to another address where one is given, or collected (notice 五, our reading)."""

from __future__ import annotations

from backend.applications import repository as applications
from backend.applications.actor import Actor
from backend.applications.case import record, take
from backend.applications.model import Application, Delivery
from backend.clock import now
from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.departments import repository
from backend.departments.dispatch import TOPIC, push_of
from backend.departments.push import REDELIVERY_EVENT
from backend.departments.states import CAME_BACK, TO_COLLECT, TO_PREPARE
from backend.errors import Conflict, GuituError, NotFound
from backend.house import House
from backend.interview.checks import check_address
from backend.locale.text import render
from backend.outbox.service import put
from backend.reminders.plan import COLLECTION, plan
from backend.requests import service as requests
from backend.requests.model import CHANGE
from backend.systems import service as systems

COLLECT, MAIL = "collect", "mail"
_WORDS = {"booklet": "户口簿", "card": "社保卡", COLLECT: "改为本人领取", MAIL: "要重新邮寄"}


async def change_delivery(
    house: House,
    number: str,
    actor: Actor | str,
    product: str,
    way: str,
    address: str | None = None,
    version: int | None = None,
) -> Application:
    """As `redeliver`, in a transaction of its own."""
    async with house.db.unit() as unit:
        application = await take(unit, number, actor, version)
        await redeliver(unit, house, application, actor, product, way, address)
        await unit.commit()
        return application


async def redeliver(
    unit: Unit, house: House, application: Application, actor: Actor | str, product: str, way: str, address: str | None = None
) -> Delivery:
    """Change how a booklet or card that came back gets home; its unit is told. `address` None: where it was sent before.

    Raises NotFound when there is no such delivery, Conflict unless it came back, GuituError for an address that is none.
    """
    every = await applications.deliveries(unit.session, application.id)
    delivery = next((each for each in every if each.product == product), None)
    task = await repository.task_by_id(unit.session, delivery.task_id) if delivery else None
    if delivery is None or task is None:
        raise NotFound("没有这样要领取或邮寄的东西。", code="no_delivery")
    if delivery.state != CAME_BACK:
        raise Conflict("它没有被退回来，不能改。请刷新后再看。", code="not_allowed", state=delivery.state, allowed=[])
    changed = {f"{product}_delivery": way}
    if way == MAIL:
        checked = check_address(address if address is not None else str(application.answers.get(f"{product}_address") or ""))
        if checked.problem is not None:
            raise GuituError(render(checked.problem), code="invalid_address")
        changed[f"{product}_address"] = str(checked.value)
    application.answers = {**application.answers, **changed}
    delivery.way, delivery.since = way, now()
    delivery.state = TO_PREPARE if way == MAIL else TO_COLLECT
    # Where to is personal, and stands in the answers only.
    said = {"product": product, "way": way, "new_address": way == MAIL and address is not None}
    record(
        unit,
        application,
        actor,
        "change_delivery",
        from_state=CAME_BACK,
        to_state=delivery.state,
        task_id=task.id,
        data=said,
        at=delivery.since,
    )
    if way == MAIL:
        await systems.to_be_mailed(unit, application, task, delivery, again=delivery.since)
    else:
        await plan(unit.session, COLLECTION, application, task.id, delivery.since)
    holder = await repository.unit_by_id(unit.session, task.unit_id) if task.unit_id else None
    if holder is not None and holder.endpoint is not None:
        await put(unit.session, TOPIC, new_id("e"), push_of(task, REDELIVERY_EVENT), county=task.county, new_key=True)
    else:
        # Nothing can be pushed to it, and its list holds only open tasks: the window passes it on.
        await requests.tell_window(unit, application, CHANGE, f"{_WORDS[product]}退回后{_WORDS[way]}，请告诉经办单位", actor)
    await unit.session.flush()
    return delivery
