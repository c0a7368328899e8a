"""`guitu statistics MONTH`: how the limits were kept, as a table on the terminal or in a file."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Any

from backend.errors import GuituError
from backend.house import open_house
from backend.settings import load
from backend.spreadsheets.writing import CONTENT_TYPES, write
from backend.statistics import service


def register(subparsers: Any) -> None:
    """Add `guitu statistics`."""
    parser = subparsers.add_parser("statistics", help="how the limits were kept in a month")
    parser.add_argument("month", metavar="MONTH", help="2026-11")
    parser.add_argument("--county", metavar="COUNTY", default=None, help="six digits; default: all")
    parser.add_argument("-o", "--output", type=Path, default=None, metavar="FILE", help="write a .csv or .xlsx")
    parser.set_defaults(run=lambda args: asyncio.run(_statistics(args)))


async def _statistics(args: argparse.Namespace) -> int:
    form = args.output.suffix.removeprefix(".") if args.output else ""
    if args.output and form not in CONTENT_TYPES:
        raise GuituError(f"{args.output}: expected a name that ends with .{' or .'.join(CONTENT_TYPES)}.")
    house = open_house(load())
    try:
        async with house.db.reading(long=True) as session:
            lines = await service.month(session, args.month, [args.county] if args.county else None)
        rows = service.table(house, args.month, lines)
    finally:
        await house.close()
    if args.output is None:
        for row in (service.HEAD, *rows):
            print("\t".join("" if cell is None else str(cell) for cell in row))
        return 0
    try:
        args.output.write_bytes(write(form, "时效统计", service.HEAD, rows))
    except OSError as error:
        raise GuituError(f"{args.output}: cannot be written: {error.strerror}.") from None
    print(f"{len(rows)} lines in {args.output}")
    return 0
