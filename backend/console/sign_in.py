"""Signing in, a step a page: password, second factor, a password of one's own, the authenticator; and out again."""

from __future__ import annotations

import base64

from sanic.response import HTTPResponse

from backend.console.desk import Desk
from backend.console.routes import SIGN_IN, action, open_action, open_page, page
from backend.errors import GuituError, TooMany, Unauthorised
from backend.locale.text import T
from backend.staff import rules, second_factor, sessions
from backend.staff.guard import COOKIE, give_cookie
from backend.staff.sessions import Coming

#: stage → its page.
STEPS = {
    rules.CODE: f"{SIGN_IN}/code",
    rules.NEW_PASSWORD: f"{SIGN_IN}/password",
    rules.SET_UP: f"{SIGN_IN}/second-factor",
    rules.FULL: "/console",
}


def _on(desk: Desk, coming: Coming) -> HTTPResponse:
    """To the next step with its new token; the last one leads to where somebody wanted to go."""
    wanted = desk.back(desk.form.one("next"))
    path = STEPS[coming.stage]
    if coming.stage == rules.FULL:
        path = wanted
    elif wanted != "/console":
        path = f"{path}?next={wanted}"
    response = desk.go(path)
    give_cookie(response, desk.house, coming.token)
    return response


@open_page("/sign-in")
async def begin(desk: Desk) -> HTTPResponse:
    """Name and password."""
    if desk.signed_in:
        return desk.go(desk.back(desk.asked("next")))
    return desk.page("sign-in/password.html", username="", wrong=None, next=desk.back(desk.asked("next")))


@open_action("/sign-in")
async def password(desk: Desk) -> HTTPResponse:
    """Look at name and password."""
    username = desk.form.one("username")[:40].lower()
    try:
        coming = await sessions.begin(desk.house, username, desk.form.one("password"), desk.address)
    except (Unauthorised, TooMany) as error:
        again = {"username": username, "wrong": desk.refusal(error), "next": desk.back(desk.form.one("next"))}
        return desk.page("sign-in/password.html", status=error.status, **again)
    return _on(desk, coming)


@open_page("/sign-in/code")
async def ask_code(desk: Desk) -> HTTPResponse:
    """The code of the second factor."""
    await sessions.coming_in(desk.house, desk.token, rules.CODE)
    return desk.page("sign-in/code.html", wrong=None, next=desk.back(desk.asked("next")))


@open_action("/sign-in/code")
async def code(desk: Desk) -> HTTPResponse:
    """Look at the code."""
    try:
        coming = await sessions.show_code(desk.house, desk.token or "", desk.form.one("code"), desk.address)
    except (Unauthorised, TooMany) as error:
        if error.code == "not_signed_in":
            raise
        return desk.page(
            "sign-in/code.html", status=error.status, wrong=desk.refusal(error), next=desk.back(desk.form.one("next"))
        )
    return _on(desk, coming)


@open_page("/sign-in/password")
async def ask_password(desk: Desk) -> HTTPResponse:
    """A password of one's own in place of the first one."""
    staff = await sessions.coming_in(desk.house, desk.token, rules.NEW_PASSWORD)
    return desk.page("sign-in/own-password.html", username=staff.username, wrong=None, next=desk.back(desk.asked("next")))


@open_action("/sign-in/password")
async def own_password(desk: Desk) -> HTTPResponse:
    """Take it."""
    staff = await sessions.coming_in(desk.house, desk.token, rules.NEW_PASSWORD)
    try:
        chosen = desk.form.one("password")
        if chosen != desk.form.one("again"):
            raise GuituError(T("两次输入的不一样，请再输一遍。"), code="not_the_same")
        coming = await sessions.choose_password(desk.house, desk.token or "", chosen)
    except GuituError as error:
        if error.code == "not_signed_in":
            raise
        again = {"username": staff.username, "wrong": desk.refusal(error), "next": desk.back(desk.form.one("next"))}
        return desk.page("sign-in/own-password.html", status=error.status, **again)
    return _on(desk, coming)


@open_page("/sign-in/second-factor")
async def ask_factor(desk: Desk) -> HTTPResponse:
    """The QR code of a new authenticator. Also for who is at work and wants one."""
    staff = await sessions.coming_in(desk.house, desk.token, rules.SET_UP, rules.FULL)
    return _factor_page(desk, staff.username, second_factor.new_secret())


@open_action("/sign-in/second-factor")
async def factor(desk: Desk) -> HTTPResponse:
    """Bind it, and show the recovery codes: this once."""
    staff = await sessions.coming_in(desk.house, desk.token, rules.SET_UP, rules.FULL)
    secret = desk.form.one("secret")
    if not second_factor.is_secret(secret):
        raise GuituError(T("这一页不完整，请刷新后再试。"), code="invalid")
    if desk.signed_in and desk.staff.has_factor and not desk.staff.proved:
        return desk.go(f"/console/prove?next={SIGN_IN}/second-factor")
    try:
        coming, codes = await sessions.bind_factor(desk.house, desk.token or "", secret, desk.form.one("code"))
    except GuituError as error:
        if error.code == "not_signed_in":
            raise
        return _factor_page(desk, staff.username, secret, desk.refusal(error), error.status)
    desk.token = desk.seed = coming.token
    answer = desk.page("sign-in/recovery.html", codes=codes, next=desk.back(desk.form.one("next")))
    give_cookie(answer, desk.house, coming.token)
    return answer


def _factor_page(desk: Desk, username: str, secret: str, wrong: str | None = None, status: int = 200) -> HTTPResponse:
    picture = base64.b64encode(second_factor.qr_png(second_factor.address_of(username, secret))).decode()
    spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    shown = {"secret": secret, "spaced": spaced, "picture": picture, "wrong": wrong}
    wanted = desk.back(desk.asked("next") or desk.form.one("next"))
    return desk.page("sign-in/second-factor.html", status=status, next=wanted, **shown)


@action("/sign-out")
async def out(desk: Desk) -> HTTPResponse:
    """End this session."""
    await sessions.sign_out(desk.house, desk.token)
    return _gone(desk)


@action("/sign-out/everywhere")
async def out_everywhere(desk: Desk) -> HTTPResponse:
    """End every session of this person."""
    await sessions.sign_out_everywhere(desk.house, desk.staff)
    return _gone(desk)


def _gone(desk: Desk) -> HTTPResponse:
    response = desk.go(SIGN_IN)
    response.delete_cookie(COOKIE, path="/")
    return response


@page("/prove")
async def ask_proof(desk: Desk) -> HTTPResponse:
    """Show again that it is you, before something masked is opened."""
    return desk.page("sign-in/prove.html", wrong=None, next=desk.back(desk.asked("next")))


@action("/prove")
async def prove(desk: Desk) -> HTTPResponse:
    """Look at the password or code."""
    wanted = desk.back(desk.form.one("next"))
    try:
        await sessions.prove(desk.house, desk.token or "", desk.staff, desk.form.one("proof"), desk.address)
    except (Unauthorised, TooMany) as error:
        return desk.page("sign-in/prove.html", status=error.status, wrong=desk.refusal(error), next=wanted)
    return desk.go(wanted, T("身份已确认，5 分钟内有效。"))
