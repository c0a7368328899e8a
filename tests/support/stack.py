"""The whole service as separate processes on free ports, with a folder of its own; parts can be stopped and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import select

from backend.applications.model import Application
from backend.db.engine import Database
from backend.db.types import use_key_ring
from backend.dialogue.model import DraftRow
from backend.edge.serving import free_port
from backend.security.encryption import load_key_file
from scripts import processes
from scripts.console import ROOT
from scripts.environments import BOT_ENVIRONMENT

READY_SECONDS = 120.0
STOP_SECONDS = 15.0
POLL_SECONDS = 0.1


def missing_for_stack() -> str:
    """What keeps the stack from starting, as one line; empty when nothing does."""
    if not BOT_ENVIRONMENT.interpreter.exists():
        return "the Rasa environment is not set up: python3 -m scripts.setup --dev"
    current = subprocess.run(
        [BOT_ENVIRONMENT.interpreter, ROOT / "scripts" / "train.py", "--check"], cwd=ROOT, capture_output=True
    )
    return "" if current.returncode == 0 else "the model is not trained: python3 -m scripts.setup --dev"


class Stack:
    """`base_url` is the page's. The names of the parts are those of the Procfile."""

    def __init__(self, folder: Path, database_url: str = "", **settings: str) -> None:
        self.folder = folder
        given = {name: value for name, value in os.environ.items() if not name.startswith(("GUITU_", "DATABASE_URL"))}
        ports = {part.port_name: str(free_port()) for part in processes.PARTS}
        (folder / "guitu.env").write_text("", "utf-8")
        self.environ = processes.environment(
            {
                **given,
                **ports,
                "DATABASE_URL": database_url or f"sqlite+aiosqlite:///{folder / 'guitu.db'}",
                "GUITU_TRACKER_URL": f"sqlite:///{folder / 'tracker.db'}",
                "GUITU_VAR": str(folder),
                "GUITU_ENV_FILE": str(folder / "guitu.env"),
                "GUITU_KEYS_FILE": str(folder / "keys.json"),
                "GUITU_RASA_TOKEN": "rasa-token-of-the-stack",
                "GUITU_INTERNAL_TOKEN": "internal-token-of-the-stack",
                "GUITU_DEMO": "1",
                "GUITU_SIMULATOR_DELAY": "0.3",
                "GUITU_PUBLIC_URL": f"http://127.0.0.1:{ports[processes.BACKEND.port_name]}",
                **settings,
            }
        )
        self.base_url = processes.BACKEND.url(self.environ)
        self.parts = {part.name: part for part in processes.PARTS}
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def url_of(self, name: str) -> str:
        """The address of one process."""
        return self.parts[name].url(self.environ)

    def start_all(self) -> None:
        """Make the keys, the database and the examples, then start every process and wait until all are well."""
        make_keys = (
            "import pathlib, sys; from backend.security import encryption as e; e.generate_key_file(pathlib.Path(sys.argv[1]))"
        )
        subprocess.run([sys.executable, "-c", make_keys, self.environ["GUITU_KEYS_FILE"]], cwd=ROOT, check=True)
        self.guitu("migrate")
        self.guitu("seed")
        for name in self.parts:
            self._spawn(name)
        for name in self.parts:
            self._wait(name)

    def start(self, name: str) -> None:
        """Start one process again, and wait until it is well."""
        self._spawn(name)
        self._wait(name)

    def stop(self, name: str) -> None:
        """End one process and all that it started, and wait until it is gone."""
        process = self.running.pop(name)
        _signal_group(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()

    def kill(self, name: str) -> None:
        """End one process without warning, as a crash would."""
        process = self.running.pop(name)
        _signal_group(process.pid, signal.SIGKILL)
        process.wait()

    def stop_all(self) -> None:
        """End everything that runs."""
        for name in list(self.running):
            self.stop(name)

    def guitu(self, *arguments: str) -> str:
        """Run a `guitu` command against this stack; returns what it printed. A refusal raises AssertionError with its line."""
        command = [sys.executable, "-m", "backend.cli", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"guitu {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def log_of(self, name: str) -> str:
        """Everything that one process has written."""
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")

    async def draft_answers(self, conversation_id: str) -> dict[str, Any]:
        """What the newest draft of a conversation holds."""
        newest = await self._newest(DraftRow, conversation_id, DraftRow.created_at)
        return dict(newest.content["answers"]) if newest else {}

    async def newest_application(self, conversation_id: str) -> Any:
        """The newest application of a conversation. Raises AssertionError when there is none."""
        newest = await self._newest(Application, conversation_id, Application.submitted_at)
        assert newest is not None, "nothing was submitted in this conversation"
        return newest

    async def _newest(self, model: Any, conversation_id: str, order: Any) -> Any:
        async with self.database() as db, db.reading() as session:
            return await session.scalar(
                select(model).where(model.conversation_id == conversation_id).order_by(order.desc()).limit(1)
            )

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """The backend's database, opened for one test: its connections must not outlive the test's event loop."""
        use_key_ring(load_key_file(Path(self.environ["GUITU_KEYS_FILE"])))
        db = Database(self.environ["DATABASE_URL"])
        try:
            yield db
        finally:
            await db.dispose()

    def _spawn(self, name: str) -> None:
        command = processes.commands()[name]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                ["/bin/sh", "-c", command], cwd=ROOT, env=self.environ, stdout=log, stderr=log, start_new_session=True
            )

    def _wait(self, name: str) -> None:
        url = self.parts[name].health_url(self.environ)
        began = time.monotonic()
        while not processes.is_healthy(url):
            status = self.running[name].poll()
            late = time.monotonic() - began > READY_SECONDS
            if status is not None or late:
                reason = f"ended with status {status}" if status is not None else f"was not ready after {READY_SECONDS:.0f} s"
                raise AssertionError(f"{name} {reason}:\n{self.log_of(name)[-4000:]}")
            time.sleep(POLL_SECONDS)


def _signal_group(group: int, number: signal.Signals) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        # Gone already: what was wanted.
        return
