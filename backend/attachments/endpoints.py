"""Files in talks over HTTP. A form has a `key` and one `file`; pages are JPEGs.

POST /api/chat/attachments                                       201 {seq, attachment}; the same key again: 200 and the same
GET  /api/chat/attachments/<id>/pages/<page>                     image/jpeg, for that conversation alone
POST /api/conversations/<c>/attachments                          form: version, key, text, file; 201 {conversation, seq}
GET  /api/conversations/<c>/attachments/<id>                     {attachment}
GET  /api/conversations/<c>/attachments/<id>/pages/<page>        image/jpeg under a mark; each look is on record
POST /api/conversations/<c>/attachments/<id>/material {material} put to a paper of the checklist
"""

from __future__ import annotations

from sanic import Blueprint, Request, json, raw
from sanic.response import HTTPResponse

from backend.attachments import service
from backend.attachments.schemas import FileIn, PaperIn, StaffFileIn
from backend.channels.web import service as web
from backend.channels.web.visitor import conversation_of
from backend.clock import local
from backend.edge.guard import check_origin, secure_answers
from backend.edge.reading import read_json
from backend.house import House
from backend.locale.text import SOURCE_LANGUAGE
from backend.security.rate_limits import RateLimit
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn
from backend.takeover import files
from backend.takeover import service as takeover
from backend.vouchers.form import read_file
from backend.vouchers.workshop import workshop_of

blueprint = Blueprint("attachments")
for_staff = staff_only(*takeover.ROLES)
#: A few pictures one after the other.
SENDING = RateLimit(burst=20, per_second=0.2)
LOOKING = RateLimit(burst=60, per_second=2)


@blueprint.middleware("request")  # type: ignore[untyped-decorator]
async def same_origin(request: Request) -> None:
    """Only our own page may change anything."""
    check_origin(request, _house(request).settings.public_url)


secure_answers(blueprint)


def _house(request: Request) -> House:
    house: House = request.app.ctx.house
    return house


@blueprint.post("/api/chat/attachments", stream=True)
async def send(request: Request) -> HTTPResponse:
    """A veteran sends a file to whoever of staff answers."""
    conversation = await conversation_of(request)
    SENDING.check(conversation.id, conversation.language)
    given, content = await read_file(request, conversation.language, FileIn)
    workshop = workshop_of(request.app.ctx)
    got = await service.receive(_house(request), workshop, conversation, f"{web.CHANNEL}:{given.key}", content)
    shown = {"id": got.attachment.id, "pages": got.attachment.pages}
    return json({"seq": got.seq, "attachment": shown}, status=201 if got.new else 200)


@blueprint.get("/api/chat/attachments/<attachment:str>/pages/<page:int>")
async def show(request: Request, attachment: str, page: int) -> HTTPResponse:
    """One page of a file in the veteran's own conversation."""
    conversation = await conversation_of(request)
    LOOKING.check(conversation.id, conversation.language)
    return _picture(await service.show(_house(request), workshop_of(request.app.ctx), conversation, attachment, page))


@blueprint.post("/api/conversations/<conversation:str>/attachments", stream=True)
@for_staff
async def send_to_veteran(request: Request, staff: SignedIn, conversation: str) -> HTTPResponse:
    """Staff send a file."""
    given, content = await read_file(request, SOURCE_LANGUAGE, StaffFileIn)
    house, workshop, version = _house(request), workshop_of(request.app.ctx), int(given.version)
    done = await files.send_file(house, workshop, staff, conversation, version, given.key, content, given.text)
    return json(done, status=201)


@blueprint.get("/api/conversations/<conversation:str>/attachments/<attachment:str>")
@for_staff
async def one(request: Request, staff: SignedIn, conversation: str, attachment: str) -> HTTPResponse:
    """What is known of a file."""
    shown = await files.show_file(_house(request), staff, conversation, attachment)
    return json({"attachment": {**shown, "sent_at": local(shown["sent_at"]).isoformat(timespec="seconds")}})


@blueprint.get("/api/conversations/<conversation:str>/attachments/<attachment:str>/pages/<page:int>")
@for_staff
async def look(request: Request, staff: SignedIn, conversation: str, attachment: str, page: int) -> HTTPResponse:
    """One page, under a mark. The look is on record."""
    workshop = workshop_of(request.app.ctx)
    return _picture(await files.look_at_file(_house(request), workshop, staff, conversation, attachment, page))


@blueprint.post("/api/conversations/<conversation:str>/attachments/<attachment:str>/material")
@staff_only("window", "reviewer")
async def put_to_paper(request: Request, staff: SignedIn, conversation: str, attachment: str) -> HTTPResponse:
    """Put a file to a paper of the checklist."""
    given = read_json(request, PaperIn)
    return json(await files.file_to_paper(_house(request), staff, conversation, attachment, given.material))


def _picture(jpeg: bytes) -> HTTPResponse:
    return raw(jpeg, content_type="image/jpeg", headers={"Content-Disposition": "inline"})
