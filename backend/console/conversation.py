"""One conversation at the desk: its transcript, live, and what the one who attends to it may do."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Awaitable
from contextlib import aclosing
from typing import Any

from sanic.response import HTTPResponse, empty

from backend.console.conversations import LIST
from backend.console.desk import Desk
from backend.console.live import event, piece, read, still_there, stream
from backend.console.routes import action, page
from backend.conversations.messages import Link
from backend.dialogue.model import OUTCOMES
from backend.edge.reading import read_seq
from backend.errors import GuituError
from backend.locale.text import T, Text
from backend.takeover import feed, service
from backend.takeover.service import ROLES

#: By which a form that is sent twice is known.
KEY = re.compile(r"[\x21-\x7e]{1,64}")


@page("/conversations/<conversation:str>", *ROLES)
async def one(desk: Desk, conversation: str) -> HTTPResponse:
    """One, with what was said last, or before `before`. The look is on record."""
    return await show(desk, conversation)


@page("/conversations/<conversation:str>/live", *ROLES)
async def live(desk: Desk, conversation: str) -> HTTPResponse | None:
    """What is said, who types, what was seen; and a word when somebody else has it now."""
    after = read_seq(desk.request, "after", text=desk.request.headers.get("last-event-id"))
    await stream(desk, _events(desk, conversation, after, read_seq(desk.request, "version"), read_seq(desk.request, "said")))
    return None


async def _events(desk: Desk, conversation: str, after: int, version: int, said: int) -> AsyncIterator[str]:
    """`version`: of the page · `said`: seq of the last message of staff on it."""
    news = feed.conversation_events(desk.house, desk.request.app.ctx.live, desk.staff, conversation, after)
    async with aclosing(news) as changes:  # type: ignore[type-var]
        async for change in changes:
            name, data, number = read(change)
            if name != "typing" and not await still_there(desk):
                return
            if name == "message":
                yield event("message", piece(desk, "conversations/message.html", message=data), number)
                if data["author"] == "staff":
                    said = data["seq"]
                    yield event("seen", "")
            elif name == "seen":
                yield event("seen", desk.say(T("本人已看到。")) if said and data["seq"] >= said else "")
            elif name == "typing":
                yield event("typing", desk.say(T("对方正在输入……")) if data["on"] else "")
            elif name == "note":
                yield event("note", piece(desk, "conversations/note.html", note=data))
            elif name == "owner" and data["version"] != version:
                version = data["version"]
                yield event("owner", piece(desk, "conversations/moved.html", owner=data, conversation=conversation))
            elif name == "gone":
                yield event("gone", "")
            elif not name:
                yield change


@action("/conversations/<conversation:str>/claim", *ROLES)
async def claim(desk: Desk, conversation: str) -> HTTPResponse:
    """Take on who waits; who presses second is told who has it."""
    doing = service.claim(desk.house, desk.staff, conversation, desk.form.number("version"))
    return await _do(desk, conversation, doing, T("由你接待了，本人已知道。"))


@action("/conversations/<conversation:str>/take", *ROLES)
async def take(desk: Desk, conversation: str) -> HTTPResponse:
    """A supervisor takes it over."""
    doing = service.take(desk.house, desk.staff, conversation, desk.form.number("version"))
    return await _do(desk, conversation, doing, T("由你接待了，本人已知道。"))


@action("/conversations/<conversation:str>/reply", *ROLES)
async def reply(desk: Desk, conversation: str) -> HTTPResponse:
    """Answer. Without a script a picked reply goes out as it is when nothing was typed."""
    try:
        text = desk.form.one("text") or desk.form.one("canned")
        key = desk.form.one("key")
        if not text:
            raise GuituError(T("请写要回的话。"), code="no_text")
        if not KEY.fullmatch(key):
            raise GuituError(T("这一页不完整，请刷新后再试。"), code="invalid")
        version, link = desk.form.number("version"), _link(desk)
        await service.reply(desk.house, desk.staff, conversation, version, text, key, link)
    except GuituError as error:
        if not desk.partial or error.status not in (400, 409):
            return await show(desk, conversation, error)
        return await _reply_form(
            desk, typed=desk.form.one("text"), key=desk.form.one("key"), wrong=desk.refusal(error), **_address(desk)
        )
    if desk.partial:
        return await _reply_form(desk)
    return desk.go(f"{LIST}/{conversation}#end")


def _link(desk: Desk) -> Link | None:
    url = desk.form.one("url")
    return Link(desk.form.one("label")[:60] or url[:60], url) if url else None


def _address(desk: Desk) -> dict[str, str]:
    return {"address": desk.form.one("url"), "address_label": desk.form.one("label")}


async def _reply_form(desk: Desk, **context: Any) -> HTTPResponse:
    here = desk.request.path.rpartition("/")[0]
    context = {"typed": "", "wrong": None, "address": "", "address_label": "", **context, "place": here}
    context["key"] = context.get("key") or secrets.token_urlsafe(12)
    canned = (await service.canned(desk.house, desk.staff))["replies"]
    return desk.page("conversations/reply.html", version=desk.form.number("version"), canned=canned, **context)


@action("/conversations/<conversation:str>/note", *ROLES)
async def note(desk: Desk, conversation: str) -> HTTPResponse:
    """An internal note."""
    try:
        if not desk.form.one("note"):
            raise GuituError(T("请写备注的内容。"), code="no_text")
        await service.note(desk.house, desk.staff, conversation, desk.form.one("note"))
    except GuituError as error:
        return await show(desk, conversation, error)
    return desk.go(f"{LIST}/{conversation}", T("备注记下了。"))


@action("/conversations/<conversation:str>/transfer", *ROLES)
async def transfer(desk: Desk, conversation: str) -> HTTPResponse:
    """To a colleague, or into another county's queue."""
    kind, _, name = desk.form.one("target").partition(":")
    where = {"to": name if kind == "to" else None, "county": name if kind == "county" else None}
    text = desk.form.one("text")[:500] or None
    doing = service.transfer(desk.house, desk.staff, conversation, desk.form.number("version"), text=text, **where)
    return await _do(desk, conversation, doing, T("已经转交。"), LIST)


@action("/conversations/<conversation:str>/release", *ROLES)
async def release(desk: Desk, conversation: str) -> HTTPResponse:
    """Back to the bot, at a chosen step."""
    step = desk.form.one("step") or None
    doing = service.give_back(desk.house, desk.staff, conversation, desk.form.number("version"), step=step)
    return await _do(desk, conversation, doing, T("已交回机器人，它会接着问。"), LIST)


@action("/conversations/<conversation:str>/close", *ROLES)
async def close(desk: Desk, conversation: str) -> HTTPResponse:
    """With a result."""
    outcome, text = desk.form.one("outcome"), desk.form.one("text")[:500] or None
    version = desk.form.number("version")
    if outcome not in OUTCOMES:
        return await show(desk, conversation, GuituError(T("请选一个结果。"), code="invalid"))
    return await _do(
        desk, conversation, service.close(desk.house, desk.staff, conversation, version, outcome, text), T("对话已结束。"), LIST
    )


@action("/conversations/<conversation:str>/seen", *ROLES)
async def seen(desk: Desk, conversation: str) -> HTTPResponse:
    """The open page shows messages up to this one."""
    await service.seen(desk.house, desk.staff, conversation, desk.form.number("seq"))
    return empty()


@action("/conversations/<conversation:str>/typing", *ROLES)
async def typing(desk: Desk, conversation: str) -> HTTPResponse:
    """Show the veteran that somebody types."""
    await service.typing(desk.house, desk.staff, conversation, desk.form.one("on") == "1")
    return empty()


async def _do(desk: Desk, conversation: str, doing: Awaitable[Any], said: Text, then: str | None = None) -> HTTPResponse:
    """Do it; a refusal is shown on the page with how things stand now."""
    try:
        await doing
    except GuituError as error:
        return await show(desk, conversation, error)
    return desk.go(then or f"{LIST}/{conversation}", said)


async def show(desk: Desk, conversation: str, error: GuituError | None = None) -> HTTPResponse:
    """The page as it stands now; after a refusal with the reason and what was typed."""
    shown = await service.show(desk.house, desk.staff, conversation)
    before = read_seq(desk.request, "before") or None
    if before:
        shown |= await service.transcript(desk.house, desk.staff, conversation, before=before)
    talk, messages = shown["conversation"], shown["messages"]
    may = set(talk["allowed"])
    targets = await service.colleagues(desk.house, desk.staff, conversation) if "transfer" in may else None
    canned = (await service.canned(desk.house, desk.staff))["replies"] if "reply" in may else []
    return desk.page(
        "conversations/one.html",
        status=error.status if error is not None else 200,
        talk=talk,
        messages=messages,
        more=shown["more"],
        before=before,
        last=messages[-1]["seq"] if messages else 0,
        said_last=max((each["seq"] for each in messages if each["author"] == "staff"), default=0),
        may=may,
        targets=targets,
        canned=canned,
        place=f"{LIST}/{conversation}",
        version=talk["version"],
        key=desk.form.one("key") or secrets.token_urlsafe(12),
        typed=desk.form.one("text") if desk.request.path.endswith("/reply") else "",
        noted=desk.form.one("note"),
        file_key=secrets.token_urlsafe(12),
        **_address(desk),
        wrong=None,
        refused=desk.refusal(error) if error is not None else None,
    )
