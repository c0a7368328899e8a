"""Where help at the window begins: a draft is found, or a new one opened. # notice 六(一), 六(三)"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sanic.response import HTTPResponse

from backend.assisting import repository, rules, service
from backend.console.cases import NUMBER
from backend.console.desk import Desk
from backend.console.paging import Listing
from backend.console.routes import action, page
from backend.errors import GuituError
from backend.interview.checks import check_mobile
from backend.interview.flow import CONSENTS
from backend.locale.text import T, render
from backend.security.masking import mask_mobile, mask_name

LIST = "/console/assist"
LIMIT = 20
_KEY = re.compile(r"[\w-]{8,40}")


@dataclass(frozen=True)
class Line:
    """One draft in a list, masked."""

    id: str
    name: str
    mobile: str
    filled: int
    at: datetime
    code: str | None


@page("/assist", "window")
async def start(desk: Desk) -> HTTPResponse:
    """Who is to be helped: a draft that there is, or a new one."""
    return await _start(desk)


async def _start(desk: Desk, error: GuituError | None = None) -> HTTPResponse:
    asked = (desk.form.one("mobile") or desk.asked("words"))[:200]
    if (number := NUMBER.search(asked)) and error is None:
        return desk.go(f"/console/intake/{number.group().upper()}")
    mobile, code = _mobile(asked), rules.code_in(asked)
    house, actor = desk.house, desk.staff.actor
    cursor = desk.asked("after") or None
    async with house.db.reading() as session:
        found = await service.find(session, house, actor, mobile=mobile, code=None if mobile else code) if asked else []
        recent = await repository.recent(session, actor, _cursor(cursor), LIMIT)
    lines = [
        _line(each.row.id, each.draft.answers, each.row.updated_at, each.helped.code if each.helped else None) for each in found
    ]
    mine = [_line(row.id, row.content["answers"], row.updated_at, assist.code) for assist, row in recent]
    after = f"{recent[-1][0].opened_at.isoformat()}~{recent[-1][0].draft_id}" if len(recent) == LIMIT else None
    return desk.page(
        "assist/start.html",
        status=error.status if error is not None else 200,
        asked=asked,
        mobile=mobile or "",
        found=lines,
        mine=mine,
        listing=Listing(LIST, cursor=cursor, after=after),
        key=secrets.token_urlsafe(12),
        spaced=rules.spaced,
        wrong=error,
    )


def _line(draft_id: str, answers: Any, at: datetime, code: str | None) -> Line:
    name, mobile = answers.get("name"), answers.get("mobile")
    filled = len([each for each in answers if each not in CONSENTS])
    return Line(draft_id, mask_name(str(name)) if name else "", mask_mobile(str(mobile)) if mobile else "", filled, at, code)


def _mobile(asked: str) -> str | None:
    return check_mobile(asked).value if re.fullmatch(r"[\d\s+\-]{11,20}", asked.strip()) else None


def _cursor(given: str | None) -> tuple[datetime, str] | None:
    moment, _, last = (given or "").partition("~")
    try:
        instant = datetime.fromisoformat(moment.replace(" ", "+"))
    except ValueError:
        return None
    return (instant, last) if instant.tzinfo is not None and last else None


@action("/assist/new", "window")
async def new(desk: Desk) -> HTTPResponse:
    """A new draft. Pressed twice it is one."""
    key, typed = desk.form.one("key"), desk.form.one("mobile")
    try:
        if not _KEY.fullmatch(key):
            raise GuituError(T("这一页不完整，请刷新后再试。"), code="invalid")
        checked = check_mobile(typed) if typed else None
        if checked is not None and checked.problem is not None:
            raise GuituError(render(checked.problem), code="invalid_mobile")
        draft = await service.begin(desk.house, desk.staff.actor, key, checked.value if checked else None)
    except GuituError as error:
        return await _start(desk, error)
    return desk.go(f"{LIST}/{draft}")


@action("/assist/<draft:str>/open", "window")
async def go_on(desk: Desk, draft: str) -> HTTPResponse:
    """Go on with one that was begun elsewhere, after proof."""
    try:
        await service.go_on(desk.house, desk.staff.actor, draft, desk.form.one("proof"))
    except GuituError as error:
        if error.status == 404:
            raise
        return await _start(desk, error)
    return desk.go(f"{LIST}/{draft}")
