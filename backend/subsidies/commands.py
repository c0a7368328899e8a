"""`guitu subsidy funds|list|outcomes`."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from backend.clock import today
from backend.documents.commands import write_private
from backend.errors import GuituError
from backend.house import House
from backend.spreadsheets.reading import BadSheet
from backend.subsidies import service
from backend.subsidies.model import PaymentList
from backend.terminal import in_house, who


def register(subparsers: Any) -> None:
    """Add this room's sub-commands."""
    subsidy = subparsers.add_parser("subsidy", help="the local subsidy: funds, lists for the bank, outcomes")
    commands = subsidy.add_subparsers(dest="subsidy_command", required=True)
    funds = commands.add_parser("funds", help="record that the funds of a batch have arrived")
    funds.add_argument("--on", type=date.fromisoformat, default=None, metavar="DATE", help="default: today")
    make = commands.add_parser("list", help="write the list of those who can be paid now")
    for parser, step in ((funds, _funds), (make, _list)):
        parser.add_argument("county", metavar="COUNTY", help="six digits")
        parser.add_argument("batch", metavar="BATCH", help="for example 2026年第一批")
        parser.set_defaults(run=in_house(step))
    make.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", help="the .xlsx to write")
    outcomes = commands.add_parser("outcomes", help="take what the bank wrote back")
    outcomes.add_argument("county", metavar="COUNTY", help="six digits")
    outcomes.add_argument("list", metavar="LIST", help="the list's id, l_…")
    outcomes.add_argument("file", type=Path, metavar="FILE")
    outcomes.set_defaults(run=in_house(_outcomes))


async def _funds(house: House, args: argparse.Namespace) -> None:
    arrived, waiting = await service.record_arrival(house, who(args), args.county, args.batch, args.on or today())
    print(f"{arrived.batch}: arrived {arrived.arrived_on}, {waiting} subsidies had waited for it")


async def _list(house: House, args: argparse.Namespace) -> None:
    made = await write_list(house, who(args), args.county, args.batch, args.output)
    print(f"{made.id}: {made.rows} rows in {args.output}")


async def write_list(house: House, actor: str, county: str, batch: str, output: Path) -> PaymentList:
    """Make a list and write it for its owner alone. Raises GuituError; when only the file failed, the list is kept."""
    made = await service.make_list(house, actor, county, batch)
    content = await service.list_sheet(house, actor, county, made.id)
    try:
        write_private(output, content)
    except GuituError as error:
        raise GuituError(f"{error} The list {made.id} is kept.", code=error.code) from None
    return made


async def _outcomes(house: House, args: argparse.Namespace) -> None:
    try:
        content = args.file.read_bytes()
    except OSError as error:
        raise GuituError(f"{args.file}: cannot be read: {error.strerror}.") from None
    try:
        done = await service.import_outcomes(house, who(args), args.county, args.list, content)
    except BadSheet as refusal:
        raise GuituError(refusal.in_lines()) from None
    print(f"{done.taken} outcomes taken, {done.known} known before")
    for line in done.without_effect:
        print(f"  {line}")
