"""The internal API: what the action server may ask, loopback only, behind a token. And for staff, who waits for a person.

GET  /api/handovers               {handovers: [{id, version, conversation, county, county_name, reason, priority, asked_at,
                                  waiting_minutes, last_words, claimed_by, …}]}, the most urgent first, numbers masked
GET  /api/handovers?closed=1      those that were closed, the newest first: with closed_by, closed_at, outcome, note
POST /api/handovers/<id>/claim    {version}                 {handover}; 409 claimed, when another has it
POST /api/handovers/<id>/closing  {version, outcome, note}  {handover}; outcome: helped, unreachable, referred, not_needed
"""

from __future__ import annotations

import hmac
from json import loads

import structlog
from pydantic import ValidationError
from sanic import Blueprint, Request, json
from sanic.response import HTTPResponse

from backend.conversations import service as hub
from backend.dialogue import service
from backend.dialogue.handovers import claim, close, closed, waiting
from backend.dialogue.schemas import ClaimIn, ClosingIn, TurnRequest
from backend.edge.guard import secure_answers
from backend.edge.reading import read_json
from backend.errors import GuituError, Unauthorised
from backend.house import House
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn

log = structlog.get_logger()
blueprint = Blueprint("dialogue", url_prefix="/internal")
handovers = Blueprint("handovers", url_prefix="/api/handovers")


@blueprint.post("/turn")
async def turn(request: Request) -> HTTPResponse:
    """Answer one message of a veteran. 401 without the token, 400 for a body that does not fit."""
    house: House = request.app.ctx.house
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {house.settings.internal_token}".encode()):
        raise Unauthorised("the internal API needs the token of GUITU_INTERNAL_TOKEN.")
    try:
        asked = TurnRequest.model_validate_json(request.body)
    except ValidationError as error:
        await _strike(house, _named(request.body))
        raise GuituError(f"the turn does not fit: {error.errors(include_url=False, include_input=False)}") from None
    try:
        reply = await service.take_turn(house, asked)
    except Exception:
        # A refusal too: the fault lies in this message, not in Rasa being away. After a few tries the hub gives it up and says so.
        await _strike(house, asked.message)
        raise
    return json(reply.model_dump())


secure_answers(handovers)


@handovers.get("")
@staff_only("window", "county_supervisor")
async def waiting_for_a_person(request: Request, staff: SignedIn) -> HTTPResponse:
    """Who waits for a person in the asker's counties, or where no county is known."""
    house: House = request.app.ctx.house
    listed = closed if request.args.get("closed") else waiting
    async with house.db.reading() as session:
        return json({"handovers": await listed(session, house.catalogue, staff.actor)})


@handovers.post("/<request_id:str>/claim")
@staff_only("window", "county_supervisor")
async def claim_one(request: Request, staff: SignedIn, request_id: str) -> HTTPResponse:
    """Let others see who looks after it."""
    given = read_json(request, ClaimIn)
    return json({"handover": await claim(request.app.ctx.house, staff.actor, request_id, given.version)})


@handovers.post("/<request_id:str>/closing")
@staff_only("window", "county_supervisor")
async def close_one(request: Request, staff: SignedIn, request_id: str) -> HTTPResponse:
    """It has been looked after, or need not be."""
    given = read_json(request, ClosingIn)
    done = await close(request.app.ctx.house, staff.actor, request_id, given.version, given.outcome, given.note)
    return json({"handover": done})


def _named(body: bytes) -> str:
    """The message that a body which does not fit speaks of; empty when it names none."""
    try:
        named = loads(body)["message"]
    except (ValueError, KeyError, TypeError):
        return ""
    return named if isinstance(named, str) else ""


async def _strike(house: House, message_id: str) -> None:
    """Note the failure; one that cannot be noted must not hide the failure itself."""
    try:
        await hub.strike(house, message_id)
    except Exception as error:
        log.error("a failure could not be noted", message=message_id, exc_info=error)
