"""A Sanic application on a real port of the loopback address, within the caller's own loop: for tests and rehearsals."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sanic import Sanic

HOST = "127.0.0.1"


def free_port() -> int:
    """A port that nothing listens on at this moment."""
    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])


@asynccontextmanager
async def serve(app: Sanic[Any, Any], port: int | None = None) -> AsyncIterator[str]:
    """Serve `app` while the context lasts; yields its address."""
    # Sanic rewrites its own methods at start, which a second application in one process does not survive.
    app.config.TOUCHUP = False
    # A client that keeps its connection would hold up the closing of the server.
    app.config.KEEP_ALIVE = False
    port = port or free_port()
    server: Any = await app.create_server(host=HOST, port=port, return_asyncio_server=True, access_log=False)
    await server.startup()
    await server.before_start()
    await server.start_serving()
    await server.after_start()
    try:
        yield f"http://{HOST}:{port}"
    finally:
        await server.before_stop()
        server.close()
        await server.wait_closed()
        await server.after_stop()
        Sanic.unregister_app(app)
