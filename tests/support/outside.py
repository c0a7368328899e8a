"""Outside systems on a real port, played by the simulator, and the backend's side that they report to."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from backend.departments import endpoints as departments
from backend.departments import push
from backend.departments.seed import seed_examples
from backend.departments.simulator.app import create_simulator
from backend.edge.application import new_app
from backend.edge.serving import free_port, serve
from backend.error_answers import install_error_handlers
from backend.house import House
from backend.outbox.service import deliver_due
from backend.systems import endpoints as systems
from backend.systems import push as outside
from backend.systems.model import SystemExchange, SystemLink
from backend.systems.seed import seed_links

HANDLERS = {push.TOPIC: push.deliver, outside.TOPIC: outside.deliver}


@asynccontextmanager
async def reporting_to(house: House) -> AsyncIterator[str]:
    """The endpoints that departments and systems call; yields the address."""
    app = new_app(f"backend-{secrets.token_hex(4)}")
    app.config.FALLBACK_ERROR_FORMAT = "json"
    install_error_handlers(app)
    app.blueprint(departments.blueprint)
    app.blueprint(systems.blueprint)
    app.ctx.house = house
    async with serve(app) as url:
        yield url


@asynccontextmanager
async def simulated(house: House, folder: Path) -> AsyncIterator[str]:
    """Everything of the demonstration, seeded and running; yields the backend's address."""
    port = free_port()
    settings = replace(house.settings, simulator_url=f"http://127.0.0.1:{port}", simulator_delay=0.02)
    simulator = create_simulator(settings, f"simulator-{secrets.token_hex(4)}", folder / "journal.db")
    async with reporting_to(house) as url, serve(simulator, port):
        house.settings = replace(settings, public_url=url)
        await seed_examples(house)
        await seed_links(house)
        yield url


async def deliver_until(house: House, ended: Callable[[], Awaitable[bool]], seconds: float = 90) -> None:
    """Deliver what is due until something is so."""
    async with asyncio.timeout(seconds):
        while not await ended():
            await deliver_due(house, HANDLERS)
            await asyncio.sleep(0.05)


async def exchanges_of(house: House, system: str) -> list[SystemExchange]:
    """Everything that was sent to a system, in order."""
    async with house.db.reading() as session:
        found = await session.scalars(select(SystemExchange).where(SystemExchange.system == system).order_by(SystemExchange.id))
        return list(found.all())


async def link_of(house: House, system: str) -> SystemLink:
    """The one link of a system."""
    async with house.db.reading() as session:
        return (await session.scalars(select(SystemLink).where(SystemLink.system == system))).one()
