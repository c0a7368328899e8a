"""The departments of the demonstration: a process of its own that takes pushes and reports back, signed, after a while.

It plays by the same interface as a real department: it verifies the push's signature, answers 202 at once, posts its
results with ids of its own, and repeats a result that was not answered.
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import httpx
import structlog
from sanic import Request, Sanic, json
from sanic.response import HTTPResponse

from backend.clock import now
from backend.departments import repository, signing
from backend.departments.simulator.journal import Journal, Pending
from backend.departments.simulator.scripts import reports
from backend.edge.application import new_app
from backend.error_answers import install_error_handlers
from backend.house import House, open_house
from backend.settings import Settings
from backend.systems import repository as systems
from backend.systems.simulator import outside_of, serve_systems

log = structlog.get_logger()

HOST = "127.0.0.1"
TICK_SECONDS = 0.2
RETRY_SECONDS = 5.0
TRY_AGAIN = (401, 408, 425, 429)


def create_simulator(settings: Settings, name: str = "guitu-simulator", journal_file: Path | None = None) -> Sanic[Any, Any]:
    """The simulator's application. Its journal lies beside the key file unless told otherwise."""
    app = new_app(name)
    app.config.FALLBACK_ERROR_FORMAT = "json"
    install_error_handlers(app)

    @app.before_server_start
    async def open_all(app: Sanic[Any, Any]) -> None:
        app.ctx.house = open_house(settings)
        app.ctx.journal = Journal(journal_file or settings.keys_file.parent / "simulator.db")
        app.ctx.reporting = asyncio.create_task(_keep_reporting(app.ctx.house, app.ctx.journal))

    @app.before_server_stop
    async def close_all(app: Sanic[Any, Any]) -> None:
        app.ctx.reporting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await app.ctx.reporting
        app.ctx.journal.close()
        await app.ctx.house.close()

    @app.get("/health")
    async def health(request: Request) -> HTTPResponse:
        return json({"status": "ok", "unsent": request.app.ctx.journal.unsent()})

    @app.post("/units/<unit_id:str>/tasks")
    async def take_task(request: Request, unit_id: str) -> HTTPResponse:
        house: House = request.app.ctx.house
        async with house.db.reading() as session:
            unit = await repository.unit_by_id(session, unit_id)
        known = signing.good_secrets(unit) if unit and unit.simulated else []
        push_id = signing.verify(known, dict(request.headers), request.body)
        push = request.json
        outside = await outside_of(house, push)
        journal: Journal = request.app.ctx.journal
        new = journal.plan(push_id, push, unit_id, reports(push, outside), now().timestamp(), settings.simulator_delay)
        return json({"accepted": True, "repeat": not new}, status=202)

    serve_systems(app, settings.simulator_delay)
    return app


async def _keep_reporting(house: House, journal: Journal) -> None:
    while True:
        pending = journal.due(now())
        await asyncio.gather(*(_report(house, journal, each) for each in pending))
        if not pending:
            await asyncio.sleep(TICK_SECONDS)


async def _report(house: House, journal: Journal, pending: Pending) -> None:
    async with house.db.reading() as session:
        unit = await repository.unit_by_id(session, pending.unit_id)
        sender = unit or await systems.link_by_id(session, pending.unit_id)
    if sender is None:
        journal.sent(pending.event_id)
        return
    headers = {"content-type": "application/json", **signing.sign([sender.secret], pending.event_id, pending.body)}
    try:
        answer = await house.http.post(pending.url, content=pending.body.encode(), headers=headers)
    except httpx.HTTPError as error:
        log.warning("a result was not taken; trying again", event=pending.event_id, error=repr(error))
        journal.later(pending.event_id, now().timestamp() + RETRY_SECONDS)
        return
    if answer.is_server_error or answer.status_code in TRY_AGAIN:
        log.warning("a result was not taken; trying again", event=pending.event_id, status=answer.status_code)
        journal.later(pending.event_id, now().timestamp() + RETRY_SECONDS)
        return
    if answer.is_client_error:
        log.error("a result was refused", event=pending.event_id, status=answer.status_code, answer=answer.text)
    journal.sent(pending.event_id)
