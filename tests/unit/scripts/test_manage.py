"""`make run`'s manager: everything starts, is seen to be well, and is gone after Ctrl-C; one that dies takes all along."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.edge.serving import free_port
from scripts.console import ROOT

#: A process that answers its health check, has a child of its own, and takes a while to end.
WELL = """
import http.server, signal, subprocess, sys, os
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open(sys.argv[2], "w").write(f"{os.getpid()} {child.pid}")
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *a): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
#: Runs the manager with a Procfile and ports of its own.
DRIVER = """
import os, sys
from pathlib import Path
from scripts import manage, processes
processes.ROOT = manage.ROOT = Path(sys.argv[1])
manage.START_SECONDS = float(sys.argv[2])
sys.exit(manage.Runner(processes.environment(os.environ)).run())
"""
NAMES = ("rasa", "actions", "backend", "worker", "simulator")


class Managed:
    """A running manager over five small servers."""

    def __init__(self, folder: Path, start_seconds: float = 60, **commands: str) -> None:
        self.folder = folder
        (folder / "well.py").write_text(WELL, "utf-8")
        ports = ("GUITU_RASA_PORT", "GUITU_ACTIONS_PORT", "GUITU_PORT", "GUITU_WORKER_PORT", "GUITU_SIMULATOR_PORT")
        lines = [
            f"{name}: {commands.get(name, f'exec {sys.executable} well.py ${port} {name}.pids')}"
            for name, port in zip(NAMES, ports, strict=True)
        ]
        (folder / "Procfile").write_text("\n".join(lines) + "\n", "utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-c", DRIVER, str(folder), str(start_seconds)],
            cwd=ROOT,
            env={**os.environ, **{port: str(free_port()) for port in ports}, "GUITU_VAR": str(folder), "GUITU_DEMO": "1"},
            stdout=(folder / "out").open("w"),
            stderr=subprocess.STDOUT,
        )

    @property
    def output(self) -> str:
        return (self.folder / "out").read_text("utf-8")

    def wait_for(self, words: str) -> None:
        began = time.monotonic()
        while words not in self.output:
            assert time.monotonic() - began < 30 and self.process.poll() is None, self.output
            time.sleep(0.05)

    def pids(self) -> list[int]:
        return [int(pid) for file in self.folder.glob("*.pids") for pid in file.read_text("utf-8").split()]


def is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text("utf-8").rpartition(")")[2].split()[0] != "Z"


@pytest.fixture
def managed(tmp_path: Path) -> Callable[..., Managed]:
    return lambda **options: Managed(tmp_path, **options)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_ctrl_c_ends_every_process_and_what_they_started(managed: Callable[..., Managed], number: signal.Signals) -> None:
    running = managed()
    running.wait_for("All ready after")
    pids = running.pids()
    assert len(pids) == 2 * len(NAMES)
    running.process.send_signal(number)
    assert running.process.wait(15) == 0, running.output
    assert [pid for pid in pids if is_alive(pid)] == []
    assert "Everything is stopped." in running.output


def test_when_all_are_well_the_addresses_are_printed(managed: Callable[..., Managed]) -> None:
    running = managed()
    running.wait_for("Ctrl-C ends everything.")
    running.process.send_signal(signal.SIGINT)
    running.process.wait(15)
    assert "Chat page      http://localhost:" in running.output
    assert "/demo/phone" in running.output
    assert "guitu review NUMBER --accept" in running.output


@pytest.mark.parametrize("status", [0, 7])
def test_a_process_that_ends_is_named_and_ends_all(managed: Callable[..., Managed], status: int) -> None:
    running = managed(worker=f"sleep 1; echo the reason; exit {status}")
    assert running.process.wait(30) == 1, running.output
    assert "the reason" in running.output
    assert "worker ended by itself, so everything was stopped." in running.output
    assert [pid for pid in running.pids() if is_alive(pid)] == []


def test_a_process_that_never_gets_well_is_named_and_ends_all(managed: Callable[..., Managed]) -> None:
    running = managed(start_seconds=3, actions="exec sleep 600")
    assert running.process.wait(30) == 1, running.output
    assert "actions did not become ready within 3 s" in running.output
    assert [pid for pid in running.pids() if is_alive(pid)] == []


def test_ctrl_c_at_once_is_as_clean(managed: Callable[..., Managed]) -> None:
    running = managed()
    running.wait_for("started (pid=")
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(15) == 0, running.output
    assert [pid for pid in running.pids() if is_alive(pid)] == []


def test_one_that_ignores_the_request_to_stop_is_killed(managed: Callable[..., Managed]) -> None:
    running = managed(simulator=f"trap '' TERM; {sys.executable} well.py $GUITU_SIMULATOR_PORT simulator.pids")
    running.wait_for("All ready after")
    pids = running.pids()
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(20) == 0, running.output
    assert [pid for pid in pids if is_alive(pid)] == []
