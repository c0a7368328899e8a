"""How a page comes to its address: which roles may open it, who is there, and what a refusal looks like.

A page is a function `async def name(desk: Desk, …) -> HTTPResponse` under `@page` (GET) or `@action` (POST) with its roles, or
under `@open_page` and `@open_action` for whoever is on the way in. Nobody else may register a route of the console.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

import structlog
from sanic import Blueprint, Request
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse, redirect

from backend.console.desk import Desk, arrive
from backend.edge.guard import check_origin, secure_answers
from backend.errors import Forbidden, GuituError, NotFound, TryAgain, Unauthorised
from backend.locale.text import T
from backend.security.refusals import Refused, note_refusal
from backend.staff.model import ROLES

log = structlog.get_logger()
blueprint = Blueprint("console", url_prefix="/console")
secure_answers(blueprint)

SIGN_IN = "/console/sign-in"

#: None: what it had to say went out as it came.
type Page = Callable[..., Awaitable[HTTPResponse | None]]


def page(path: str, *roles: str) -> Callable[[Page], Page]:
    """A page to look at, for whoever is signed in with one of `roles` (none named: with any)."""
    return _route("GET", path, roles or ROLES)


def action(path: str, *roles: str) -> Callable[[Page], Page]:
    """What a form does; it carries the session's form token."""
    return _route("POST", path, roles or ROLES)


def open_page(path: str) -> Callable[[Page], Page]:
    """A page for whoever is not signed in yet."""
    return _route("GET", path, None)


def open_action(path: str) -> Callable[[Page], Page]:
    """A form of such a page."""
    return _route("POST", path, None)


def _route(method: str, path: str, roles: tuple[str, ...] | None) -> Callable[[Page], Page]:
    unknown = [role for role in roles or () if role not in ROLES]
    if unknown:
        raise ValueError(f"no such role: {', '.join(unknown)}")

    def register(handler: Page) -> Page:
        @wraps(handler)
        async def guarded(request: Request, **parameters: Any) -> HTTPResponse | None:
            desk = await arrive(request, signed_in=roles is not None)
            check_origin(request, desk.house.settings.public_url)
            if roles is not None and desk.staff.program:
                raise Forbidden(T("这个账号给程序用，不能打开工作台。请用自己的账号登录。"), code="program")
            if roles is not None and not set(roles) & set(desk.staff.roles):
                raise Forbidden(T("这一页不归你的角色用。要用请找管理员加上角色。"), code="wrong_role")
            if method == "POST":
                desk.check_form_token()
            response = await handler(desk, **parameters)
            return desk.finish(response) if response is not None else None

        marked: Any = guarded
        #: None: open to everybody.
        marked.console_roles = roles
        name = f"{handler.__module__.rpartition('.')[2]}_{handler.__name__}"
        blueprint.add_route(guarded, path, methods=[method], name=name, unquote=True)
        return guarded

    return register


@blueprint.exception(GuituError)  # type: ignore[untyped-decorator]
async def refused(request: Request, error: GuituError) -> HTTPResponse:
    """Nobody is left before a bare line: what happened, and the way on."""
    if isinstance(error, Unauthorised) and error.code == "not_signed_in":
        return _to_sign_in(request)
    desk = getattr(request.ctx, "desk", None) or await arrive(request, signed_in=False)
    if desk.signed_in:
        log.warning("refused", actor=desk.staff.actor.name, method=request.method, path=request.path, code=error.code)
        if not isinstance(error, TryAgain):
            await _on_record(desk, request, error)
    retry = error.details.get("retry_after")
    answer = desk.page("error.html", status=error.status, code=error.code, message=desk.refusal(error))
    if retry is not None:
        answer.headers["Retry-After"] = str(retry)
    answer.headers["X-Guitu-Error"] = error.code
    return desk.finish(answer)


async def _on_record(desk: Desk, request: Request, error: GuituError) -> None:
    """An auditor reads what was refused here as what was refused at the interface."""
    route = f"/{request.route.path}" if request.route else ""
    given = (desk.staff.actor.name, request.method, route, error.status, error.code, request.match_info, desk.staff.counties)
    await note_refusal(desk.house, Refused(*given))


@blueprint.exception(SanicException)  # type: ignore[untyped-decorator]
async def framework(request: Request, error: SanicException) -> HTTPResponse:
    """What the framework itself refuses."""
    desk = getattr(request.ctx, "desk", None) or await arrive(request, signed_in=False)
    message = "没有这一页。请从上面的菜单进入。" if error.status_code == 404 else "这个请求处理不了，请回到上一页再试。"
    return desk.finish(desk.page("error.html", status=error.status_code, code=type(error).__name__, message=message))


@blueprint.exception(Exception)  # type: ignore[untyped-decorator]
async def unexpected(request: Request, error: Exception) -> HTTPResponse:
    """A fault of ours: said so, and that nothing was half done."""
    log.error("unexpected error", path=request.path, exc_info=error)
    desk = getattr(request.ctx, "desk", None) or await arrive(request, signed_in=False)
    message = "系统出了点问题，这一步没有做成，也没有做一半。请稍后再试；还不行就告诉管理员。"
    return desk.finish(desk.page("error.html", status=500, code="internal", message=message))


def _to_sign_in(request: Request) -> HTTPResponse:
    if request.headers.get("hx-request") == "true":
        # htmx would put the sign-in page into a corner of this one.
        return HTTPResponse(status=401, headers={"HX-Redirect": SIGN_IN})
    back = request.path + (f"?{request.query_string}" if request.query_string else "")
    if request.method != "GET" or back == "/console":
        return redirect(SIGN_IN, status=303)
    return redirect(f"{SIGN_IN}?next={quote(back, safe='')}", status=303)


def not_there() -> NotFound:
    """For an address that names nothing."""
    return NotFound(T("没有这一页。请从上面的菜单进入。"), code="no_page")
