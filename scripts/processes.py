"""The processes of one installation: what each is for, its port, how it says that it is well, what it is told.

The commands stand in the Procfile. `make run` and the tests' stack both start the service from here.
"""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

from scripts.console import ROOT, VAR, SetupError

HOST = "127.0.0.1"
HEALTH_SECONDS = 2.0
#: The environment's proxies must not be asked for the loopback address.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True)
class Part:
    """One process: its name in the Procfile, what it is to people, and where it listens."""

    name: str
    title: str
    port_name: str
    port: int
    health_path: str

    def url(self, environ: Mapping[str, str]) -> str:
        """Its address, without a trailing slash."""
        return f"http://{HOST}:{environ[self.port_name]}"

    def health_url(self, environ: Mapping[str, str]) -> str:
        """What answers 200 when it is ready."""
        return self.url(environ) + self.health_path


RASA = Part("rasa", "Rasa", "GUITU_RASA_PORT", 5005, "/")
ACTIONS = Part("actions", "action server", "GUITU_ACTIONS_PORT", 5055, "/health")
BACKEND = Part("backend", "page and API", "GUITU_PORT", 8000, "/health")
WORKER = Part("worker", "worker", "GUITU_WORKER_PORT", 8011, "/health")
SIMULATOR = Part("simulator", "simulated departments", "GUITU_SIMULATOR_PORT", 8010, "/health")
PARTS = (RASA, ACTIONS, BACKEND, WORKER, SIMULATOR)


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """The environment of every process: `given` over var/guitu.env, with the ports, addresses and files that follow.

    Raises SetupError when a port is not a number from 1 to 65535.
    """
    file = VAR / "guitu.env"
    environ = {**(read_env_file(file.read_text("utf-8")) if file.exists() else {}), **given}
    for part in PARTS:
        port = environ.setdefault(part.port_name, str(part.port))
        if not (port.isdigit() and 0 < int(port) < 65536):
            raise SetupError(f"{part.port_name} must be a port from 1 to 65535, not {port!r}.")
    environ.setdefault("GUITU_ENV_FILE", str(file))
    environ.setdefault("GUITU_KEYS_FILE", str(VAR / "keys.json"))
    environ.setdefault("GUITU_VAR", str(VAR))
    environ.setdefault("DATABASE_URL", f"sqlite+aiosqlite:///{VAR / 'guitu.db'}")
    environ.setdefault("GUITU_TRACKER_URL", tracker_url(environ["DATABASE_URL"]))
    environ.setdefault("GUITU_RASA_URL", RASA.url(environ))
    environ.setdefault("GUITU_ACTIONS_URL", ACTIONS.url(environ))
    environ.setdefault("GUITU_BACKEND_URL", BACKEND.url(environ))
    environ.setdefault("GUITU_SIMULATOR_URL", SIMULATOR.url(environ))
    environ.setdefault("PYTHONUNBUFFERED", "1")
    # Rasa would otherwise try to call its maker at every start.
    environ["RASA_TELEMETRY_ENABLED"] = "false"
    return environ


def tracker_url(database_url: str) -> str:
    """Where Rasa keeps the thread of a talk: a file of its own beside SQLite, a table of its own in the same PostgreSQL."""
    if database_url.startswith("sqlite"):
        return f"sqlite:///{VAR / 'tracker.db'}"
    return database_url.replace("+asyncpg", "")


def read_env_file(text: str) -> dict[str, str]:
    """Names and values of NAME=value lines; backend/settings.py reports malformed ones."""
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def commands() -> dict[str, str]:
    """Name → shell command, as the Procfile has them."""
    lines = (ROOT / "Procfile").read_text("utf-8").splitlines()
    found = (re.match(r"^([A-Za-z0-9_-]+):\s*(.+)$", line) for line in lines)
    return {match[1]: match[2] for match in found if match}


def is_healthy(url: str) -> bool:
    """True when `url` answers 200."""
    try:
        with _OPENER.open(url, timeout=HEALTH_SECONDS) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False
