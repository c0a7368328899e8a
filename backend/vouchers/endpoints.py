"""E-vouchers over HTTP. A form has the fields `material` and `key` and one `file`; pages are JPEGs with a mark over them.

GET    /api/chat/vouchers                          {vouchers, wanted, most_bytes}
POST   /api/chat/vouchers                          201 {voucher}; the same key again: 200 and the same voucher
GET    /api/chat/vouchers/<id>/pages/<page>        image/jpeg
DELETE /api/chat/vouchers/<id>                     {deleted}; not once it is part of the case
GET    /api/cases/<number>/vouchers                {vouchers}
POST   /api/cases/<number>/vouchers                as above, for a veteran at the window
GET    /api/cases/<number>/vouchers/<id>/pages/<page>   image/jpeg; each look is on record
POST   /api/cases/<number>/vouchers/<id>/acceptance     {version}; refused is what a correction of the review names
"""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, Request, Sanic, json, raw
from sanic.response import HTTPResponse

from backend.channels.web.visitor import conversation_of
from backend.clock import local
from backend.conversations.model import Conversation
from backend.edge.guard import check_origin, secure_answers
from backend.edge.reading import read_json
from backend.house import House
from backend.locale.text import SOURCE_LANGUAGE
from backend.security.rate_limits import RateLimit
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn
from backend.vouchers import casework, service
from backend.vouchers.form import read_form
from backend.vouchers.model import Voucher
from backend.vouchers.rules import MOST_BYTES
from backend.vouchers.schemas import AcceptIn
from backend.vouchers.workshop import workshop_of

blueprint = Blueprint("vouchers")

#: A dozen papers one after the other, some of them twice.
UPLOADING = RateLimit(burst=30, per_second=0.2)
LOOKING = RateLimit(burst=60, per_second=2)


@blueprint.middleware("request")  # type: ignore[untyped-decorator]
async def same_origin(request: Request) -> None:
    """Only our own page may change anything."""
    check_origin(request, _house(request).settings.public_url)


secure_answers(blueprint)


def _house(request: Request) -> House:
    house: House = request.app.ctx.house
    return house


@blueprint.after_server_stop
async def end_decoders(app: Sanic[Any, Any]) -> None:
    """No decoder outlives the service."""
    if hasattr(app.ctx, "workshop"):
        app.ctx.workshop.close()


@blueprint.get("/api/chat/vouchers")
async def own(request: Request) -> HTTPResponse:
    """The veteran's own, and which materials may be sent now."""
    house, conversation = _house(request), await conversation_of(request)
    async with house.db.reading() as session:
        known = await service.wanted(session, house, conversation.id)
        found = await service.own(session, conversation.id, known)
    return json({"vouchers": [_mine(each) for each in found], "wanted": list(known.materials), "most_bytes": MOST_BYTES})


@blueprint.post("/api/chat/vouchers", stream=True)
async def upload(request: Request) -> HTTPResponse:
    """Keep a picture of a paper."""
    conversation = await conversation_of(request)
    UPLOADING.check(conversation.id, conversation.language)
    sent = await read_form(request, conversation.language)
    received = await service.upload(_house(request), workshop_of(request.app.ctx), conversation, sent)
    return json({"voucher": _mine(received.voucher)}, status=201 if received.new else 200)


@blueprint.get("/api/chat/vouchers/<voucher:str>/pages/<page:int>")
async def show(request: Request, voucher: str, page: int) -> HTTPResponse:
    """One page of the veteran's own."""
    conversation = await _looker(request)
    return _picture(await service.show(_house(request), workshop_of(request.app.ctx), conversation, voucher, page))


async def _looker(request: Request) -> Conversation:
    conversation = await conversation_of(request)
    LOOKING.check(conversation.id, conversation.language)
    return conversation


@blueprint.delete("/api/chat/vouchers/<voucher:str>")
async def delete(request: Request, voucher: str) -> HTTPResponse:
    """Take one back."""
    await service.delete(_house(request), await conversation_of(request), voucher)
    return json({"deleted": True})


@blueprint.get("/api/cases/<number:str>/vouchers")
@staff_only("window", "reviewer")
async def of_case(request: Request, staff: SignedIn, number: str) -> HTTPResponse:
    """The vouchers of a case."""
    async with _house(request).db.reading() as session:
        _, found = await casework.of_case(session, staff.actor, number)
    return json({"vouchers": [_staffs(each) for each in found]})


@blueprint.post("/api/cases/<number:str>/vouchers", stream=True)
@staff_only("window", "reviewer")
async def add(request: Request, staff: SignedIn, number: str) -> HTTPResponse:
    """Keep a picture for a veteran at the window."""
    sent = await read_form(request, SOURCE_LANGUAGE)
    received = await casework.add(_house(request), workshop_of(request.app.ctx), staff.actor, number, sent)
    return json({"voucher": _staffs(received.voucher)}, status=201 if received.new else 200)


@blueprint.get("/api/cases/<number:str>/vouchers/<voucher:str>/pages/<page:int>")
@staff_only("window", "reviewer")
async def look(request: Request, staff: SignedIn, number: str, voucher: str, page: int) -> HTTPResponse:
    """One page; who looked is on record."""
    workshop = workshop_of(request.app.ctx)
    return _picture(await casework.look(_house(request), workshop, staff.actor, staff.display_name, number, voucher, page))


@blueprint.post("/api/cases/<number:str>/vouchers/<voucher:str>/acceptance")
@staff_only("reviewer")
async def accept(request: Request, staff: SignedIn, number: str, voucher: str) -> HTTPResponse:
    """This one agrees with the archive. # notice 四(一)"""
    given = read_json(request, AcceptIn)
    return json({"voucher": _staffs(await casework.accept(_house(request), staff.actor, number, voucher, given.version))})


def _picture(jpeg: bytes) -> HTTPResponse:
    return raw(jpeg, content_type="image/jpeg", headers={"Content-Disposition": "inline"})


def _mine(voucher: Voucher) -> dict[str, Any]:
    return {
        "id": voucher.id,
        "material": voucher.material,
        "state": voucher.state,
        "reason": voucher.reason,
        "pages": voucher.pages,
        "uploaded_at": local(voucher.uploaded_at).isoformat(timespec="seconds"),
        "deletable": service.deletable(voucher),
    }


def _staffs(voucher: Voucher) -> dict[str, Any]:
    return {
        **_mine(voucher),
        "uploaded_by": voucher.uploaded_by,
        "answers_correction": voucher.answers_correction,
        "decided_by": voucher.decided_by,
        "decided_at": local(voucher.decided_at).isoformat(timespec="seconds") if voucher.decided_at else None,
    }
