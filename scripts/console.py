"""What set-up says while it works, and how it stops: steps with elapsed seconds, and one clear line for a failure."""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("GUITU_VAR", ROOT / "var"))
QUIET_SECONDS = 10.0
SCREEN_SECONDS = 0.5
LINE_WIDTH = 100
LEAST_BYTES = 1024**2

NO_SPACE_SIGNS = ("No space left on device", "os error 28", "Errno 28", "ENOSPC", "Disk quota exceeded")
NO_NETWORK_SIGNS = (
    "error sending request",
    "dns error",
    "failed to lookup address",
    "Temporary failure in name resolution",
    "Name or service not known",
    "Network is unreachable",
    "Network connectivity is disabled",
    "Connection refused",
    "tcp connect error",
    "NewConnectionError",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "network request to",
)


class SetupError(Exception):
    """Set-up cannot go on; the message is one line that says what is wrong and what to do."""


def say(line: str) -> None:
    """One line for the person at the terminal."""
    print(line, flush=True)


class Progress:
    """`title … 12 s: what goes on`, redrawn on a terminal, a line every ten seconds elsewhere."""

    def __init__(self, title: str, doing: Callable[[], str] = lambda: "") -> None:
        self.title = title
        self.doing = doing
        self.started = time.monotonic()
        self._screen = sys.stdout.isatty()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._show, daemon=True)

    @property
    def seconds(self) -> int:
        """Whole seconds since the step began."""
        return int(time.monotonic() - self.started)

    def __enter__(self) -> Progress:
        say(f"» {self.title}")
        self._thread.start()
        return self

    def __exit__(self, kind: object, *_rest: object) -> None:
        self._over.set()
        self._thread.join()
        if self._screen:
            print("\r\033[K", end="")
        if kind is None:
            say(f"  done in {self.seconds} s")

    def _show(self) -> None:
        while not self._over.wait(SCREEN_SECONDS if self._screen else QUIET_SECONDS):
            line = f"  {self.seconds} s  {self.doing()}"[:LINE_WIDTH]
            print(f"\r\033[K{line}" if self._screen else line, end="" if self._screen else "\n", flush=True)


def run_logged(
    title: str,
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    failed: str = "",
    fetches: bool = True,
) -> None:
    """Run `command` with its output in var/log, showing progress. Raises SetupError with one line when it fails.

    `failed` is what to do then; the log's path is added. A full disk is recognised by itself, and so is a missing network,
    unless `fetches` says that `failed` is the better advice even then.
    """
    log = VAR / "log" / f"{'-'.join(title.lower().split())}.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                with Progress(title, lambda: last_line(log)):
                    status = process.wait()
                    if status:
                        raise SetupError(explain(title, status, log.read_text("utf-8", "replace"), failed, log, fetches))
            finally:
                end(process)
    except FileNotFoundError as error:
        raise SetupError(f"{title}: {error.filename} is missing. {failed}".rstrip()) from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise SetupError(disk_full(title)) from None
        raise


def end(process: subprocess.Popen[bytes]) -> None:
    """End one child that is still running, and wait for it."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def last_line(log: Path) -> str:
    """The last line that the log holds, without what moves the cursor."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 2000))
        lines = file.read().decode("utf-8", "replace").replace("\r", "\n").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "")


def explain(title: str, status: int, output: str, failed: str, log: Path, fetches: bool) -> str:
    """One line for a failed step: what is wrong, and what to do."""
    # On a disk that is full to the last byte the program's own complaint does not reach the log either.
    if any(sign in output for sign in NO_SPACE_SIGNS) or shutil.disk_usage(log.parent).free < LEAST_BYTES:
        return disk_full(title)
    if fetches and any(sign in output for sign in NO_NETWORK_SIGNS):
        return (
            f"{title}: the network cannot be reached. Check the connection (or set HTTPS_PROXY) and run the same command "
            f"again; what is already there is kept. Log: {log}"
        )
    return " ".join(part for part in (f"{title} failed (status {status}).", failed, f"Log: {log}") if part)


def disk_full(title: str) -> str:
    """The line for a disk that is full."""
    return f"{title}: the disk is full. Free some gigabytes under {ROOT} (or move the checkout) and run the same command again."
