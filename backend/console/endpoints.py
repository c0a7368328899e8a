"""The staff's pages under /console. Each page's own file registers its routes; a new one is named here."""

from __future__ import annotations

from sanic.response import HTTPResponse

from backend.console import (
    accounts,
    assist,
    assist_start,
    cases,
    conversation,
    conversations,
    inbox,
    intake,
    intake_changes,
    me,
    review,
    sign_in,
    today,
)
from backend.console.desk import Desk
from backend.console.routes import blueprint, not_there, open_action, open_page

__all__ = [
    "accounts",
    "assist",
    "assist_start",
    "blueprint",
    "cases",
    "conversation",
    "conversations",
    "inbox",
    "intake",
    "intake_changes",
    "me",
    "review",
    "sign_in",
    "today",
]


@open_action("/language")
async def language(desk: Desk) -> HTTPResponse:
    """Speak another language from now on."""
    desk.keep_language(desk.form.one("language"))
    return desk.go(desk.back(desk.form.one("back")))


@open_page("/<address:path>")
async def nothing(_desk: Desk, address: str) -> HTTPResponse:
    """Any other address of the console."""
    raise not_there()
