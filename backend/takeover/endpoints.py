"""Conversations that people attend to, over HTTP; each command on the `version` it was decided on: 409 with what is allowed.

GET  /api/conversations                      {waiting, attended, tasks}: the most urgent, then the longest waiting first
GET  /api/conversations/closed?before=       {conversations, next}
GET  /api/conversations/search?text=&before= {hits, looked_at, next}: bounded batches, go on with next
GET  /api/conversations/measures?month=      {month, lines}: first answer and resolution, in minutes of office hours
GET  /api/conversations/tasks?done=          {tasks}: messages that were left     POST /tasks/<id>/closing {text}
GET  /api/conversations/canned               {replies}     POST {title, text, county} · PUT, DELETE /canned/<id>
GET  /api/conversations/events               server-sent events of the queue, resumes after Last-Event-ID
POST /api/conversations {case, text, key}    201; staff write first
GET  /api/conversations/<id>                 {conversation, messages, more}; each look is on record
GET  /api/conversations/<id>/messages?before=&after=   /search?text=&before=   /colleagues   /events?after=
POST /api/conversations/<id>/claim, taking {version} · replies {version, text, key, link} · notes {text} · seen {seq} · typing {on}
     · transfer {version, to or county, text} · release {version, step} · closing {version, outcome, text}
And the veteran's own page: POST /api/chat/seen {seq}, /api/chat/typing {on}
"""

from __future__ import annotations

from sanic import Blueprint, Request, empty, json
from sanic.response import HTTPResponse

from backend.channels.web.visitor import conversation_of
from backend.clock import local, now
from backend.conversations.messages import Link
from backend.edge.guard import check_origin, secure_answers
from backend.edge.reading import read_json, read_seq
from backend.house import House
from backend.security.rate_limits import RateLimit
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn
from backend.takeover import feed, reading, schemas, service

blueprint = Blueprint("conversations", url_prefix="/api/conversations")
veterans = Blueprint("attended", url_prefix="/api/chat")
STREAM = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
#: A page says that somebody types, or has read, now and then.
TELLING = RateLimit(burst=30, per_second=2)
for_staff = staff_only(*service.ROLES)

secure_answers(blueprint)
secure_answers(veterans)


def _house(request: Request) -> House:
    house: House = request.app.ctx.house
    return house


@blueprint.get("")
@for_staff
async def queue(request: Request, staff: SignedIn) -> HTTPResponse:
    """Who waits, and who is attended to."""
    return json(await service.queue(_house(request), staff))


@blueprint.post("")
@for_staff
async def start(request: Request, staff: SignedIn) -> HTTPResponse:
    """Write first."""
    given = read_json(request, schemas.StartIn)
    return json(await service.start(_house(request), staff, given.case, given.text, given.key), status=201)


@blueprint.get("/closed")
@for_staff
async def closed(request: Request, staff: SignedIn) -> HTTPResponse:
    """What was closed."""
    return json(await service.closed(_house(request), staff, request.args.get("before")))


@blueprint.get("/search")
@for_staff
async def search(request: Request, staff: SignedIn) -> HTTPResponse:
    """A text in all that the asker may see."""
    before = read_seq(request, "before") or None
    return json(await service.search(_house(request), staff, request.args.get("text") or "", before=before))


@blueprint.get("/measures")
@for_staff
async def measures(request: Request, staff: SignedIn) -> HTTPResponse:
    """How long veterans waited in a month."""
    month = request.args.get("month") or f"{local(now()):%Y-%m}"
    return json(await service.measures(_house(request), staff, month))


@blueprint.get("/tasks")
@for_staff
async def tasks(request: Request, staff: SignedIn) -> HTTPResponse:
    """Messages that were left."""
    return json(await service.tasks(_house(request), staff, done=bool(request.args.get("done"))))


@blueprint.post("/tasks/<task:str>/closing")
@for_staff
async def finish_task(request: Request, staff: SignedIn, task: str) -> HTTPResponse:
    """One is done."""
    given = read_json(request, schemas.DoneIn)
    return json(await service.finish_task(_house(request), staff, task, given.text))


@blueprint.get("/canned")
@for_staff
async def canned(request: Request, staff: SignedIn) -> HTTPResponse:
    """Replies at hand."""
    return json(await service.canned(_house(request), staff))


@blueprint.post("/canned")
@for_staff
async def keep_canned(request: Request, staff: SignedIn) -> HTTPResponse:
    """Keep one."""
    given = read_json(request, schemas.CannedIn)
    return json(await service.save_canned(_house(request), staff, given.title, given.text, county=given.county), status=201)


@blueprint.put("/canned/<reply_id:str>")
@for_staff
async def change_canned(request: Request, staff: SignedIn, reply_id: str) -> HTTPResponse:
    """Change one."""
    given = read_json(request, schemas.CannedIn)
    saved = await service.save_canned(_house(request), staff, given.title, given.text, reply_id=reply_id, version=given.version)
    return json(saved)


@blueprint.delete("/canned/<reply_id:str>")
@for_staff
async def delete_canned(request: Request, staff: SignedIn, reply_id: str) -> HTTPResponse:
    """Forget one."""
    await service.delete_canned(_house(request), staff, reply_id)
    return empty()


@blueprint.get("/events")
@for_staff
async def queue_events(request: Request, staff: SignedIn) -> HTTPResponse:
    """The queue, live."""
    since = read_seq(request, "since", text=request.headers.get("last-event-id"))
    response = await request.respond(content_type="text/event-stream; charset=utf-8", headers=STREAM)
    async for event in feed.queue_events(_house(request), request.app.ctx.live, staff, since):
        await response.send(event)
    await response.eof()
    # It was answered already, piece by piece.
    return None  # type: ignore[return-value]


@blueprint.get("/<conversation:str>")
@for_staff
async def show(request: Request, staff: SignedIn, conversation: str) -> HTTPResponse:
    """One, with its last messages."""
    return json(await service.show(_house(request), staff, conversation))


@blueprint.get("/<conversation:str>/messages")
@for_staff
async def transcript(request: Request, staff: SignedIn, conversation: str) -> HTTPResponse:
    """Its transcript."""
    before = read_seq(request, "before") or None
    after = read_seq(request, "after")
    return json(await service.transcript(_house(request), staff, conversation, before=before, after=after))


@blueprint.get("/<conversation:str>/search")
@for_staff
async def search_in(request: Request, staff: SignedIn, conversation: str) -> HTTPResponse:
    """A text in it."""
    before = read_seq(request, "before") or None
    text = request.args.get("text") or ""
    return json(await service.search_in(_house(request), staff, conversation, text, before=before))


@blueprint.get("/<conversation:str>/colleagues")
@for_staff
async def colleagues(request: Request, staff: SignedIn, conversation: str) -> HTTPResponse:
    """To whom it can be handed."""
    return json(await service.colleagues(_house(request), staff, conversation))


@blueprint.get("/<conversation:str>/events")
@for_staff
async def conversation_events(request: Request, staff: SignedIn, conversation: str) -> HTTPResponse:
    """One, live. The look is on record before anything is shown."""
    house = _house(request)
    after = read_seq(request, "after", text=request.headers.get("last-event-id")) or read_seq(request, "after")
    async with house.db.unit() as unit:
        await reading.one(unit, staff, conversation)
        await unit.commit()
    response = await request.respond(content_type="text/event-stream; charset=utf-8", headers=STREAM)
    async for event in feed.conversation_events(house, request.app.ctx.live, staff, conversation, after):
        await response.send(event)
    await response.eof()
    # It was answered already, piece by piece.
    return None  # type: ignore[return-value]


@blueprint.post("/<conversation:str>/claim")
@for_staff
async def claim(request: Request, staff: SignedIn, conversation: str) -> HTTPResponse:
    """Take on who waits."""
    given = read_json(request, schemas.OnVersion)
    return json(await service.claim(_house(request), staff, conversation, given.version))


@blueprint.post("/<conversation:str>/taking")
@for_staff
async def take(request: Request, staff: SignedIn, conversation: str) -> HTTPResponse:
    """A supervisor takes it."""
    given = read_json(request, schemas.OnVersion)
    return json(await service.take(_house(request), staff, conversation, given.version))


@blueprint.post("/<conversation:str>/replies")
@for_staff
async def reply(request: Request, staff: SignedIn, conversation: str) -> HTTPResponse:
    """Answer the veteran."""
    given = read_json(request, schemas.ReplyIn)
    link = Link(given.link.label, given.link.url) if given.link else None
    return json(await service.reply(_house(request), staff, conversation, given.version, given.text, given.key, link))


@blueprint.post("/<conversation:str>/notes")
@for_staff
async def note(request: Request, staff: SignedIn, conversation: str) -> HTTPResponse:
    """An internal note."""
    return json(await service.note(_house(request), staff, conversation, read_json(request, schemas.NoteIn).text))


@blueprint.post("/<conversation:str>/seen")
@for_staff
async def seen(request: Request, staff: SignedIn, conversation: str) -> HTTPResponse:
    """Read up to a message."""
    await service.seen(_house(request), staff, conversation, read_json(request, schemas.SeenIn).seq)
    return empty()


@blueprint.post("/<conversation:str>/typing")
@for_staff
async def typing(request: Request, staff: SignedIn, conversation: str) -> HTTPResponse:
    """Somebody types."""
    await service.typing(_house(request), staff, conversation, read_json(request, schemas.TypingIn).on)
    return empty()


@blueprint.post("/<conversation:str>/transfer")
@for_staff
async def transfer(request: Request, staff: SignedIn, conversation: str) -> HTTPResponse:
    """To a colleague or another county."""
    given = read_json(request, schemas.TransferIn)
    where = {"to": given.to, "county": given.county, "text": given.text}
    return json(await service.transfer(_house(request), staff, conversation, given.version, **where))


@blueprint.post("/<conversation:str>/release")
@for_staff
async def release(request: Request, staff: SignedIn, conversation: str) -> HTTPResponse:
    """Back to the bot."""
    given = read_json(request, schemas.ReleaseIn)
    return json(await service.give_back(_house(request), staff, conversation, given.version, step=given.step))


@blueprint.post("/<conversation:str>/closing")
@for_staff
async def close(request: Request, staff: SignedIn, conversation: str) -> HTTPResponse:
    """With a result."""
    given = read_json(request, schemas.ClosingIn)
    return json(await service.close(_house(request), staff, conversation, given.version, given.outcome, given.text))


@veterans.middleware("request")  # type: ignore[untyped-decorator]
async def same_origin(request: Request) -> None:
    """Only our own page may say so."""
    check_origin(request, _house(request).settings.public_url)


@veterans.post("/seen")
async def veteran_seen(request: Request) -> HTTPResponse:
    """The veteran has read up to a message."""
    conversation = await conversation_of(request)
    TELLING.check(conversation.id, conversation.language)
    await service.veteran_seen(_house(request), conversation.id, read_json(request, schemas.SeenIn).seq)
    return empty()


@veterans.post("/typing")
async def veteran_typing(request: Request) -> HTTPResponse:
    """The veteran types."""
    conversation = await conversation_of(request)
    TELLING.check(conversation.id, conversation.language)
    await service.veteran_typing(_house(request), conversation.id, read_json(request, schemas.TypingIn).on)
    return empty()
