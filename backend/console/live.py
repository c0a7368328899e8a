"""Pages that stay up to date: server-sent events whose data is a piece of HTML, until the reader's session ends."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from backend.console.desk import Desk
from backend.console.rendering import render_page
from backend.errors import Unauthorised
from backend.staff import rules, sessions
from backend.staff.sessions import form_token


async def stream(desk: Desk, events: AsyncIterator[str]) -> None:
    """Send them one by one. Watching is no use of the session: it idles on."""
    response = await desk.request.respond(content_type="text/event-stream; charset=utf-8", headers={"X-Accel-Buffering": "no"})
    async for event in events:
        await response.send(event)
    await response.eof()


def event(name: str, html: str, number: int | None = None) -> str:
    """One event; `number` is where the reader takes up again."""
    head = f"id: {number}\n" if number is not None else ""
    return f"{head}event: {name}\n" + "".join(f"data: {line}\n" for line in html.splitlines() or [""]) + "\n"


def read(given: str) -> tuple[str, Any, int | None]:
    """Name, data and number of an event that a room's own feed made; the name of a comment is empty."""
    fields = dict(line.split(": ", 1) for line in given.strip().splitlines() if ": " in line and not line.startswith(":"))
    name, data = fields.get("event", ""), fields.get("data")
    return name, json.loads(data) if name and data else None, int(fields["id"]) if "id" in fields else None


def piece(desk: Desk, template: str, **context: Any) -> str:
    """A piece of a page, with what its forms need."""
    return render_page(template, desk.language, {"desk": desk, "form_token": form_token(desk.seed), **context})


async def still_there(desk: Desk) -> bool:
    """Whether the reader is still signed in."""
    try:
        return await sessions.stage_of(desk.house, desk.token) == rules.FULL
    except Unauthorised:
        return False
