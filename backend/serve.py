"""`guitu serve`: the backend as one Sanic process, on the loopback address unless told otherwise."""

from __future__ import annotations

import argparse
import socket
from typing import Any

from backend.app import create_app
from backend.errors import GuituError
from backend.house import open_house
from backend.settings import load

#: How long open pages may keep a stopping server; they reconnect by themselves.
GRACE_SECONDS = 3.0


def register(subparsers: Any) -> None:
    """Add this room's sub-commands."""
    serve = subparsers.add_parser("serve", help="answer the page, the departments and Rasa's actions")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    serve.add_argument("--port", type=int, help="port to listen on (default: GUITU_PORT, 8000)")
    serve.set_defaults(run=_serve)


def _serve(args: argparse.Namespace) -> int:
    settings = load()
    port = settings.port if args.port is None else args.port
    listener = _listen(args.host, port)
    # Opened here and not by the server, which would show the trace of a missing key file and not only the line.
    app = create_app(open_house(settings))
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = GRACE_SECONDS
    app.run(sock=listener, single_process=True, access_log=False, motd=False, debug=False)
    return 0


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket: a taken port is refused before anything is opened, in one line."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise GuituError(
            f"cannot listen on {host}:{port}: {error.strerror}. Stop what uses it, or set GUITU_PORT to a free port."
        ) from None
    return listener
