"""Rasa, the action server and a fake backend as processes and threads of a test, on free ports of the loopback address."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backend.edge.serving import free_port
from tests.unit.bot.fake_backend import FakeBackend

ROOT = Path(__file__).resolve().parents[3]
BOT_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
ROOT_PYTHON = ROOT / ".venv" / "bin" / "python"
RASA_TOKEN, INTERNAL_TOKEN = "rasa-token-of-the-tests", "internal-token-of-the-tests"
START_SECONDS = 90
_http = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_messages = itertools.count(1)


def run_in_bot(*arguments: str, given: str = "", environ: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a script or module in Rasa's environment to its end."""
    return subprocess.run(
        [BOT_PYTHON, *arguments],
        cwd=ROOT,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **(environ or {})},
    )


def call(url: str, body: Any = None, method: str = "GET", token: str | None = None) -> tuple[int, Any]:
    """Status and JSON of one request."""
    headers = {"content-type": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}
    request = urllib.request.Request(url, None if body is None else json.dumps(body).encode(), headers, method=method)
    try:
        with _http.open(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return once `url` answers 200; fail when the process has ended."""
    began = time.monotonic()
    while True:
        if process.poll() is not None:
            raise AssertionError(f"{process.args} ended with {process.returncode}")
        try:
            if call(url)[0] == 200:
                return
        except OSError:
            pass
        assert time.monotonic() - began < START_SECONDS, f"{url} does not answer"
        time.sleep(0.05)


@dataclass
class Running:
    """What a test talks to."""

    backend: FakeBackend
    environ: dict[str, str]
    rasa_url: str
    actions_port: int
    tracker_file: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def say(self, text: str, sender: str, token: str = RASA_TOKEN) -> tuple[int, Any]:
        """One message as the hub sends it: status and JSON."""
        number = f"m_{next(_messages)}"
        body = {"sender": sender, "message": text, "id": number, "metadata": {"message": number}}
        return call(f"{self.rasa_url}/webhooks/hub/webhook", body, "POST", token)

    def texts(self, text: str, sender: str) -> list[str]:
        """What was answered, with the turn required to succeed."""
        status, answer = self.say(text, sender)
        assert status == 200, answer
        return [message["custom"]["text"] for message in answer["messages"]]

    def start_actions(self) -> None:
        """Start the action server and wait for it."""
        command = [ROOT_PYTHON, "-m", "actions.serve", "--port", str(self.actions_port)]
        self.processes["actions"] = subprocess.Popen(command, cwd=ROOT, env=self.environ)
        wait_for(f"http://127.0.0.1:{self.actions_port}/health", self.processes["actions"])

    def stop(self, name: str) -> None:
        """End one of the processes."""
        process = self.processes.pop(name)
        process.terminate()
        process.wait(timeout=30)


@contextmanager
def start(folder: Path, keys_file: Path, model: Path, command: list[str] | None = None) -> Iterator[Running]:
    """Everything started, and stopped at the end. `command`: another way to start Rasa; `{port}` is filled in."""
    backend = FakeBackend(INTERNAL_TOKEN)
    rasa_port, actions_port = free_port(), free_port()
    tracker_file = folder / "tracker.db"
    environ = {
        **os.environ,
        "GUITU_ENV_FILE": str(folder / "none.env"),
        "GUITU_RASA_TOKEN": RASA_TOKEN,
        "GUITU_INTERNAL_TOKEN": INTERNAL_TOKEN,
        "GUITU_KEYS_FILE": str(keys_file),
        "GUITU_TRACKER_URL": f"sqlite:///{tracker_file}",
        "GUITU_ACTIONS_URL": f"http://127.0.0.1:{actions_port}",
        "GUITU_BACKEND_URL": backend.url,
        "RASA_TELEMETRY_ENABLED": "false",
    }
    running = Running(backend, environ, f"http://127.0.0.1:{rasa_port}", actions_port, tracker_file)
    try:
        running.start_actions()
        command = command or [str(BOT_PYTHON), "-m", "bot.serve", "--port", "{port}", "--model", str(model)]
        filled = [part.format(port=rasa_port, actions_port=actions_port) for part in command]
        running.processes["rasa"] = subprocess.Popen(filled, cwd=ROOT, env=environ)
        wait_for(f"{running.rasa_url}/webhooks/hub/health", running.processes["rasa"])
        yield running
    finally:
        for name in list(running.processes):
            running.stop(name)
        backend.close()
