"""Signing in for staff.

POST   /api/staff/session {username, password, code}   201 {token, staff}; the token is set as a cookie too

`code`: of the second factor; an account for programs (`guitu staff add --program`) has none. 401 `second_factor` when it is
asked for or is wrong, 403 `not_set_up` when a first password or a second factor is still to be chosen in the console.
DELETE /api/staff/session                        204
GET    /api/staff/me                             {staff}
"""

from __future__ import annotations

from typing import Any

from sanic import Blueprint, Request, empty, json
from sanic.response import HTTPResponse

from backend.edge.guard import check_origin, secure_answers
from backend.edge.reading import read_json
from backend.house import House
from backend.staff.guard import COOKIE, address_of, give_cookie, staff_only, token_of
from backend.staff.schemas import SignInIn
from backend.staff.sessions import SignedIn, sign_in, sign_out

blueprint = Blueprint("staff", url_prefix="/api/staff")


secure_answers(blueprint)


def as_json(staff: SignedIn) -> dict[str, Any]:
    """Who is signed in, for their own eyes."""
    return {
        "username": staff.username,
        "display_name": staff.display_name,
        "roles": list(staff.roles),
        "counties": list(staff.counties) if staff.counties is not None else None,
        "department": staff.department,
    }


@blueprint.post("/session")
async def begin(request: Request) -> HTTPResponse:
    """Sign in."""
    house: House = request.app.ctx.house
    check_origin(request, house.settings.public_url)
    given = read_json(request, SignInIn)
    token, staff = await sign_in(house, given.username, given.password, given.code, address_of(request))
    response = json({"token": token, "staff": as_json(staff)}, status=201)
    give_cookie(response, house, token)
    return response


@blueprint.delete("/session")
@staff_only()
async def end(request: Request, _staff: SignedIn) -> HTTPResponse:
    """Sign out."""
    await sign_out(request.app.ctx.house, token_of(request))
    response = empty()
    response.delete_cookie(COOKIE, path="/")
    return response


@blueprint.get("/me")
@staff_only()
async def me(_request: Request, staff: SignedIn) -> HTTPResponse:
    """Who is signed in."""
    return json({"staff": as_json(staff)})
