"""`make test`: set up what the tests need, then lint and every test, each to its end; one exit status."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from scripts import machine, steps
from scripts.console import ROOT, say
from scripts.environments import BOT_ENVIRONMENT, ROOT_ENVIRONMENT

ROOT_PYTHON, BOT_PYTHON = ROOT_ENVIRONMENT.interpreter, BOT_ENVIRONMENT.interpreter
STAGES: tuple[tuple[str, Sequence[str | Path]], ...] = (
    ("lint", (ROOT_PYTHON, "-m", "scripts.lint")),
    (
        "tests of what runs inside Rasa",
        (BOT_PYTHON, "-m", "pytest", "tests/unit/bot", "--rootdir", ".", "-c", "bot/pyproject.toml"),
    ),
    ("tests", (ROOT_PYTHON, "-m", "pytest")),
)


def debian_packages() -> None:
    """Debian's browser, Chinese fonts and PostgreSQL; where they cannot be had, their tests are skipped and this says so."""
    missing = machine.missing(list(machine.NEEDS))
    why = machine.install(missing) if missing else None
    if why is not None:
        say(f"SKIPPED tests that need {', '.join(missing)}: {why}")


def main() -> int:
    """Exit status 0 when everything passed."""
    began = time.monotonic()
    status = steps.main(["--dev"])
    if status:
        return status
    debian_packages()
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
