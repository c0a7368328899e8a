"""What other rooms tell of: a message for each outside system that it concerns, in the transaction that causes it.

Where a system is not linked for the county, nothing is written and nothing is sent: `guitu systems list` and
GET /api/systems show that. Whatever an outside system does or does not do, the case goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from backend.applications.model import Application, Delivery
from backend.clock import local, now
from backend.db.engine import Unit
from backend.db.keys import fitted
from backend.departments.model import Task
from backend.departments.schemas import ResultIn
from backend.house import House
from backend.outbox.service import put
from backend.systems import repository, schemas
from backend.systems.model import SystemExchange
from backend.systems.registry import FILE, OFF
from backend.systems.repository import most_particular

TOPIC = "system.push"
LEFT_TO_COUNTY = "county"


async def submitted(unit: Unit, house: House, application: Application) -> None:
    """An application was filed here: it is filed in the province's hall too, unless it came from there. # notice 三(一)"""
    if application.hall_number is not None:
        return
    answers = application.answers
    await _send(
        unit,
        "hall",
        application,
        schemas.HallFiling(
            application=application.number,
            county=application.county,
            name=answers["name"],
            id_number=answers["id_number"],
            mobile=answers["mobile"],
            matters=list(application.matters),
            submitted_at=local(application.submitted_at).isoformat(),
        ),
        key=application.number,
    )


async def dispatched(unit: Unit, house: House, application: Application, task: Task, *, has_interface: bool) -> bool:
    """A task went to its department. Returns True when it has to wait until the veteran has registered in 智慧团建.

    `has_interface`: the department's own system has it; then that system asks and reports for itself.
    """
    answers, about = application.answers, _about(application, task)
    who = {name: answers[name] for name in ("name", "id_number", "mobile")}
    key = f"{task.id}:{task.dispatched_at.isoformat() if task.dispatched_at else ''}"
    if task.matter == "household_restoration" and not has_interface:
        # notice 三(五): the police check; what the database says is laid beside the task for their officer.
        query = schemas.PopulationQuery(**about, name=who["name"], id_number=who["id_number"])
        await _send(unit, "population", application, query, key=key, task=task)
    elif task.matter == "social_card":
        order = schemas.CardOrder(
            **about,
            **who,
            bank=answers["card_bank"],
            home_address=answers.get("home_address"),
            delivery=answers["card_delivery"],
        )
        await _send(unit, "bank", application, order, key=task.id, task=task, partner=answers["card_bank"])
    elif task.path == "party":
        transfer = schemas.PartyTransfer(
            **about,
            **who,
            political_status=answers["political_status"],
            organisation=_organisation(house, application, task),
        )
        await _send(unit, "party_members", application, transfer, key=task.id, task=task)
    elif task.path == "league":
        registering = schemas.LeagueTransfer(**about, **who, organisation=_organisation(house, application, task))
        await _send(unit, "league", application, registering, key=task.id, task=task)
        # notice 三(十): 智慧团建 first, then 团员报到, whether 智慧团建 tells us or the committee does.
        return not has_interface
    return False


async def resulted(
    unit: Unit, house: House, application: Application, task: Task, result: ResultIn | None, key: str, at: datetime
) -> None:
    """A result was applied (None: the window did it itself): 福建省士兵退役一件事线上办理系统 gets every one. # notice 三"""
    if result is not None and result.event == "received":
        # That a department has it is an acknowledgement, and no result. # notice 四(八)
        return
    notice = schemas.ResultNotice(
        **_about(application, task),
        hall_number=application.hall_number,
        name=application.answers["name"],
        id_number=application.answers["id_number"],
        matter=task.matter,
        path=task.path,
        department=task.department,
        result=result.event if result else task.state,
        state=task.state,
        reason=result.reason if result else None,
        outcome=dict(result.outcome) if result and result.outcome else None,
        at=local(at).isoformat(),
    )
    await _send(unit, "online_system", application, notice, key=f"{task.id}:{key}", task=task)


async def to_be_mailed(
    unit: Unit, application: Application, task: Task, delivery: Delivery, again: datetime | None = None
) -> None:
    """Booklet or card is ready and goes by post, which the department does not bring there itself. # notice 五

    `again`: since when it is to be mailed anew, after it came back.
    """
    answers, product = application.answers, delivery.product
    order = schemas.MailOrder(
        **_about(application, task),
        product="booklet" if product == "booklet" else "card",
        recipient=answers.get(f"{product}_recipient") or answers["name"],
        mobile=answers.get(f"{product}_mobile") or answers["mobile"],
        address=answers[f"{product}_address"],
    )
    await _send(unit, "post", application, order, key=f"{task.id}:{again.isoformat()}" if again else task.id, task=task)


def _about(application: Application, task: Task) -> dict[str, Any]:
    return {"task": task.id, "application": application.number, "county": application.county}


def _organisation(house: House, application: Application, task: Task) -> str:
    path = house.catalogue_of(task).matters[task.matter].paths[task.path or ""]
    named = application.answers.get(path.organisation_field)
    return str(named) if named and named != LEFT_TO_COUNTY else "由县里安排"


async def _send(
    unit: Unit,
    system: str,
    application: Application,
    body: BaseModel,
    *,
    key: str,
    task: Task | None = None,
    partner: str = "",
) -> bool:
    """Write a message for a system. False: it is not linked, and nothing is sent."""
    county = application.county
    known = await unit.once(("system_links", county), lambda: repository.ways(unit.session, county))
    way = most_particular((way for way in known if way.system == system), county, partner)
    if way is None or way.kind == OFF:
        return False
    exchange = SystemExchange(
        system=system,
        link_id=way.id,
        county=county,
        key=fitted(key),
        application_id=application.id,
        task_id=task.id if task else None,
        body=body.model_dump(mode="json"),
        state="to_file" if way.kind == FILE else "waiting",
        created_at=now(),
    )
    await unit.later(_write_all, exchange)
    return True


async def _write_all(unit: Unit, exchanges: Sequence[SystemExchange]) -> None:
    """Write what was not written before under its key, and push what goes by HTTP."""
    known = await repository.keys_among(unit.session, {(each.system, each.key) for each in exchanges})
    fresh = {name: each for each in exchanges if (name := (each.system, each.key)) not in known}
    if not fresh:
        return
    unit.session.add_all(fresh.values())
    await unit.session.flush()
    for each in fresh.values():
        if each.state == "waiting":
            key, payload = f"{each.system}:{each.key}", {"exchange": each.id}
            # The exchange itself was looked for by this key, and none is ever deleted.
            await put(unit.session, TOPIC, key, payload, county=each.county, new_key=True)
