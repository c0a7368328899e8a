"""The outside systems of the demonstration (示例), beside its departments and in the same process.

They play by the documented interface: they verify the signature, answer signed, and report later with ids of their own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import structlog
from sanic import Request, Sanic, raw
from sanic.response import HTTPResponse

from backend.clock import now
from backend.departments.signing import good_secrets, sign, verify
from backend.departments.simulator.journal import Journal
from backend.departments.simulator.scripts import CARRIER, NOT_FOUND, TRACKING_NUMBER, Outside
from backend.errors import NotFound
from backend.house import House
from backend.outbox.service import DeliveryFailed
from backend.systems import repository
from backend.systems.model import SystemLink
from backend.systems.push import ask
from backend.systems.registry import HTTP
from backend.systems.schemas import PopulationAnswer

log = structlog.get_logger()

#: An identity number whose order code (digits 15 to 17) is this is not found. Nobody has it: order codes begin with 001. 示例
NOT_FOUND_ORDER = "000"
#: In delays, when 智慧团建 begins to play beside a department that reports at 1, 2, 3 of them.
LATER = 1.5


def serve_systems(app: Sanic[Any, Any], delay: float) -> None:
    """Add the outside systems to the simulator's application; `delay` (seconds) is how long their reports take."""

    @app.post("/systems/<system:str>/<county:str>")
    async def take(request: Request, system: str, county: str) -> HTTPResponse:
        house: House = request.app.ctx.house
        async with house.db.reading() as session:
            link = await repository.link(session, system, county)
        if link is not None and not link.simulated:
            link = None
        secrets = good_secrets(link) if link else []
        message_id = verify(secrets, dict(request.headers), request.body)
        assert link is not None  # without a link there is no secret, and nothing verifies
        message = request.json
        later = _reports(system, message)
        if later:
            plan = {"task": message["task"], "results_url": message["reports_url"]}
            journal: Journal = request.app.ctx.journal
            # After the league committee has said that it waits, and before it goes on.
            begin = now().timestamp() + (delay * LATER if system == "league" else 0)
            journal.plan(message_id, plan, link.id, later, begin, delay)
        body = json.dumps(_answer(system, message), ensure_ascii=False)
        headers = sign(secrets[:1], message_id, body)
        return raw(body.encode(), content_type="application/json", headers=headers)


def _answer(system: str, message: Mapping[str, Any]) -> dict[str, Any]:
    if system == "population":
        return {"found": is_found(message["id_number"], message["name"])}
    if system == "hall":
        return {"hall_number": f"示例{message['application']}"}
    if system == "post":
        return {"carrier": CARRIER, "tracking_number": TRACKING_NUMBER.format(task=message["task"][-6:])}
    if system in ("party_members", "league", "bank", "online_system"):
        return {"accepted": True, "reference": f"示例受理{message['task'][-6:]}"}
    raise NotFound("没有这个示例系统。", code="unknown_system")


def _reports(system: str, message: Mapping[str, Any]) -> list[dict[str, Any]]:
    if system == "league":
        return [{"status": "confirmed"}]
    if system == "post":
        return [{"status": "delivered"}]
    if system == "party_members":
        return [{"status": "entered"}]
    return []


def is_found(id_number: str, name: str) -> bool:
    """What the demonstration's population database says of a person."""
    return id_number[14:17] != NOT_FOUND_ORDER and NOT_FOUND not in name


async def outside_of(house: House, push: Mapping[str, Any]) -> Outside:
    """What the departments' simulator asks of the outside systems before it plays a task."""
    async with house.db.reading() as session:
        population = await repository.link_for(session, "population", push["county"])
        post = await repository.link_for(session, "post", push["county"])
        league = await repository.link_for(session, "league", push["county"])
    found = None
    if push["matter"] == "household_restoration" and population is not None and population.kind == HTTP:
        query = {name: push[name] for name in ("task", "application", "county")}
        query |= {name: push["applicant"][name] for name in ("name", "id_number")}
        try:
            answer = await ask(house, population, f"police:{push['task']}:{push['dispatched_at']}", query)
            found = isinstance(answer, PopulationAnswer) and answer.found
        except DeliveryFailed as failure:
            log.warning("the simulated police got no answer of the population database", failure=str(failure))
    return Outside(found=found, posted=_pushed(post), registers=_pushed(league))


def _pushed(link: SystemLink | None) -> bool:
    return link is not None and link.kind == HTTP
