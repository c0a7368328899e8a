"""`guitu archives import|list`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from backend.archives import service
from backend.clock import today
from backend.errors import GuituError
from backend.house import House
from backend.spreadsheets.reading import BadSheet
from backend.terminal import in_house, who

PAGE = 500


def register(subparsers: Any) -> None:
    """Add this room's sub-commands."""
    archives = subparsers.add_parser("archives", help="the soldiers a county expects, and their archives")
    commands = archives.add_subparsers(dest="archives_command", required=True)
    take = commands.add_parser("import", help="take a county's list (.xlsx), whole or not at all")
    take.add_argument("county", metavar="COUNTY", help="six digits")
    take.add_argument("file", type=Path, metavar="FILE")
    take.set_defaults(run=in_house(_import))
    look = commands.add_parser("list", help="who is expected, who has applied, what does not agree; masked")
    look.add_argument("county", metavar="COUNTY", help="six digits")
    look.add_argument("--year", type=int, default=None)
    look.set_defaults(run=in_house(_list))


async def _import(house: House, args: argparse.Namespace) -> None:
    try:
        content = args.file.read_bytes()
    except OSError as error:
        raise GuituError(f"{args.file}: cannot be read: {error.strerror}.") from None
    try:
        done = await service.import_list(house, who(args), args.county, content)
    except BadSheet as refusal:
        raise GuituError(refusal.in_lines()) from None
    if done.again:
        print(f"this file was taken before: {done.rows} rows, nothing changed")
        return
    print(f"{done.rows} rows, {done.new} new, {done.matched} matched with an application, {done.archives} archives recorded")


async def _list(house: House, args: argparse.Namespace) -> None:
    after: int | None = 0
    async with house.db.reading() as session:
        while after is not None:
            year = args.year or today().year
            page = await service.listing(session, house, who(args), args.county, year, after, PAGE)
            for row in page["rows"]:
                archive, number = row["archive_received_on"] or "-", row["application"] or "-"
                differ = ",".join(row["differences"]) or "-"
                print(f"{row['name']}\t{row['id_number']}\t{archive}\t{number}\t{row['state'] or '-'}\t{differ}")
            after = page["next"]
