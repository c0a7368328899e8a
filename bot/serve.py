"""`python -m bot.serve --port 5005 --model models`: Rasa's server for the hub, on the loopback address only.

What `rasa run` does, started quickly (launcher.py), with the first message already behind it when the port opens.
Settings: GUITU_RASA_TOKEN, GUITU_INTERNAL_TOKEN, GUITU_KEYS_FILE, GUITU_TRACKER_URL, GUITU_ACTIONS_URL (where the action
server is, default http://127.0.0.1:5055). Names that are not set are taken from var/guitu.env.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from bot.launcher import ROOT, ModelMissing, find_model, prepare, quiet

LOOPBACK = "127.0.0.1"
ACTIONS_URL, ENV_FILE = "GUITU_ACTIONS_URL", "GUITU_ENV_FILE"
NEEDED = ("GUITU_RASA_TOKEN", "GUITU_INTERNAL_TOKEN")


def read_settings() -> None:
    """Take from var/guitu.env (NAME=value lines) what the environment does not set. Exits when a token is missing."""
    file = Path(os.environ.get(ENV_FILE) or ROOT / "var" / "guitu.env")
    if file.exists():
        for line in file.read_text("utf-8").splitlines():
            name, equals, value = line.strip().partition("=")
            if equals and not name.startswith("#"):
                os.environ.setdefault(name.strip(), value.strip())
    for name in NEEDED:
        if not os.environ.get(name):
            sys.exit(f"bot: {name} is not set. Run `make run` once to generate var/guitu.env, or set {name}.")


def build_app(model: Path, endpoints_file: Path, credentials_file: Path) -> Any:
    """Rasa's Sanic application without its own HTTP API: only the hub's channel and the root."""
    from rasa.core import run
    from rasa.core.utils import AvailableEndpoints

    endpoints = AvailableEndpoints.read_endpoints(str(endpoints_file))
    if os.environ.get(ACTIONS_URL):
        endpoints.action.url = os.environ[ACTIONS_URL].rstrip("/") + "/webhook"
    channels = run.create_http_input_channels(None, str(credentials_file))
    app = run.configure_app(channels, enable_api=False, endpoints=endpoints)

    async def load_and_warm_up(app: Any, loop: Any) -> None:
        from bot.warm_up import warm_up

        agent = await run.load_agent_on_start(str(model), endpoints, None, app, loop)
        await warm_up(agent)

    app.register_listener(load_and_warm_up, "before_server_start")
    app.register_listener(run.close_resources, "after_server_stop")
    return app


def main() -> None:
    """Serve until stopped. Exit status 1 with one line on stderr when something is missing."""
    parser = argparse.ArgumentParser(prog="python -m bot.serve", description="Rasa for the hub, on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=5005)
    parser.add_argument(
        "--model", type=Path, default=ROOT / "models", help="a model, or a directory of which the newest is taken"
    )
    parser.add_argument("--endpoints", type=Path, default=ROOT / "endpoints.yml")
    parser.add_argument("--credentials", type=Path, default=ROOT / "credentials.yml")
    args = parser.parse_args()
    read_settings()
    try:
        model = find_model(args.model)
        prepare(model)
    except ModelMissing as error:
        sys.exit(f"bot: {error}")
    from bot.key_ring import KeyRing, KeyRingError, key_file

    try:
        KeyRing(key_file())  # before the seconds of loading, and as one line
    except KeyRingError as error:
        sys.exit(f"bot: {error}")
    quiet()
    build_app(model, args.endpoints, args.credentials).run(
        host=LOOPBACK, port=args.port, workers=1, access_log=False, motd=False
    )


if __name__ == "__main__":
    main()
