"""The chat page and its API: JSON of one origin, and the conversation live as server-sent events.

GET    /                                page
POST   /api/chat {language}             201 made, 200 found: {conversation, language}
GET    /api/chat/messages?after=&wait=  {messages: [M…]}
POST   /api/chat/messages {key, text | press}   202 {seq}; the same key again: the same seq
GET    /api/chat/events?after=          server-sent events; resumes after Last-Event-ID
GET    /api/chat/checklist.pdf          the list of papers, to print
POST   /api/chat/language {language}    {language}
DELETE /api/chat                        {erased, message}
GET    /health                          {status}
"""

from __future__ import annotations

from typing import Any

import structlog
from sanic import Blueprint, Request, Sanic, json, raw
from sanic.response import HTTPResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from backend.channels.web import pages, schemas, service, stream
from backend.channels.web.visitor import COOKIE, conversation_of, keep_cookie
from backend.conversations import service as hub
from backend.conversations.hands import hands_of, let_go
from backend.documents import service as documents
from backend.edge.guard import check_origin, secure_answers
from backend.edge.reading import read_json, read_seq
from backend.house import House
from backend.locale.text import render
from backend.security.rate_limits import RateLimit

log = structlog.get_logger()
blueprint = Blueprint("web")

MOST_WAIT = 25
#: One person types; a page that sends again after a break sends several at once.
SENDING = RateLimit(burst=20, per_second=1)
#: Many people may come from one address (a barracks, a county's network).
OPENING = RateLimit(burst=1000, per_second=10)
#: Making a PDF is the dearest thing that a page can ask for.
PRINTING = RateLimit(burst=6, per_second=0.1)


@blueprint.before_server_stop
async def stop_background(app: Sanic[Any, Any]) -> None:
    """Open pages and work in hand end before the server waits for its connections."""
    await let_go(app)


@blueprint.middleware("request")  # type: ignore[untyped-decorator]
async def same_origin(request: Request) -> None:
    """Only our own page may change anything."""
    check_origin(request, _house(request).settings.public_url)


secure_answers(blueprint)


def _house(request: Request) -> House:
    house: House = request.app.ctx.house
    return house


@blueprint.get("/")
async def chat_page(request: Request) -> HTTPResponse:
    """The chat page, in the reader's language."""
    async with _house(request).db.reading() as session:
        known = await service.find(session, request.cookies.get(COOKIE))
    language = pages.wanted_language(request, known.language if known else None)
    return pages.page("chat.html", language, demo=_house(request).settings.demo)


@blueprint.get("/static/<path:path>")
async def static(request: Request, path: str) -> HTTPResponse:
    """Files of our own pages."""
    return await pages.static_file(path, request.headers)


@blueprint.get("/vendor/<path:path>")
async def vendor(request: Request, path: str) -> HTTPResponse:
    """Browser files of the npm packages on the list."""
    return await pages.vendor_file(path, request.headers)


@blueprint.post("/api/chat")
async def open_chat(request: Request) -> HTTPResponse:
    """Make or find the conversation of the cookie."""
    wanted = read_json(request, schemas.LanguageIn)
    OPENING.check(request.remote_addr or request.ip, wanted.language)
    house = _house(request)
    opened = await service.open_chat(house, request.cookies.get(COOKIE), wanted.language)
    answer = {"conversation": opened.conversation.id, "language": opened.conversation.language}
    response = json(answer, status=201 if opened.new else 200)
    keep_cookie(response, house, opened.token)
    return response


@blueprint.get("/api/chat/messages")
async def messages(request: Request) -> HTTPResponse:
    """What was said after a seq; with `wait` (seconds, at most 25) it waits for the next when there is nothing yet."""
    conversation = await conversation_of(request)
    after = read_seq(request, "after")
    seconds = read_seq(request, "wait", MOST_WAIT)
    shown = await stream.wait_for_messages(_house(request).db, request.app.ctx.live, conversation.id, after, seconds)
    return json({"messages": [stream.as_json(message) for message in shown]})


@blueprint.post("/api/chat/messages")
async def receive(request: Request) -> HTTPResponse:
    """Store a message, acknowledge it, and answer it in the background."""
    conversation = await conversation_of(request)
    SENDING.check(conversation.id, conversation.language)
    sent = read_json(request, schemas.MessageIn, cleaned_later=True)
    press = hub.Press(sent.press.message, tuple(sent.press.choices)) if sent.press else None
    hands = hands_of(request.app)
    lease = hands.lease()
    receipt = await hub.receive(
        _house(request), conversation.id, service.CHANNEL, sent.key, text=sent.text, press=press, lease=lease
    )
    hands.take_up(conversation.id, lease, receipt.work)
    return json({"seq": receipt.seq}, status=202)


@blueprint.get("/api/chat/events")
async def events(request: Request) -> None:
    """The conversation live."""
    conversation = await conversation_of(request)
    after = read_seq(request, "after", text=request.headers.get("last-event-id"))
    after = after or read_seq(request, "after")
    response = await request.respond(
        content_type="text/event-stream; charset=utf-8", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    async for event in stream.events(_house(request).db, request.app.ctx.live, conversation.id, after):
        await response.send(event)
    await response.eof()


@blueprint.get("/api/chat/checklist.pdf")
async def checklist(request: Request) -> HTTPResponse:
    """The veteran's own list of papers. 404 while no matters are chosen."""
    conversation = await conversation_of(request)
    PRINTING.check(conversation.id, conversation.language)
    made = await documents.own_checklist(_house(request), conversation)
    return raw(made.pdf, content_type="application/pdf", headers={"Content-Disposition": 'inline; filename="checklist.pdf"'})


@blueprint.post("/api/chat/language")
async def language(request: Request) -> HTTPResponse:
    """Be answered in another language from now on."""
    conversation = await conversation_of(request)
    wanted = read_json(request, schemas.LanguageIn)
    async with _house(request).db.unit() as unit:
        await hub.set_language(unit, conversation.id, wanted.language)
        await unit.commit()
    return json({"language": wanted.language})


@blueprint.delete("/api/chat")
async def erase(request: Request) -> HTTPResponse:
    """Delete what may be deleted; what was filed stays."""
    conversation = await conversation_of(request)
    erased, message = await service.erase(_house(request), conversation.id)
    response = json({"erased": erased, "message": render(message, conversation.language)})
    if erased:
        response.delete_cookie(COOKIE, path="/")
    return response


@blueprint.get("/health")
async def health(request: Request) -> HTTPResponse:
    """200 when this process answers and reaches its database, else 503."""
    try:
        async with _house(request).db.reading() as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError) as error:
        log.error("database out of reach", error=repr(error))
        return json({"status": "database out of reach"}, status=503)
    return json({"status": "ok"})
