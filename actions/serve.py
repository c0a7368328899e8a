"""`python -m actions.serve --port 5055`: the action server, on the loopback address only and behind the internal token.

rasa-sdk's own server listens on every address, asks nobody who they are, and answers an error with all that was sent to
it; its executor is served here without these.
"""

from __future__ import annotations

import argparse
import hmac
import logging
import os
import sys
from pathlib import Path
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionNotFoundException
from sanic import Request, Sanic, json
from sanic.response import HTTPResponse

from actions.backend import BACKEND_URL, TOKEN, let_go
from backend.settings import ROOT, SettingsError, read_env_file

LOOPBACK = "127.0.0.1"
ENV_FILE = "GUITU_ENV_FILE"
log = logging.getLogger("actions")


def build_app() -> Sanic[Any, Any]:
    """Every action of this package behind POST /webhook, for whoever has the token; GET /health for everyone."""
    executor = ActionExecutor()
    executor.register_package("actions")
    app: Sanic[Any, Any] = Sanic("guitu_actions", configure_logging=False)
    app.config.FALLBACK_ERROR_FORMAT = "json"
    expected = f"Bearer {os.environ[TOKEN]}".encode()

    @app.get("/health")
    async def health(_request: Request) -> HTTPResponse:
        return json({"status": "ok"})

    @app.post("/webhook")
    async def webhook(request: Request) -> HTTPResponse:
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), expected):
            return json({"error": "unauthorised", "message": f"the token of {TOKEN} is missing or wrong"}, status=401)
        call = request.json
        if not isinstance(call, dict):
            return json({"error": "bad_request", "message": "expected the JSON of an action call"}, status=400)
        try:
            result = await executor.run(call)
        except ActionNotFoundException as error:
            return json({"error": error.message, "action_name": error.action_name}, status=404)
        except Exception as error:
            # The answer names the failure and nothing else: what a veteran wrote must not reach Rasa's log by way of it.
            log.error("%s failed: %s: %s", call.get("next_action"), type(error).__name__, error)
            return json({"error": type(error).__name__, "action_name": call.get("next_action")}, status=500)
        return json(result.model_dump() if result else None)

    @app.after_server_stop
    async def stop(_app: Sanic[Any, Any]) -> None:
        await let_go()

    return app


def read_settings() -> None:
    """Take from the file of GUITU_ENV_FILE what the environment does not set. Raises SettingsError."""
    file = Path(os.environ.get(ENV_FILE) or ROOT / "var" / "guitu.env")
    if file.exists():
        for name, value in read_env_file(file).items():
            os.environ.setdefault(name, value)
    if "GUITU_PORT" in os.environ:
        os.environ.setdefault(BACKEND_URL, f"http://{LOOPBACK}:{os.environ['GUITU_PORT']}")
    if not os.environ.get(TOKEN):
        raise SettingsError(f"{TOKEN} is not set. Run `make run` once to generate var/guitu.env, or set {TOKEN}.")


def main() -> int:
    """Serve until stopped. Exit status 1 with one line on stderr when a setting is missing."""
    parser = argparse.ArgumentParser(prog="python -m actions.serve", description="The action server, on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=5055)
    args = parser.parse_args()
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "WARNING"), format="%(levelname)s %(name)s: %(message)s")
    try:
        read_settings()
    except SettingsError as error:
        print(f"actions: {error}", file=sys.stderr)
        return 1
    build_app().run(host=LOOPBACK, port=args.port, single_process=True, access_log=False, motd=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
