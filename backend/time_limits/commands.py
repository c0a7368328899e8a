"""`guitu due`: when a limit ends, for one instant or for a file of them."""

from __future__ import annotations

import argparse
import asyncio
import csv
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from backend.catalogue.load import DATA, Catalogue, CatalogueError, load_catalogue
from backend.clock import SHANGHAI
from backend.errors import GuituError
from backend.time_limits.calendar import WorkCalendar, load_calendar
from backend.time_limits.rules import DEFAULT_OFFICE, Due, OfficeHours, due

RECEIVED, DAYS, DUE, PROVISIONAL = "received_at", "working_days", "due_at", "provisional"
#: More than any limit could be; a figure beyond it is a slip of the pen, and would only count for a long time.
MOST_DAYS = 3650


@dataclass(frozen=True)
class Known:
    """The working days to count with."""

    calendar: WorkCalendar
    office: OfficeHours = DEFAULT_OFFICE


def register(commands: Any) -> None:
    """Add `guitu due` to the command's parser."""
    parser = commands.add_parser(
        "due",
        help="when a limit ends (notice 四(八))",
        description="When a matter's limit ends. Times are Asia/Shanghai. Provisional: beyond the published holidays.",
    )
    parser.add_argument(
        "matter", nargs="?", metavar="MATTER", help="code or number of the matter, for example social_card or 10"
    )
    parser.add_argument("--received", metavar='"YYYY-MM-DD HH:MM"', help="when it was received")
    parser.add_argument("--days", type=int, metavar="N", help="working days, instead of the matter's limit")
    parser.add_argument("--csv", type=Path, metavar="FILE", help=f"a file with the columns {RECEIVED},{DAYS}[,{DUE}]")
    parser.add_argument(
        "--county",
        metavar="CODE",
        help="count with what this county set, and with years that were published since: asks the database",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the due time, or the file with due times. Raises GuituError that says what to do."""
    if (args.csv is None) == (args.matter is None) or (args.csv is None) != (args.received is not None):
        raise GuituError('give either MATTER and --received "2026-09-30 10:30", or --csv FILE.')
    if args.csv is not None and args.days is not None:
        raise GuituError(f"--days goes with MATTER; in a file the column {DAYS} says it.")
    catalogue_dir = Path(os.environ.get("GUITU_CATALOGUE") or DATA)
    try:
        if args.county is not None:
            known = asyncio.run(_known_for(args.county))
        else:
            known = Known(load_calendar(catalogue_dir / "calendar"))
        if args.csv is not None:
            return _file(args.csv, known)
        days = args.days if args.days is not None else _limit(load_catalogue(catalogue_dir), args.matter)
    except CatalogueError as error:
        raise GuituError(str(error)) from None
    result = _due(args.received, str(days), known)
    print(_shown(result) + ("\tprovisional" if result.provisional else ""))
    return 0


async def _known_for(county: str) -> Known:
    # Imported late: without --county nothing but the catalogue's files is needed.
    from backend.house import open_house
    from backend.settings import load

    house = open_house(load())
    try:
        if county not in house.catalogue.counties:
            raise GuituError(f"no county {county!r}; expected a six-digit code such as 350102.")
        await house.days.read()
        return Known(house.calendar, house.office(county))
    finally:
        await house.close()


def _limit(catalogue: Catalogue, named: str) -> int:
    matter = next((one for one in catalogue.matters.values() if named in (one.code, str(one.number))), None)
    if matter is None:
        raise GuituError(f"no matter {named!r}; expected one of {', '.join(catalogue.matters)}.")
    if matter.limit_days is None:
        raise GuituError(f"the notice sets no limit for {matter.code} ({matter.limit_section}); give one with --days N.")
    return matter.limit_days


def _due(received: str, days: str, known: Known) -> Due:
    """The due time for what was written. Raises GuituError that names what is wrong."""
    try:
        instant = datetime.fromisoformat(received.strip())
    except ValueError:
        raise GuituError(f'{received!r} is no time; expected "YYYY-MM-DD HH:MM" or "YYYY-MM-DD HH:MM:SS".') from None
    if ":" not in received:
        raise GuituError(f'{received!r} has no time of day; expected "YYYY-MM-DD HH:MM".')
    if not 2000 <= instant.year <= 2100:
        raise GuituError(f"{received!r}: the year must be between 2000 and 2100.")
    if not days.strip().isdecimal() or not 1 <= int(days) <= MOST_DAYS:
        raise GuituError(f"{days!r} is no number of working days; expected 1 to {MOST_DAYS}.")
    return due(instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI), int(days), known.calendar, known.office)


def _shown(result: Due) -> str:
    return result.due_at.strftime("%Y-%m-%d %H:%M:%S")


def _file(path: Path, known: Known) -> int:
    """The file with due_at filled. Every row is read before anything is printed, so that a bad one leaves no half of it."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, rows = _rows(path, file, known)
    except csv.Error as error:
        raise GuituError(f"{path}: not valid CSV: {error}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise GuituError(f"{path}: cannot be read: {error}.") from None
    writer = csv.DictWriter(sys.stdout, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return 0


def _rows(path: Path, file: Any, known: Known) -> tuple[list[str], list[dict[str, str]]]:
    reader = csv.DictReader(file, strict=True)
    header = list(reader.fieldnames or ())
    missing = [name for name in (RECEIVED, DAYS) if name not in header]
    if missing or len(set(header)) != len(header):
        raise GuituError(f"{path}:1: expected the columns {RECEIVED},{DAYS},{DUE}, each once.")
    rows = list(_filled(path, reader, header, known))
    return [*header, *(name for name in (DUE, PROVISIONAL) if name not in header)], rows


def _filled(path: Path, reader: csv.DictReader[str], header: list[str], known: Known) -> Iterator[dict[str, str]]:
    for row in reader:
        # The columns that are filled here may be left out at the end of a row.
        if None in row or any(row[name] is None for name in header if name not in (DUE, PROVISIONAL)):
            raise GuituError(f"{path}:{reader.line_num}: expected {len(header)} columns, as in the first line.")
        try:
            result = _due(row[RECEIVED], row[DAYS], known)
        except GuituError as error:
            raise GuituError(f"{path}:{reader.line_num}: {error}") from None
        yield {**row, DUE: _shown(result), PROVISIONAL: "yes" if result.provisional else "no"}
