"""The internal API: what the action server may ask. Loopback only, behind a token."""

from __future__ import annotations

import hmac

from pydantic import ValidationError
from sanic import Blueprint, Request, json
from sanic.response import HTTPResponse

from backend.conversations import service as hub
from backend.dialogue import service
from backend.dialogue.schemas import TurnRequest
from backend.errors import GuituError, Unauthorised
from backend.house import House

blueprint = Blueprint("dialogue", url_prefix="/internal")


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
        raise GuituError(f"the turn does not fit: {error.errors(include_url=False, include_input=False)}") from None
    try:
        reply = await service.take_turn(house, asked)
    except GuituError:
        raise
    except Exception:
        # The fault lies in this message, not in Rasa being away: after a few tries the hub gives it up and says so.
        await hub.strike(house, asked.message)
        raise
    return json(reply.model_dump())
