"""How a case ends or moves on: withdrawn, completed, other matters, another county."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backend.applications import repository, review, states
from backend.applications.actor import SYSTEM, Actor, actor_of
from backend.applications.case import move, take
from backend.applications.model import Application
from backend.appointments import service as appointments
from backend.archives import service as archives
from backend.clock import now
from backend.db.engine import Unit
from backend.departments import tasks
from backend.departments.states import DELIVERY_CLOSED, DONE, TERMINAL
from backend.errors import GuituError
from backend.house import House
from backend.locale.text import T
from backend.notices.service import CHAT, SMS, tell
from backend.requests import service as requests
from backend.requests.model import CHANGE
from backend.satisfaction import service as satisfaction
from backend.vouchers import owning as vouchers


def may_withdraw(application: Application) -> bool:
    """True before check-in. # notice 三(一)"""
    return "withdraw" in states.allowed(application.state)


def may_change_matters(application: Application) -> bool:
    """True before check-in: matters can be added and dropped. # notice 三(一), our reading"""
    return "change_matters" in states.allowed(application.state)


async def withdraw(
    house: House, number: str, actor: Actor | str, reason: str | None = None, version: int | None = None
) -> Application:
    """Withdrawn by the veteran, before check-in only."""
    async with house.db.unit() as unit:
        application = await take(unit, number, actor, version)
        move(unit, application, actor, "withdraw", reason=reason)
        await appointments.give_up(unit, application)
        for task in await tasks.of_application(unit.session, application.id):
            tasks.decline_at_window(unit, house, application, task, actor, "申请人撤回", now())
        # Who withdraws in the chat is answered there.
        channels = (SMS,) if actor_of(actor).conversation else (CHAT, SMS)
        await tell(unit, house, application, "withdrawn", {}, key="withdrawn", channels=channels)
        await unit.commit()
        return application


async def change_matters(
    house: House,
    number: str,
    actor: Actor | str,
    matters: Sequence[str],
    answers: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> Application:
    """Add or drop matters until check-in. `answers`: what the added ones need to know besides. What the veteran changes in
    the chat is told to the county's window.

    Raises GuituError `invalid_answers`, whose `fields` name what is missing or not open to this person.
    """
    async with house.db.unit() as unit:
        application = await take(unit, number, actor, version)
        before, asked = list(application.matters), await review.still_asked(unit, house, application)
        move(unit, application, actor, "change_matters", data={"before": before, "after": list(matters)})
        await review.change_answers(unit, house, application, {**(answers or {}), "matters": list(matters)})
        await review.let_points_go(unit, house, application, actor, asked)
        if actor_of(actor).conversation is not None:
            await requests.tell_window(unit, application, CHANGE, _changed(house, application, before), actor)
        await unit.commit()
        return application


def _changed(house: House, application: Application, before: Sequence[str]) -> str:
    """What was added and what was dropped, in words for the window."""
    parts, after = [], application.matters
    for word, codes in (("加办", [c for c in after if c not in before]), ("不办了", [c for c in before if c not in after])):
        names = "、".join(house.catalogue_of(application).matters[code].short.source for code in codes)
        parts += [f"{word}：{names}"] if names else []
    return "；".join(parts)


async def transfer(
    house: House, number: str, actor: Actor | str, county: str, reason: str, version: int | None = None
) -> Application:
    """Hand the case, with its history, to the county where the veteran really settles. It needs the archive there."""
    if county not in house.catalogue.counties:
        raise GuituError(T("没有编号为 {county} 的县（市、区）。", county=county), code="unknown_county")
    async with house.db.unit() as unit:
        application = await take(unit, number, actor, version)
        if county == application.county:
            raise GuituError(T("这份申请已经在这个县（市、区）。"), code="same_county")
        move(unit, application, actor, "transfer", reason=reason, data={"from": application.county, "to": county})
        await appointments.give_up(unit, application)
        application.county = county
        application.answers = {**application.answers, "county": county}
        application.archive_received_at = None
        application.originals_received_at = None
        await unit.session.flush()
        await archives.match(unit, application, SYSTEM)
        for task in await tasks.of_application(unit.session, application.id):
            # Its clock starts anew when the originals are at the new county's window. # notice 四(一)
            tasks.wait_for_veteran(unit, house, application, task, actor, "请带材料原件到新的窗口", now())
            await tasks.hand_to_county(unit, task, county)
        await vouchers.look_again(unit.session, application.id)
        await tell(unit, house, application, "transferred", {}, key=f"transferred:{application.version}")
        await unit.commit()
        return application


async def complete_if_ended(unit: Unit, house: House, application: Application, actor: Actor | str) -> bool:
    """Complete the case when every task is terminal and every delivery closed. # notice 五

    What a task made that ended otherwise than done is of no account.
    """
    if application.state != states.IN_PROGRESS:
        return False
    await unit.session.flush()
    every = await tasks.of_application(unit.session, application.id)
    if any(task.state not in TERMINAL for task in every):
        return False
    done = {task.id for task in every if task.state == DONE}
    under_way = await repository.deliveries(unit.session, application.id)
    if any(delivery.task_id in done and delivery.state not in DELIVERY_CLOSED for delivery in under_way):
        return False
    move(unit, application, actor, "complete")
    await tell(unit, house, application, "completed", {"count": len(every)}, key="completed")
    await satisfaction.ask(unit, house, application)
    return True
