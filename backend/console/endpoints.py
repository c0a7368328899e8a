"""The staff's pages under /console. Each page's own file registers its routes; a new one is named here."""

from __future__ import annotations

from sanic.response import HTTPResponse

from backend.console import (
    accounts,
    appointments,
    archives,
    assist,
    assist_start,
    audit,
    cases,
    contacting,
    conversation,
    conversations,
    files,
    funds,
    inbox,
    intake,
    intake_changes,
    me,
    review,
    roster,
    settings,
    settings_banks,
    settings_calendar,
    settings_health,
    settings_notices,
    settings_replies,
    settings_simulators,
    settings_units,
    settings_windows,
    sign_in,
    supervision,
    supervision_cases,
    supervision_stuck,
    supervision_voices,
    today,
)
from backend.console.desk import Desk
from backend.console.routes import blueprint, not_there, open_action, open_page

__all__ = [
    "accounts",
    "appointments",
    "archives",
    "assist",
    "assist_start",
    "audit",
    "blueprint",
    "cases",
    "contacting",
    "conversation",
    "conversations",
    "files",
    "funds",
    "inbox",
    "intake",
    "intake_changes",
    "me",
    "review",
    "roster",
    "settings",
    "settings_banks",
    "settings_calendar",
    "settings_health",
    "settings_notices",
    "settings_replies",
    "settings_simulators",
    "settings_units",
    "settings_windows",
    "sign_in",
    "supervision",
    "supervision_cases",
    "supervision_stuck",
    "supervision_voices",
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
