"""One's own account: where one is signed in, another password, the authenticator and its recovery codes."""

from __future__ import annotations

from sanic.response import HTTPResponse

from backend.console.accounts import value_of
from backend.console.desk import Desk
from backend.console.routes import SIGN_IN, action, page
from backend.errors import GuituError
from backend.locale.text import T
from backend.staff import own


@page("/me")
async def me(desk: Desk) -> HTTPResponse:
    """The page."""
    return await _page(desk)


@action("/me/password")
async def password(desk: Desk) -> HTTPResponse:
    """Another password; every other session ends."""
    form = desk.form
    try:
        if form.one("password") != form.one("again"):
            raise GuituError(T("两次输入的不一样，请再输一遍。"), code="not_the_same")
        await own.change_password(desk.house, desk.token or "", desk.staff, form.one("now"), form.one("password"), desk.address)
    except GuituError as error:
        return await _page(desk, desk.refusal(error), error.status)
    return desk.go("/console/me", T("密码已经换好，其他设备上的登录都已退出。"))


@action("/me/recovery-codes")
async def recovery_codes(desk: Desk) -> HTTPResponse:
    """Ten new recovery codes in place of the old ones, shown once."""
    if not desk.staff.proved:
        return desk.go("/console/prove?next=/console/me")
    codes = await own.renew_recovery_codes(desk.house, desk.staff)
    return desk.page("sign-in/recovery.html", codes=codes, next="/console/me")


async def _page(desk: Desk, wrong: str | None = None, status: int = 200) -> HTTPResponse:
    shown = await own.overview(desk.house, desk.staff, desk.token or "")
    set_up = f"{SIGN_IN}/second-factor?next=/console/me"
    return desk.page("me.html", status=status, wrong=wrong, own=shown, set_up=set_up, account_value=value_of(desk))
