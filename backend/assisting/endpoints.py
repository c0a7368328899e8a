"""Where the link of a QR code leads on the veteran's phone. Looking uses nothing up; the button does, once.

GET  /continue/<code>   page with one button
POST /continue/<code>   303 to the chat page, on the draft that was begun at the window
"""

from __future__ import annotations

from sanic import Blueprint, Request
from sanic.response import HTTPResponse, redirect

from backend.assisting import moving
from backend.channels.web import pages
from backend.channels.web.visitor import COOKIE, keep_cookie
from backend.edge.guard import check_origin, secure_answers
from backend.errors import GuituError
from backend.house import House
from backend.security.rate_limits import RateLimit

blueprint = Blueprint("assisting")
secure_answers(blueprint)
#: One person scans one code; many may come from one address.
OPENING = RateLimit(burst=200, per_second=5)


def _house(request: Request) -> House:
    house: House = request.app.ctx.house
    return house


@blueprint.middleware("request")  # type: ignore[untyped-decorator]
async def same_origin(request: Request) -> None:
    """Only our own page may change anything."""
    check_origin(request, _house(request).settings.public_url)


@blueprint.get("/continue/<code:str>")
async def look(request: Request, code: str) -> HTTPResponse:
    """What is about to happen."""
    OPENING.check(request.remote_addr or request.ip)
    waits = await moving.waits(_house(request), code[:64])
    return _page(request, waits=waits, wrong=None, status=200 if waits else 404)


@blueprint.post("/continue/<code:str>")
async def go(request: Request, code: str) -> HTTPResponse:
    """Bring the draft here."""
    house, language = _house(request), pages.wanted_language(request)
    OPENING.check(request.remote_addr or request.ip, language)
    try:
        arrived = await moving.arrive(house, code[:64], request.cookies.get(COOKIE), language)
    except GuituError as error:
        return _page(request, waits=error.code == "phone_taken", wrong=str(error), status=error.status)
    response = redirect("/", status=303)
    keep_cookie(response, house, arrived.token)
    return response


def _page(request: Request, *, waits: bool, wrong: str | None, status: int) -> HTTPResponse:
    language = pages.wanted_language(request)
    answer = pages.page(
        "continue.html", language, demo=_house(request).settings.demo, waits=waits, wrong=wrong, here=request.path
    )
    answer.status = status
    return answer
