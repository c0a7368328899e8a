"""A Sanic application on a real port of the loopback address, within the test's own loop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sanic import Sanic

from tests.support.ports import free_port


@asynccontextmanager
async def serve(app: Sanic[Any, Any], port: int | None = None) -> AsyncIterator[str]:
    """Serve `app` while the context lasts; yields its address."""
    # Sanic rewrites its own methods at start, which a second application in one process does not survive.
    app.config.TOUCHUP = False
    # A client that keeps its connection would hold up the closing of the server.
    app.config.KEEP_ALIVE = False
    port = port or free_port()
    server = await app.create_server(host="127.0.0.1", port=port, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.before_start()
    await server.start_serving()
    await server.after_start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await server.before_stop()
        server.close()
        await server.wait_closed()
        await server.after_stop()
        Sanic.unregister_app(app)
