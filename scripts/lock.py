"""`make lock`: what both environments need, resolved anew and written down with hashes."""

from __future__ import annotations

import sys

from scripts.console import SetupError, run_logged
from scripts.environments import find_uv, uv_environ

COMMON = ("--generate-hashes", "--custom-compile-command", "make lock", "--quiet")


def main() -> int:
    """Exit status 0, or 1 with one line that says what to do."""
    newest = ("--universal", "--python-version", "3.12")
    jobs = (
        ("pyproject.toml", "requirements.txt", newest),
        (
            "pyproject.toml",
            "requirements-dev.txt",
            ("--universal", "--python-version", "3.12", "--extra", "dev", "-c", "requirements.txt"),
        ),
        ("bot/pyproject.toml", "bot/requirements.txt", ("--universal", "--python-version", "3.10")),
        ("bench/stock/requirements.in", "bench/stock/requirements.txt", ("--universal", "--python-version", "3.10")),
    )
    try:
        for source, lock, options in jobs:
            command = [find_uv(), "pip", "compile", source, *options, *COMMON, "-o", lock]
            run_logged(f"Locking {lock.replace('/', ' ')}", command, env=uv_environ(), failed="Read the end of the log.")
    except SetupError as error:
        print(f"make lock: {error}", file=sys.stderr)
        return 1
    print("Locked. The next `make run` or `make test` installs it.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
