"""Replies at hand (常用语) for those who attend to conversations: everybody's and each county's own."""

from __future__ import annotations

from typing import Any

from sanic.response import HTTPResponse

from backend.administration import service as administration
from backend.console.desk import Desk
from backend.console.paging import Listing, read_page
from backend.console.routes import action, page
from backend.console.settings import HOME, KEEPERS, changes_of, counties_of
from backend.errors import GuituError
from backend.locale.text import T
from backend.takeover import service
from backend.takeover.canned.repository import SHARED
from backend.takeover.canned.service import MOST_ON_PAGE

LIST = f"{HOME}/replies"
LONGEST_TITLE, LONGEST_TEXT = 40, 1000


@page("/settings/replies", *KEEPERS)
async def listing(desk: Desk) -> HTTPResponse:
    """The list, everybody's first."""
    counties = counties_of(desk)
    county = desk.asked("county") if desk.asked("county") in (SHARED, *dict(counties)) else ""
    at = read_page(desk.asked("page"))
    found, count = await service.canned_page(desk.house, desk.staff, county or None, at)
    return desk.page(
        "settings/replies.html",
        replies=found,
        names=dict(counties),
        listing=Listing(LIST, {"county": county}, page=at, count=count, limit=MOST_ON_PAGE),
        county=county,
        counties=[("", desk.say(T("全部"))), (SHARED, desk.say(T("全省共用"))), *counties],
        place=LIST,
    )


@page("/settings/replies/new", *KEEPERS)
async def new(desk: Desk) -> HTTPResponse:
    """The form of a new one."""
    return await _show(desk, None)


@action("/settings/replies/new", *KEEPERS)
async def create(desk: Desk) -> HTTPResponse:
    """Keep it."""
    try:
        title, text = _given(desk)
        county = desk.form.one("county") or None
        if county is not None and county not in desk.house.catalogue.counties:
            raise GuituError("请选县（市、区）。", code="unknown_county")
        await service.save_canned(desk.house, desk.staff, title, text, county=county)
    except GuituError as error:
        return await _show(desk, None, error)
    return desk.go(LIST, T("常用语已存好，接待时就能用。"))


@page("/settings/replies/<reply:str>", *KEEPERS)
async def one(desk: Desk, reply: str) -> HTTPResponse:
    """One, to be changed."""
    return await _show(desk, await service.one_canned(desk.house, desk.staff, reply))


@action("/settings/replies/<reply:str>", *KEEPERS)
async def change(desk: Desk, reply: str) -> HTTPResponse:
    """Another title or text."""
    found = await service.one_canned(desk.house, desk.staff, reply)
    try:
        title, text = _given(desk)
        await service.save_canned(desk.house, desk.staff, title, text, reply_id=reply, version=desk.form.number("version"))
    except GuituError as error:
        return await _show(desk, found, error)
    return desk.go(LIST, T("常用语已改好。"))


@action("/settings/replies/<reply:str>/delete", *KEEPERS)
async def delete(desk: Desk, reply: str) -> HTTPResponse:
    """Forget it; what it was stays on record."""
    found = await service.one_canned(desk.house, desk.staff, reply)
    try:
        await service.delete_canned(desk.house, desk.staff, reply, desk.form.number("version"))
    except GuituError as error:
        return await _show(desk, found, error)
    return desk.go(LIST, T("常用语已删除。"))


def _given(desk: Desk) -> tuple[str, str]:
    title, text = desk.form.one("title"), desk.form.one("text")
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise GuituError(f"标题要写 1 到 {LONGEST_TITLE} 个字。", code="bad_title")
    if not 1 <= len(text) <= LONGEST_TEXT:
        raise GuituError(f"内容要写 1 到 {LONGEST_TEXT} 个字。", code="bad_text")
    return title, text


async def _show(desk: Desk, reply: dict[str, Any] | None, error: GuituError | None = None) -> HTTPResponse:
    events: list[Any] = []
    if reply is not None:
        async with desk.house.db.reading() as session:
            found = await administration.history(session, administration.REPLY, reply["id"])
        events = [(each, changes_of(desk, each)) for each in found]
        if error is not None and error.status == 409:
            # What somebody else has changed is shown beside what was typed, which then goes over it knowingly.
            reply = await service.one_canned(desk.house, desk.staff, reply["id"])
    shown = {"title": desk.form.one("title"), "text": desk.form.one("text")} if error is not None else reply
    counties = counties_of(desk)
    everybody = [("", desk.say(T("全省共用")))] if desk.staff.counties is None else []
    return desk.page(
        "settings/reply.html",
        status=error.status if error is not None else 200,
        reply=reply,
        shown=shown or {"title": "", "text": ""},
        county=desk.form.one("county"),
        counties=[*everybody, *counties],
        of=dict(counties).get(reply["county"] or "", "") if reply else "",
        events=events,
        place=LIST,
        wrong=str(error) if error is not None else None,
    )
