"""Accounts, for the administrator: who may do what and where; each change is on record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sanic.response import HTTPResponse

from backend.console import words
from backend.console.desk import Desk
from backend.console.paging import Listing, read_page
from backend.console.routes import action, page
from backend.errors import Conflict, GuituError
from backend.locale.text import T
from backend.staff import accounts, service
from backend.staff.model import ROLES, Staff

COLUMNS = ("username", "display_name", "created_at")
STATES = {"active": True, "closed": False, "all": None}


@page("/accounts", "administrator")
async def listing(desk: Desk) -> HTTPResponse:
    """The list: searched, narrowed, sorted and paged in the database."""
    role = desk.asked("role") if desk.asked("role") in ROLES else ""
    state = desk.asked("state") if desk.asked("state") in STATES else "active"
    by = desk.asked("by") if desk.asked("by") in COLUMNS else "username"
    wanted = accounts.Accounts(
        words=desk.asked("words")[:40] or None,
        role=role or None,
        active=STATES[state],
        by=by,
        descending=desk.asked("descending") == "1",
        page=read_page(desk.asked("page")),
    )
    async with desk.house.db.reading() as session:
        found, count = await accounts.listing(session, wanted)
    query = {"words": wanted.words or "", "role": role, "state": state if state != "active" else ""}
    shown = Listing("/console/accounts", query, by, wanted.descending, page=wanted.page, count=count, limit=wanted.limit)
    return desk.page(
        "accounts/list.html",
        accounts=found,
        listing=shown,
        role=role,
        state=state,
        asked=wanted.words or "",
        roles_for_choice=[("", desk.say(T("全部"))), *((each, desk.say(words.ROLES[each])) for each in ROLES)],
        account_value=value_of(desk),
    )


@page("/accounts/new", "administrator")
async def new(desk: Desk) -> HTTPResponse:
    """The form of a new account."""
    return _form(desk, None)


@action("/accounts/new", "administrator")
async def create(desk: Desk) -> HTTPResponse:
    """Make it, and show its first password this once."""
    username, password = desk.form.one("username").lower(), service.generate_password()
    try:
        await accounts.create(desk.house, desk.staff.actor.name, username, password, **_scope(desk))
    except GuituError as error:
        return _form(desk, None, wrong=desk.refusal(error), status=error.status)
    return desk.page("accounts/first-password.html", username=username, password=password)


@page("/accounts/<username:str>", "administrator")
async def one(desk: Desk, username: str) -> HTTPResponse:
    """One account, to be changed."""
    return await _show(desk, username)


@action("/accounts/<username:str>", "administrator")
async def change(desk: Desk, username: str) -> HTTPResponse:
    """Another name, roles, counties, department."""
    version = desk.form.number("version")
    try:
        await accounts.change(desk.house, desk.staff.actor.name, username, version, **_scope(desk))
    except GuituError as error:
        if error.status == 404:
            raise
        # What somebody else has changed is shown; what was typed on the older one is not put over it.
        return await _show(desk, username, desk.refusal(error), error.status, typed=not isinstance(error, Conflict))
    return desk.go(f"/console/accounts/{username}", T("已保存，从他的下一次操作起生效。"))


@action("/accounts/<username:str>/active", "administrator")
async def active(desk: Desk, username: str) -> HTTPResponse:
    """Close or open it."""
    wanted = desk.form.one("active") == "1"
    try:
        await accounts.set_active(desk.house, desk.staff.actor.name, username, desk.form.number("version"), wanted)
    except Conflict as error:
        return await _show(desk, username, desk.refusal(error), error.status)
    return desk.go(f"/console/accounts/{username}", T("账号已启用。") if wanted else T("账号已停用，登录都已退出。"))


@action("/accounts/<username:str>/password", "administrator")
async def password(desk: Desk, username: str) -> HTTPResponse:
    """A new first password, shown this once."""
    given = await accounts.reset_password(desk.house, desk.staff.actor.name, username)
    return desk.page("accounts/first-password.html", username=username, password=given)


@action("/accounts/<username:str>/second-factor", "administrator")
async def factor(desk: Desk, username: str) -> HTTPResponse:
    """Take the second factor off: the next signing-in sets up another."""
    await accounts.reset_second_factor(desk.house, username, desk.staff.actor.name)
    return desk.go(f"/console/accounts/{username}", T("验证器已解除，下次登录时重新绑定。"))


@action("/accounts/<username:str>/sign-out", "administrator")
async def sign_out(desk: Desk, username: str) -> HTTPResponse:
    """End every session of theirs."""
    await accounts.end_sessions(desk.house, username, desk.staff.actor.name)
    return desk.go(f"/console/accounts/{username}", T("已在所有设备上退出。"))


def value_of(desk: Desk) -> Callable[[str, Any], str]:
    """What a field of an account was, as the record of its changes shows it."""

    def shown(name: str, value: Any) -> str:
        if value is None:
            return desk.say(T("全省")) if name == "counties" else "—"
        if name == "roles":
            return "、".join(desk.say(words.named(words.ROLES, role)) for role in value)
        if name == "counties":
            known = desk.house.catalogue.counties
            return "、".join(desk.say(known[code].name) if code in known else code for code in value)
        if name == "department" and value in desk.house.catalogue.departments:
            return desk.say(desk.house.catalogue.departments[value].short)
        return str(value)

    return shown


def _scope(desk: Desk) -> dict[str, Any]:
    form = desk.form
    return {
        "display_name": form.one("display_name"),
        "roles": form.all("roles"),
        "counties": form.all("counties") or None,
        "department": form.one("department") or None,
    }


async def _show(desk: Desk, username: str, wrong: str | None = None, status: int = 200, *, typed: bool = False) -> HTTPResponse:
    async with desk.house.db.reading() as session:
        account, events = await accounts.one(session, username)
    return _form(desk, account, events=events, wrong=wrong, status=status, typed=typed)


def _form(
    desk: Desk,
    account: Staff | None,
    *,
    events: Any = (),
    wrong: str | None = None,
    status: int = 200,
    typed: bool = True,
) -> HTTPResponse:
    scope: Mapping[str, Any] = {"display_name": "", "roles": [], "counties": None, "department": None}
    if desk.request.method == "POST" and typed and "display_name" in desk.form.fields:
        scope = _scope(desk)
    elif account is not None:
        scope = service.scope_of(account)
    catalogue = desk.house.catalogue
    return desk.page(
        "accounts/one.html",
        status=status,
        account=account,
        scope=scope,
        username=desk.form.one("username"),
        roles=ROLES,
        cities=_by_city(desk),
        departments=[("", "—"), *((code, desk.say(each.short)) for code, each in catalogue.departments.items())],
        events=events,
        account_value=value_of(desk),
        wrong=wrong,
    )


def _by_city(desk: Desk) -> dict[str, list[tuple[str, str]]]:
    """Counties under the city whose four digits they begin with, in the catalogue's order."""
    cities: dict[str, list[tuple[str, str]]] = {}
    for code, county in desk.house.catalogue.counties.items():
        cities.setdefault(desk.say(county.city), []).append((code, desk.say(county.short)))
    return cities
