"""The hub's endpoints on a real server of a free port, over a house that a test holds."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sanic import Sanic

from backend.channels.demo import endpoints as demo
from backend.channels.demo import wechat as demo_wechat
from backend.channels.sms import endpoints as sms
from backend.channels.web import endpoints as web
from backend.channels.wechat import endpoints as wechat
from backend.conversations.live import LiveFeed
from backend.edge.application import new_app
from backend.edge.serving import free_port
from backend.error_answers import install_error_handlers
from backend.house import House
from backend.vouchers import endpoints as vouchers
from backend.vouchers.workshop import Workshop


@asynccontextmanager
async def serve(house: House, workshop: Workshop | None = None) -> AsyncIterator[str]:
    """The address of a server that answers for web, SMS, WeChat, the handsets and vouchers; pictures are made clean in `workshop`."""
    app = new_app(f"hub-{secrets.token_hex(4)}")
    # Sanic rewrites its own methods at start, which a second application in one process does not survive.
    app.config.TOUCHUP = False
    app.config.REQUEST_MAX_SIZE = 12 * 1024 * 1024
    install_error_handlers(app)
    app.ctx.house = house
    app.ctx.live = LiveFeed(house.db)
    if workshop is not None:
        app.ctx.workshop = workshop
    for room in (web, sms, wechat, demo, demo_wechat, vouchers):
        app.blueprint(room.blueprint)
    app.blueprint(demo_wechat.api)
    await app.ctx.live.start()
    port = free_port()
    server: Any = await app.create_server("127.0.0.1", port, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.before_start()
    await server.start_serving()
    await server.after_start()
    yield f"http://127.0.0.1:{port}"
    await server.before_stop()
    server.close()
    # A page that keeps its connection open would otherwise be waited for without end.
    for connection in list(server.connections):
        connection.abort()
    await server.wait_closed()
    await server.after_stop()
    Sanic.unregister_app(app)
