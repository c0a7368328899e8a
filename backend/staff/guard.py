"""Which requests a member of staff may make: every staff endpoint names its roles here, and nowhere else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Concatenate

from sanic import Request
from sanic.response import HTTPResponse

from backend.edge.guard import check_origin
from backend.errors import Forbidden
from backend.house import House
from backend.staff.model import ROLES
from backend.staff.sessions import LONGEST, SignedIn, who_is

COOKIE = "guitu_staff"
BEARER = "Bearer "

type Handler = Callable[..., Awaitable[HTTPResponse]]
#: Called with the request, who is signed in, and the route's own parameters.
type StaffHandler[**P] = Callable[Concatenate[Request, SignedIn, P], Awaitable[HTTPResponse]]


def token_of(request: Request) -> str | None:
    """The session's token: a program sends it as a bearer, a browser in its cookie."""
    given: str = request.headers.get("authorization", "")
    if given.startswith(BEARER):
        return given.removeprefix(BEARER)
    return request.cookies.get(COOKIE)


def address_of(request: Request) -> str:
    """Where a request comes from, as far as we are told."""
    return str(request.remote_addr or request.ip)


def give_cookie(response: HTTPResponse, house: House, token: str) -> None:
    """Let the browser keep a session's token where no script reads it and no other site's page sends it."""
    response.add_cookie(
        COOKIE,
        token,
        httponly=True,
        samesite="Strict",
        secure=house.settings.public_url.startswith("https://"),
        max_age=int(LONGEST.total_seconds()),
        path="/",
    )


def staff_only[**P](*roles: str) -> Callable[[StaffHandler[P]], Handler]:
    """Let a request through for whoever is signed in with one of `roles` (none named: with any); the handler gets them.

    401 when nobody is signed in, 403 for other roles and for a change that another site's page made.
    """
    unknown = [role for role in roles if role not in ROLES]
    if unknown:
        raise ValueError(f"no such role: {', '.join(unknown)}")

    def guard(handler: StaffHandler[P]) -> Handler:
        @wraps(handler)
        async def guarded(request: Request, *args: P.args, **kwargs: P.kwargs) -> HTTPResponse:
            house: House = request.app.ctx.house
            check_origin(request, house.settings.public_url)
            staff = await who_is(house, token_of(request))
            # Who was refused something stands in the record with it.
            request.ctx.actor, request.ctx.counties = staff.actor.name, staff.counties
            if roles and not set(roles) & set(staff.roles):
                raise Forbidden("这一步不归你的角色办。要办请找管理员加上角色。", code="wrong_role", roles=list(roles))
            return await handler(request, staff, *args, **kwargs)

        set_roles: Any = guarded
        set_roles.staff_roles = roles or ROLES
        return guarded

    return guard
