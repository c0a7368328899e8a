"""`guitu systems`: how the outside systems are reached, and the files that are exchanged with them."""

from __future__ import annotations

import argparse
from datetime import timedelta
from pathlib import Path
from typing import Any

from backend.errors import GuituError
from backend.house import House
from backend.spreadsheets.writing import CONTENT_TYPES
from backend.systems import files, links, timeliness
from backend.systems.registry import FILE, HTTP, OFF, PROVINCE, TIMELINESS
from backend.terminal import Step, in_house, who


def register(subparsers: Any) -> None:
    """Add this room's sub-commands."""
    systems = subparsers.add_parser("systems", help="outside systems: how each is reached, and files")
    steps = systems.add_subparsers(dest="step", required=True, metavar="STEP")
    _step(steps, "list", "list every system and its links", _list)
    change = _step(steps, "set", "say how a system is reached", _set)
    change.add_argument("system")
    change.add_argument("county", help=f"six digits; {PROVINCE}: the whole province")
    change.add_argument("kind", choices=(HTTP, FILE, OFF))
    change.add_argument("--endpoint", metavar="URL", help="with http: where it is pushed")
    change.add_argument("--bank", default="", metavar="CODE", help="for this bank only")
    rotate = _step(steps, "rotate", "give a link a new secret and print it once", _rotate)
    rotate.add_argument("system")
    rotate.add_argument("county")
    rotate.add_argument("--bank", default="", metavar="CODE")
    rotate.add_argument("--hours", type=float, default=24.0, help="how long the old one stays good")
    out = _step(steps, "export", "write what waits, or a month's timeliness, into a file", _export)
    out.add_argument("system")
    out.add_argument("county")
    out.add_argument("file", type=Path, metavar="FILE", help=".xlsx or .csv; one that exists is not overwritten")
    out.add_argument("--month", metavar="2026-11", help=f"for {' and '.join(TIMELINESS)}")
    out.add_argument("--again", metavar="FILE_ID", help="the rows of a file that was written before")
    back = _step(steps, "import", "read a result file", _import)
    back.add_argument("system")
    back.add_argument("county")
    back.add_argument("file", type=Path, metavar="FILE")


def _step(steps: Any, name: str, help_text: str, step: Step) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = steps.add_parser(name, help=help_text)
    parser.set_defaults(run=in_house(step))
    return parser


async def _list(house: House, _args: argparse.Namespace) -> None:
    async with house.db.reading() as session:
        rows = await links.overview(session, None)
    for row in rows:
        if not row["links"]:
            print(f"{row['system']}\t{row['name']}\t-\toff")
        for link in row["links"]:
            county = link["county"] + (f"/{link['partner']}" if link["partner"] else "")
            counts = " ".join(f"{state}={count}" for state, count in sorted(link["counts"].items()))
            where = link["endpoint"] or ""
            print(f"{row['system']}\t{row['name']}\t{county}\t{link['kind']}\t{where}\t{counts}".rstrip())


async def _set(house: House, args: argparse.Namespace) -> None:
    link = await links.set_link(house, args.system, args.county, args.kind, args.endpoint, partner=args.bank, by=who(args))
    print(f"{link.system} {link.county}: {link.kind}. `guitu systems rotate {link.system} {link.county}` prints a new secret.")


async def _rotate(house: House, args: argparse.Namespace) -> None:
    print(await links.rotate(house, args.system, args.county, args.bank, timedelta(hours=args.hours)))


async def _export(house: House, args: argparse.Namespace) -> None:
    form = args.file.suffix.lstrip(".")
    if form not in CONTENT_TYPES:
        raise GuituError(f"{args.file}: expected a name that ends in .xlsx or .csv")
    by = who(args)
    # Made first: what cannot be written must not count as written.
    try:
        file = args.file.open("xb")
    except OSError as error:
        raise GuituError(f"{args.file} cannot be written: {error.strerror}. Name another file.") from None
    try:
        with file:
            if args.month:
                written = await timeliness.write_month(house, args.system, args.month, form, by, args.county)
            elif args.again:
                written = await files.write_again(house, args.system, args.county, args.again, form)
            else:
                written = await files.write_file(house, args.system, args.county, form, by)
            file.write(written.content)
    except GuituError:
        args.file.unlink()
        raise
    args.file.chmod(0o600)
    print(f"{args.file}: {written.rows} rows, file {written.id}")


async def _import(house: House, args: argparse.Namespace) -> None:
    try:
        content = args.file.read_bytes()
    except OSError as error:
        raise GuituError(f"{args.file} cannot be read: {error.strerror}.") from None
    taken = await files.read_file(house, args.system, args.county, content, who(args))
    print(f"{args.file}: {taken['rows']} rows, {taken['applied']} applied")
