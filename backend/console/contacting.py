"""Writing first to an applicant, and how long veterans waited for an answer."""

from __future__ import annotations

import re
import secrets

from sanic.response import HTTPResponse

from backend.clock import local, now
from backend.console.cases import NUMBER
from backend.console.conversation import KEY
from backend.console.conversations import LIST
from backend.console.desk import Desk
from backend.console.routes import action, page
from backend.errors import GuituError
from backend.locale.text import T
from backend.takeover import service
from backend.takeover.service import ROLES


@page("/conversations/start", *ROLES)
async def begin(desk: Desk) -> HTTPResponse:
    """To whom, and what."""
    return await _form(desk, desk.asked("case"))


@action("/conversations/start", *ROLES)
async def start(desk: Desk) -> HTTPResponse:
    """Send it; the conversation is the sender's then."""
    number, text, key = _number(desk.form.one("case")), desk.form.one("text"), desk.form.one("key")
    try:
        if not number:
            raise GuituError("请写申请编号，比如 TY-3501-26-000123。", code="no_case")
        if not text:
            raise GuituError("请写要发的话。", code="no_text")
        if not KEY.fullmatch(key):
            raise GuituError("这一页不完整，请刷新后再试。", code="invalid")
        done = await service.start(desk.house, desk.staff, number, text, key)
    except GuituError as error:
        return await _form(desk, number or desk.form.one("case"), error)
    return desk.go(f"{LIST}/{done['conversation']['conversation']}", T("发给本人了，由你接待。"))


def _number(given: str) -> str:
    found = NUMBER.search(given[:200])
    return found.group().upper() if found else ""


async def _form(desk: Desk, asked: str, error: GuituError | None = None) -> HTTPResponse:
    whom = None
    if number := _number(asked):
        try:
            whom = await service.where(desk.house, desk.staff, number)
        except GuituError as refusal:
            error = error or refusal
    return desk.page(
        "conversations/start.html",
        status=error.status if error is not None else 200,
        whom=whom,
        number=number or asked[:40],
        typed=desk.form.one("text"),
        key=desk.form.one("key") or secrets.token_urlsafe(12),
        refused=str(error) if error is not None else None,
    )


@page("/conversations/measures", *ROLES)
async def measures(desk: Desk) -> HTTPResponse:
    """Of one month, by county, in minutes of office hours."""
    asked = desk.asked("month")
    month = asked if re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", asked) else f"{local(now()):%Y-%m}"
    return desk.page("conversations/measures.html", **await service.measures(desk.house, desk.staff, month))
