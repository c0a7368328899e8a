"""The backend's Sanic application: which rooms answer HTTP, and nothing else."""

from __future__ import annotations

from typing import Any

from sanic import Sanic

from backend.applications import endpoints as cases
from backend.appointments import endpoints as appointments
from backend.archives import endpoints as archives
from backend.assisting import endpoints as assisting
from backend.attachments import endpoints as attachments
from backend.calendars import endpoints as calendars
from backend.channels.demo import endpoints as demo
from backend.channels.demo import wechat as demo_wechat
from backend.channels.sms import endpoints as sms
from backend.channels.web import endpoints as web
from backend.channels.wechat import endpoints as wechat
from backend.console import endpoints as console
from backend.conversations.live import LiveFeed
from backend.deadlines import endpoints as deadlines
from backend.departments import endpoints as departments
from backend.dialogue import endpoints as dialogue
from backend.documents import endpoints as documents
from backend.edge.application import new_app
from backend.edge.nul import refuse_nul
from backend.error_answers import install_error_handlers
from backend.house import House
from backend.outbox import endpoints as deliveries
from backend.reference import endpoints as reference
from backend.requests import endpoints as requests
from backend.roster import endpoints as roster
from backend.security import endpoints as access
from backend.staff import endpoints as staff
from backend.statistics import endpoints as statistics
from backend.subsidies import endpoints as subsidies
from backend.systems import endpoints as systems
from backend.takeover import endpoints as takeover
from backend.training import endpoints as training
from backend.vouchers import endpoints as vouchers


def create_app(house: House, name: str = "guitu") -> Sanic[Any, Any]:
    """The application of an opened house, which it closes when the server stops."""
    app = new_app(name)
    app.config.REQUEST_MAX_SIZE = 12 * 1024 * 1024
    app.config.FALLBACK_ERROR_FORMAT = "json"
    # The framework's own page loads its scripts from elsewhere: backend/reference shows the interfaces instead.
    app.config.OAS = False
    install_error_handlers(app)
    refuse_nul(app)

    @app.before_server_start
    async def open_all(app: Sanic[Any, Any]) -> None:
        app.ctx.house = house
        app.ctx.live = LiveFeed(house.db)
        await app.ctx.live.start()

    @app.after_server_stop
    async def close_all(app: Sanic[Any, Any]) -> None:
        await app.ctx.live.stop()
        await app.ctx.house.close()

    for room in (
        web.blueprint,
        sms.blueprint,
        wechat.blueprint,
        dialogue.blueprint,
        dialogue.handovers,
        takeover.blueprint,
        takeover.veterans,
        attachments.blueprint,
        departments.blueprint,
        departments.tasks_blueprint,
        systems.blueprint,
        deliveries.blueprint,
        reference.blueprint,
        staff.blueprint,
        cases.blueprint,
        archives.blueprint,
        assisting.blueprint,
        subsidies.blueprint,
        requests.blueprint,
        appointments.blueprint,
        vouchers.blueprint,
        documents.blueprint,
        roster.blueprint,
        calendars.blueprint,
        deadlines.blueprint,
        statistics.blueprint,
        training.blueprint,
        access.blueprint,
        console.blueprint,
    ):
        app.blueprint(room)
    if house.settings.demo:
        for shown in (demo.blueprint, demo_wechat.blueprint, demo_wechat.api):
            app.blueprint(shown)
    return app
