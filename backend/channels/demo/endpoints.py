"""The demonstration's handset: the texts of one mobile, and a text from it. Only with GUITU_DEMO=1.

GET  /demo/phone                              page
GET  /demo/phone/messages?number=&after=      {messages: [{seq, direction, text, at, state, segments}…]}
POST /demo/phone/messages {number, text, key} 202 {accepted}
"""

from __future__ import annotations

from sanic import Blueprint, Request, json
from sanic.response import HTTPResponse

from backend import clock
from backend.channels.sms import repository
from backend.channels.sms.endpoints import TEXTING
from backend.channels.sms.incoming import normalise_mobile, receive_sms
from backend.channels.sms.service import mobile_index
from backend.channels.sms.text import segments
from backend.channels.web import pages, schemas
from backend.conversations.hands import hands_of
from backend.edge.guard import check_origin, secure_answers
from backend.edge.reading import read_json, read_seq
from backend.house import House

blueprint = Blueprint("demo")
MOST = 200
MOST_NUMBERS = 20


@blueprint.middleware("request")  # type: ignore[untyped-decorator]
async def same_origin(request: Request) -> None:
    """Only our own page may send a text."""
    check_origin(request, _house(request).settings.public_url)


secure_answers(blueprint)


def _house(request: Request) -> House:
    house: House = request.app.ctx.house
    return house


@blueprint.get("/demo/phone")
async def phone(request: Request) -> HTTPResponse:
    """The handset."""
    return pages.page("demo/phone.html", pages.wanted_language(request))


@blueprint.get("/demo/phone/numbers")
async def numbers(request: Request) -> HTTPResponse:
    """Mobiles with texts, the one with the newest first."""
    async with _house(request).db.reading() as session:
        return json({"numbers": await repository.mobiles(session, MOST_NUMBERS)})


@blueprint.get("/demo/phone/messages")
async def messages(request: Request) -> HTTPResponse:
    """Texts from and to a mobile after a seq, in order."""
    mobile = normalise_mobile(request.args.get("number", ""))
    after = read_seq(request, "after")
    async with _house(request).db.reading() as session:
        found = await repository.of_mobile(session, mobile_index(mobile), after, MOST)
    return json(
        {
            "messages": [
                {
                    "seq": row.seq,
                    "direction": row.direction,
                    "text": row.text,
                    "at": clock.local(row.at).isoformat(timespec="seconds"),
                    "state": row.state,
                    "segments": segments(row.text),
                }
                for row in found
            ]
        }
    )


@blueprint.post("/demo/phone/messages")
async def send(request: Request) -> HTTPResponse:
    """A text from the handset."""
    sent = read_json(request, schemas.TextIn, cleaned_later=True)
    TEXTING.check(sent.number)
    waiting = await receive_sms(_house(request), sent.number, sent.text, f"demo:{sent.number}:{sent.key}")
    if waiting:
        hands_of(request.app).take_up(waiting)
    return json({"accepted": True}, status=202)
