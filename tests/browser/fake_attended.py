"""What the page tells of typing and reading: kept, and shown at GET /_test/mentioned as [{typing: on} | {seen: seq}…]."""

from __future__ import annotations

from sanic import Blueprint, Request, empty, json
from sanic.response import HTTPResponse

blueprint = Blueprint("fake_attended")


@blueprint.post("/api/chat/<what:typing|seen>")
async def mention(request: Request, what: str) -> HTTPResponse:
    """Told."""
    request.app.ctx.world.mentioned.append({what: request.json["on" if what == "typing" else "seq"]})
    return empty()


@blueprint.get("/_test/mentioned")
async def mentioned(request: Request) -> HTTPResponse:
    """All of it, in order."""
    return json(request.app.ctx.world.mentioned)
