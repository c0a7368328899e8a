"""The roster at the command line."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Any

from backend.documents.commands import write_private
from backend.house import House, open_house
from backend.roster import service
from backend.settings import load
from backend.terminal import who


def register(subparsers: Any) -> None:
    """Add this room's sub-command."""
    roster = subparsers.add_parser("roster", help="the roster for the armed-forces department")
    steps = roster.add_subparsers(dest="step", required=True, metavar="STEP")
    export = steps.add_parser("export", help="write what was not handed over yet, encrypted; the password is printed once")
    export.add_argument("county", metavar="COUNTY", help="six digits, for example 350102")
    export.add_argument("-o", "--output", type=Path, metavar="FILE", required=True, help="where to, .xlsx")
    export.add_argument("--year", type=int, default=None, help="of the applications (default: every year)")
    export.add_argument("--as", dest="user", default=None, metavar="USER", help="who does it (default: the login name)")
    export.set_defaults(run=lambda args: asyncio.run(_with_house(args)))


async def _with_house(args: argparse.Namespace) -> int:
    house = open_house(load())
    try:
        await _export(house, args)
    finally:
        await house.close()
    return 0


async def _export(house: House, args: argparse.Namespace) -> None:
    made = await service.export(house, who(args), args.county, args.year)
    write_private(args.output, made.file)
    print(f"{args.output}: {made.export.row_count} rows, export {made.export.id}, sha256 {made.export.sha256}")
    print(f"password (shown this once; tell it by another way than the file): {made.password}")
    if made.waiting:
        print(f"left out, their units are not typed yet: {', '.join(made.waiting)}")
