"""The pictures' part of the fake backend: what is sent is kept in memory and shown as it came, without a mark.

POST /_test/mode {uploading}   "" | "away" (503) | "lost" (kept, but the acknowledgement is lost) | "refuse" |
                               "not_wanted" (nothing may be sent now)
POST /_test/voucher {material, …}   change the newest voucher of a material, as the county does
GET  /_test/uploaded           what was sent, in order: [{material, key, size}…]
"""

from __future__ import annotations

import base64
from typing import Any

from sanic import Blueprint, Request, json, raw
from sanic.response import HTTPResponse

from backend.errors import GuituError
from backend.vouchers.rules import MOST_BYTES

PATH = "/api/chat/vouchers"
WANTED = [1, 2, 4, 7, 12]
blueprint = Blueprint("fake_vouchers")


def _world(request: Request) -> Any:
    return request.app.ctx.world


def _listed(voucher: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in voucher.items() if name not in ("key", "content")}


@blueprint.get(PATH)
async def own(request: Request) -> HTTPResponse:
    world = _world(request)
    wanted = [] if world.mode["uploading"] == "not_wanted" else WANTED
    return json({"vouchers": [_listed(each) for each in world.vouchers], "wanted": wanted, "most_bytes": MOST_BYTES})


@blueprint.post(PATH)
async def upload(request: Request) -> HTTPResponse:
    world, fields, file = _world(request), request.form or {}, (request.files or {})["file"][0]
    mode = world.mode["uploading"]
    if mode == "away":
        return json({"error": "away", "message": "…"}, status=503)
    if mode == "refuse":
        raise GuituError("这张照片打不开，可能没传完整。请重新拍一张，或者截个图再传。", code="broken")
    known = next((each for each in world.vouchers if each["key"] == fields["key"][0]), None)
    if known is None:
        known = {
            "id": f"v_{len(world.vouchers) + 1}",
            "material": int(fields["material"][0]),
            "state": "uploaded",
            "reason": None,
            "pages": 1,
            "uploaded_at": "2026-11-25T10:30:00+08:00",
            "deletable": True,
            "key": fields["key"][0],
            "content": base64.b64encode(file.body).decode(),
        }
        world.vouchers.append(known)
    if mode == "lost":
        world.mode["uploading"] = ""
        return json({"error": "away", "message": "…"}, status=503)
    return json({"voucher": _listed(known)}, status=201)


@blueprint.get(f"{PATH}/<voucher:str>/pages/<page:int>")
async def show(request: Request, voucher: str, page: int) -> HTTPResponse:
    found = next(each for each in _world(request).vouchers if each["id"] == voucher)
    return raw(base64.b64decode(found["content"]), content_type="image/jpeg")


@blueprint.delete(f"{PATH}/<voucher:str>")
async def delete(request: Request, voucher: str) -> HTTPResponse:
    world = _world(request)
    world.vouchers = [each for each in world.vouchers if each["id"] != voucher]
    return json({"deleted": True})


@blueprint.post("/_test/voucher")
async def change(request: Request) -> HTTPResponse:
    order = request.json
    next(each for each in reversed(_world(request).vouchers) if each["material"] == order["material"]).update(order)
    return json({"done": True})


@blueprint.get("/_test/uploaded")
async def uploaded(request: Request) -> HTTPResponse:
    sent = _world(request).vouchers
    return json(
        [{"material": each["material"], "key": each["key"], "size": len(base64.b64decode(each["content"]))} for each in sent]
    )
