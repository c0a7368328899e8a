"""Every process of the Procfile under honcho, until Ctrl-C or until one of them ends. Runs in the root environment."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import Any

from honcho.manager import KILL_WAIT, Manager

from scripts import processes
from scripts.console import ROOT

START_SECONDS = float(os.environ.get("GUITU_START_SECONDS", "180"))
REPORT_SECONDS = 5.0
POLL_SECONDS = 0.3


class Runner(Manager):  # type: ignore[misc]
    """Starts all, says when all are well, and ends all when one ends."""

    def __init__(self, environ: dict[str, str]) -> None:
        super().__init__()
        self.environ = environ
        self.asked_to_stop = False
        self.not_ready: list[str] = []
        self._over = threading.Event()
        self._kill_at: float | None = None

    def run(self) -> int:
        """Exit status: 0 after Ctrl-C or SIGTERM, 1 when a process ended by itself or did not become ready."""
        for name, command in processes.commands().items():
            self.add_process(name, command, env=self.environ, cwd=str(ROOT))
        try:
            self.loop()
        finally:
            self._over.set()
            self._sweep()
        if self.asked_to_stop:
            self.tell("Everything is stopped.")
            return 0
        if self.not_ready:
            self.tell(f"{', '.join(self.not_ready)} did not become ready within {START_SECONDS:.0f} s; everything was stopped.")
        else:
            self.tell(
                f"{self.ended_first} ended by itself, so everything was stopped. The reason stands above, in its own lines."
            )
        return 1

    def tell(self, line: str) -> None:
        """One line among those of the processes."""
        self._system_print(line + "\n")

    def terminate(self) -> None:
        """End every process; called again it changes nothing. Those that stay are killed after a few seconds."""
        if self._kill_at is None:
            self._kill_at = time.monotonic() + KILL_WAIT
            self.ended_first = next((name for name, p in self._processes.items() if p.get("returncode") is not None), "")
            self._over.set()
        super().terminate()

    def _start(self) -> None:
        # honcho's own handlers fail for a Ctrl-C that comes before every process has its pid: ours only take note.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._take_note)
        super()._start()
        threading.Thread(target=self._watch, daemon=True).start()

    def _take_note(self, _number: int, _frame: Any) -> None:
        if self._kill_at is None:
            self.asked_to_stop = True

    def _all_started(self) -> bool:
        # honcho asks this in every round of its loop: the place to act on what was noted, once every process can be stopped.
        started: bool = super()._all_started()
        if started and (self.asked_to_stop or self.not_ready):
            self.terminate()
        if started and self._kill_at is not None and time.monotonic() > self._kill_at:
            self._kill_at = float("inf")
            self.kill()
        return started

    def _watch(self) -> None:
        """Wait until all are well, then print where to go."""
        began = reported = time.monotonic()
        waiting = list(processes.PARTS)
        while waiting and not self._over.wait(POLL_SECONDS):
            waiting = [part for part in waiting if not processes.is_healthy(part.health_url(self.environ))]
            seconds = time.monotonic() - began
            if waiting and seconds > START_SECONDS:
                self.not_ready = [part.name for part in waiting]
                return
            if waiting and time.monotonic() - reported > REPORT_SECONDS:
                reported = time.monotonic()
                self.tell(f"{seconds:.0f} s: waiting for {', '.join(part.title for part in waiting)}")
        if not self._over.is_set():
            self.tell(f"All ready after {time.monotonic() - began:.0f} s.")
            for line in addresses(self.environ):
                self.tell(line)

    def _sweep(self) -> None:
        """Kill what a process left behind in its group: each was started as the leader of one."""
        for p in self._processes.values():
            try:
                os.killpg(p["pid"], signal.SIGKILL)
            except (KeyError, ProcessLookupError):
                # Never started, or wholly gone, which is how it should be.
                continue


def addresses(environ: dict[str, str]) -> list[str]:
    """Where to go, and what the county can do meanwhile."""
    page = f"http://localhost:{environ[processes.BACKEND.port_name]}"
    return [
        "",
        f"  Chat page      {page}/",
        f"  Staff console  {page}/console",
        *([f"  Demo handset   {page}/demo/phone"] if environ.get("GUITU_DEMO") == "1" else []),
        "",
        "  When an application was submitted, in another terminal, with its number:",
        "    .venv/bin/guitu archive NUMBER            the soldier's archive has come",
        "    .venv/bin/guitu review NUMBER --accept    or --correct FIELD=REASON, or --reject REASON",
        "    .venv/bin/guitu intake NUMBER             the originals are at the window: dispatch",
        "",
        "  Ctrl-C ends everything.",
        "",
    ]


if __name__ == "__main__":
    sys.exit(Runner(processes.environment(os.environ)).run())
