"""Conversations that wait for people: the queue, live; messages that were left; what was closed; a word in all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from sanic.response import HTTPResponse

from backend.console.desk import Desk
from backend.console.live import event, piece, still_there, stream
from backend.console.paging import Listing
from backend.console.routes import action, page
from backend.edge.reading import read_seq
from backend.errors import GuituError
from backend.locale.text import T
from backend.takeover import feed, service
from backend.takeover.service import ROLES

LIST = "/console/conversations"


@page("/conversations", *ROLES)
async def queue(desk: Desk) -> HTTPResponse:
    """Who waits and who is attended to, distress first."""
    return desk.page("conversations/list.html", **await service.queue(desk.house, desk.staff))


@page("/conversations/live", *ROLES)
async def live(desk: Desk) -> HTTPResponse | None:
    """The queue again whenever it has changed, until the session ends."""
    await stream(desk, _events(desk))
    return None


async def _events(desk: Desk) -> AsyncIterator[str]:
    shown = None
    async with aclosing(feed.queue_events(desk.house, desk.request.app.ctx.live, desk.staff)) as changes:  # type: ignore[type-var]
        async for change in changes:
            if not await still_there(desk):
                return
            lines = piece(desk, "conversations/queue.html", **await service.queue(desk.house, desk.staff))
            yield event("queue", lines) if lines != shown else change if change.startswith(":") else ": the same\n\n"
            shown = lines


@page("/conversations/tasks", *ROLES)
async def tasks(desk: Desk) -> HTTPResponse:
    """Messages that were left."""
    done = desk.asked("done") == "1"
    return desk.page("conversations/tasks.html", done=done, **await service.tasks(desk.house, desk.staff, done))


@action("/conversations/tasks/<task:str>/done", *ROLES)
async def finish_task(desk: Desk, task: str) -> HTTPResponse:
    """One is seen to."""
    try:
        await service.finish_task(desk.house, desk.staff, task, desk.form.one("text")[:500] or None)
    except GuituError as error:
        if error.status != 409:
            raise
        return desk.go(f"{LIST}/tasks", T("{reason}", reason=desk.refusal(error)), kind="bad")
    return desk.go(f"{LIST}/tasks", T("留言已办完。"))


@page("/conversations/closed", *ROLES)
async def closed(desk: Desk) -> HTTPResponse:
    """What was closed, the newest first."""
    cursor = desk.asked("after") or None
    found = await service.closed(desk.house, desk.staff, cursor)
    listing = Listing(f"{LIST}/closed", cursor=cursor, after=found["next"])
    return desk.page("conversations/closed.html", rows=found["conversations"], listing=listing)


@page("/conversations/search", *ROLES)
async def search(desk: Desk) -> HTTPResponse:
    """A word in every conversation, or in one. Whose words are shown stands in the record of looks."""
    text, conversation = desk.asked("text").strip()[:100], desk.asked("conversation")
    before = read_seq(desk.request, "after") or None
    found: dict[str, Any] = {"hits": [], "looked_at": 0, "next": None}
    if text and conversation:
        found = await service.search_in(desk.house, desk.staff, conversation, text, before=before)
        found["hits"] = [
            {"conversation": conversation, "message": each, "who": None, "county_name": None} for each in found["hits"]
        ]
    elif text:
        found = await service.search(desk.house, desk.staff, text, before=before)
    listing = Listing(
        f"{LIST}/search",
        {"text": text, "conversation": conversation},
        cursor=str(before) if before else None,
        after=str(found["next"]) if found["next"] else None,
    )
    return desk.page("conversations/search.html", text=text, conversation=conversation, listing=listing, **found)
