"""What Twilio calls: texts that came in, and receipts of those that went out. Signed, or refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import structlog
from sanic import Blueprint, Request, text
from sanic.response import HTTPResponse, empty

from backend.channels.sms.incoming import receive_sms
from backend.channels.sms.service import note_receipt
from backend.channels.sms.states import FROM_TWILIO
from backend.conversations.hands import hands_of
from backend.errors import GuituError, NotFound, Unauthorised
from backend.house import House
from backend.security.rate_limits import RateLimit
from backend.security.signatures import is_from_twilio

log = structlog.get_logger()
blueprint = Blueprint("sms", url_prefix="/webhooks/sms")

EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
MOST_FIELDS = 200
#: From one number. A person does not text faster. A machine that does is kept all the same, and answered when the worker
#: comes to it: what was acknowledged or refused here would not be sent again.
TEXTING = RateLimit(burst=10, per_second=0.5)


@blueprint.post("/twilio")
async def incoming(request: Request) -> HTTPResponse:
    """A text came in. Kept before it is acknowledged; the answer leaves as texts of its own, so the TwiML is empty."""
    form = _signed_form(request)
    sender, sid = _one(form, "From"), _one(form, "MessageSid")
    waiting = await receive_sms(request.app.ctx.house, sender, form.get("Body", [""])[0], f"twilio:{sid}")
    if waiting and TEXTING.wait_for(sender) == 0:
        hands_of(request.app).take_up(waiting)
    return text(EMPTY_TWIML, content_type="text/xml; charset=utf-8")


@blueprint.post("/twilio/status")
async def status(request: Request) -> HTTPResponse:
    """A receipt. States go forward only; one of an unknown text is acknowledged, or Twilio would send it again."""
    form = _signed_form(request)
    sid, reported = _one(form, "MessageSid"), FROM_TWILIO.get(_one(form, "MessageStatus"))
    named = request.args.get("sms", "")
    seq = int(named) if named.isascii() and named.isdigit() and len(named) < 16 else None
    if reported is not None and not await note_receipt(
        request.app.ctx.house, sid, reported, seq, form.get("ErrorCode", [None])[0]
    ):
        log.warning("a receipt of no text of ours", provider_id=sid)
    return empty()


def _signed_form(request: Request) -> dict[str, list[Any]]:
    """The posted form, once Twilio's signature of it is verified. Raises NotFound when Twilio is not in use."""
    house: House = request.app.ctx.house
    if house.settings.twilio is None:
        raise NotFound("Twilio is not in use here.")
    try:
        form = parse_qs(request.body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict")
    except ValueError:
        raise GuituError("the form cannot be read.") from None
    # Twilio signs the address that it was given, which a proxy in between may hide from us.
    url = house.settings.public_url + request.path + (f"?{request.query_string}" if request.query_string else "")
    if not is_from_twilio(house.settings.twilio.auth_token, url, form, request.headers.get("x-twilio-signature", "")):
        raise Unauthorised("the signature is not Twilio's.")
    return form


def _one(form: dict[str, list[Any]], name: str) -> str:
    values = form.get(name, [])
    if len(values) != 1 or not values[0] or len(values[0]) > 64:
        raise GuituError(f"{name} is missing or malformed.")
    return str(values[0])
