"""`make lint`: every check that needs no running service, each to its end, one exit status. Root environment."""

from __future__ import annotations

import subprocess
import sys
import time

from scripts.console import ROOT
from scripts.environments import BOT_ENVIRONMENT

PYTHON = sys.executable
CHECKS: tuple[tuple[str, list[str]], ...] = (
    ("style", [PYTHON, "-m", "ruff", "check", "--quiet", "."]),
    ("format", [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."]),
    ("types", [PYTHON, "-m", "mypy"]),
    ("Rasa project", [str(BOT_ENVIRONMENT.interpreter), "scripts/check_rasa_project.py"]),
    ("translations", [PYTHON, "-m", "scripts.check_translations"]),
)


def main() -> int:
    """Exit status 0 when every check passes."""
    failed = []
    for name, command in CHECKS:
        began = time.monotonic()
        status = subprocess.run(command, cwd=ROOT, check=False).returncode
        print(f"lint: {name}: {'ok' if status == 0 else 'FAILED'} ({time.monotonic() - began:.0f} s)", flush=True)
        if status:
            failed.append(name)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
