"""The backend's Sanic application: which rooms answer HTTP, and nothing else."""

from __future__ import annotations

from typing import Any

from sanic import Sanic

from backend.applications import endpoints as cases
from backend.calendars import endpoints as calendars
from backend.channels.demo import endpoints as demo
from backend.channels.sms import endpoints as sms
from backend.channels.web import endpoints as web
from backend.conversations.live import LiveFeed
from backend.deadlines import endpoints as deadlines
from backend.departments import endpoints as departments
from backend.dialogue import endpoints as dialogue
from backend.error_answers import install_error_handlers
from backend.house import House, open_house
from backend.settings import Settings
from backend.staff import endpoints as staff


def create_app(settings: Settings, name: str = "guitu") -> Sanic[Any, Any]:
    """The application. The house is opened when the server starts and closed when it stops."""
    app = Sanic(name, configure_logging=False)
    app.config.REQUEST_MAX_SIZE = 12 * 1024 * 1024
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.config.OAS_UI_DEFAULT = "swagger"
    install_error_handlers(app)

    @app.before_server_start
    async def open_all(app: Sanic[Any, Any]) -> None:
        house: House = open_house(settings)
        app.ctx.house = house
        app.ctx.live = LiveFeed(house.db)
        await app.ctx.live.start()

    @app.after_server_stop
    async def close_all(app: Sanic[Any, Any]) -> None:
        await app.ctx.live.stop()
        await app.ctx.house.close()

    for room in (web, sms, dialogue, departments, staff, cases, calendars, deadlines):
        app.blueprint(room.blueprint)
    if settings.demo:
        app.blueprint(demo.blueprint)
    return app
