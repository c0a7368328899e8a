"""Papers at the command line: printing one, and trying the counties' own templates."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from backend.catalogue.load import load_catalogue
from backend.clock import local, now
from backend.documents import service
from backend.documents.contents import content_of
from backend.documents.examples import examples
from backend.documents.printing import TemplateError, compile_template, filled
from backend.documents.rules import PAPERS
from backend.errors import GuituError
from backend.house import House, open_house
from backend.settings import load
from backend.terminal import who


def register(subparsers: Any) -> None:
    """Add this room's sub-commands."""
    paper = subparsers.add_parser("print", help="print a paper of a case as PDF; without a name: which there are")
    paper.add_argument("number", metavar="NUMBER", help="the application's number, TY-…")
    paper.add_argument("name", metavar="NAME", nargs="?", help=", ".join(PAPERS))
    paper.add_argument("-o", "--output", type=Path, metavar="FILE", help="where to (default: NUMBER-NAME.pdf)")
    paper.add_argument("--as", dest="user", default=None, metavar="USER", help="who does it (default: the login name)")
    paper.set_defaults(run=lambda args: asyncio.run(_with_house(args)))
    templates = subparsers.add_parser("templates", help="try every template of GUITU_TEMPLATES on a made-up case")
    templates.set_defaults(run=lambda _args: _templates())


async def _with_house(args: argparse.Namespace) -> int:
    house = open_house(load())
    try:
        await _print(house, args)
    finally:
        await house.close()
    return 0


async def _print(house: House, args: argparse.Namespace) -> None:
    actor = who(args)
    if args.name is None:
        for line in await service.overview(house, args.number, actor):
            last = f"printed {local(line.printed[-1].at):%Y-%m-%d %H:%M} by {line.printed[-1].by}" if line.printed else ""
            print(f"  {line.paper.name:<20} {line.paper.title}\t{line.why_not or last or '-'}")
        return
    printed = await service.produce(house, args.number, args.name, actor)
    file = args.output or Path(f"{args.number}-{args.name}.pdf")
    write_private(file, printed.pdf)
    if printed.problem:
        print(f"guitu: the county's template does not compile, ours was printed: {printed.problem}", file=sys.stderr)
    print(f"{file}: {PAPERS[args.name].title}, {len(printed.pdf)} bytes")


def write_private(file: Path, content: bytes) -> None:
    """Write what holds personal data: for its owner only. Raises GuituError when it cannot be written."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            # A file that was there before may have been open to others.
            os.fchmod(descriptor, 0o600)
            out.write(content)
    except OSError as error:
        raise GuituError(f"写不了 {file}：{error.strerror}。换个地方再试。", code="not_written") from None


def _templates() -> int:
    settings = load()
    if settings.templates_dir is None:
        raise GuituError("没有设 GUITU_TEMPLATES：现在只用自带的样式。", code="no_templates")
    catalogue = load_catalogue(settings.catalogue_dir)
    wrong = 0
    for file in sorted(settings.templates_dir.glob("*/*.typ")):
        county, name = file.parent.name, file.stem
        try:
            if county not in catalogue.counties or name not in PAPERS:
                known = "a county's code" if county not in catalogue.counties else f"one of {', '.join(PAPERS)}"
                raise TemplateError(f"{file}: nobody asks for it; expected <county>/<name>.typ with {known}.")
            for subject in examples(catalogue, county):
                content = content_of(catalogue, name, subject)
                compile_template(file, filled(settings, content, subject.number, now()), now())
            print(f"{file}: good")
        except TemplateError as error:
            wrong += 1
            print(error)
    return 1 if wrong else 0
