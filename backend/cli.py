"""The `guitu` command. Each room registers its own sub-commands in its commands.py."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from backend.catalogue.load import CatalogueError
from backend.errors import GuituError
from backend.interview.questions import ScriptError
from backend.logging import configure_logging
from backend.security.encryption import KeyRingError
from backend.settings import SettingsError

ROOMS = (
    "backend.time_limits.commands",
    "backend.interview.commands",
    "backend.applications.commands",
    "backend.archives.commands",
    "backend.rehearsal.commands",
    "backend.dialogue.commands",
    "backend.staff.commands",
    "backend.statistics.commands",
    "backend.subsidies.commands",
    "backend.db.commands",
    "backend.outbox.commands",
    "backend.departments.commands",
    "backend.documents.commands",
    "backend.roster.commands",
    "backend.systems.commands",
    "backend.calendars.commands",
    "backend.serve",
)

#: What a person at the terminal can put right: told in one line. Everything else is a fault of ours and shows its trace.
REFUSALS = (GuituError, SettingsError, CatalogueError, ScriptError, KeyRingError)


def build_parser() -> argparse.ArgumentParser:
    """The parser with every room's sub-commands. A sub-command sets `run`, called with the parsed arguments."""
    parser = argparse.ArgumentParser(prog="guitu", description="归途: 士兵退役一件事 in one conversation.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for room in ROOMS:
        importlib.import_module(room).register(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one sub-command. Exit status 0: done; 1: refused, with a line on stderr that says what to do; 2: wrong usage."""
    args = build_parser().parse_args(arguments)
    configure_logging()
    try:
        return int(args.run(args) or 0)
    except REFUSALS as error:
        print(f"guitu: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
