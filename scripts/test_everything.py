"""`make test`: set up what the tests need, then lint and every test, each to its end; one exit status."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts import steps
from scripts.console import ROOT, SetupError, run_logged, say
from scripts.environments import BOT_ENVIRONMENT, ROOT_ENVIRONMENT

#: Debian package → what tells that it is there.
MACHINE_NEEDS: dict[str, Callable[[], bool]] = {
    "chromium": lambda: shutil.which("chromium") is not None,
    "fonts-noto-cjk": lambda: any(Path("/usr/share/fonts").rglob("Noto*CJK*")),
    "postgresql": lambda: shutil.which("initdb") is not None or any(Path("/usr/lib/postgresql").glob("*/bin/initdb")),
}
ROOT_PYTHON, BOT_PYTHON = ROOT_ENVIRONMENT.interpreter, BOT_ENVIRONMENT.interpreter
STAGES: tuple[tuple[str, Sequence[str | Path]], ...] = (
    ("lint", (ROOT_PYTHON, "-m", "scripts.lint")),
    (
        "tests of what runs inside Rasa",
        (BOT_PYTHON, "-m", "pytest", "tests/unit/bot", "--rootdir", ".", "-c", "bot/pyproject.toml"),
    ),
    ("tests", (ROOT_PYTHON, "-m", "pytest")),
)


def machine() -> None:
    """Debian's browser, Chinese fonts and PostgreSQL; where they cannot be had, their tests are skipped and this says so."""
    missing = [package for package, there in MACHINE_NEEDS.items() if not there()]
    if not missing:
        return
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        say(f"SKIPPED tests that need {', '.join(missing)}: install them as root (apt-get install {' '.join(missing)}).")
        return
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        run_logged("Reading Debian's package lists", [apt, "update"], env=environ)
        run_logged("Installing Debian packages", [apt, "install", "--yes", "--no-install-recommends", *missing], env=environ)
    except SetupError as error:
        say(f"SKIPPED tests that need {', '.join(missing)}: {error}")


def main() -> int:
    """Exit status 0 when everything passed."""
    began = time.monotonic()
    status = steps.main(["--dev"])
    if status:
        return status
    machine()
    results = []
    for name, command in STAGES:
        say(f"» {name}")
        stage_began = time.monotonic()
        status = subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode
        results.append((name, status, time.monotonic() - stage_began))
    say("")
    for name, status, seconds in results:
        say(f"{'passed' if status == 0 else 'FAILED'}  {name} ({seconds:.0f} s)")
    say(f"{(time.monotonic() - began) / 60:.1f} minutes in all")
    return 1 if any(status for _, status, _ in results) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
