"""The county's part at the command line: archive, review, intake, papers, and looking at a case."""

from __future__ import annotations

import argparse
from typing import Any

from backend.applications import service
from backend.clock import local
from backend.errors import GuituError
from backend.house import House
from backend.locale.text import render
from backend.security.masking import mask_id_number, mask_mobile, mask_name
from backend.security.service import CASE, note_access
from backend.terminal import Step, in_house, who


def register(subparsers: Any) -> None:
    """Add this room's sub-commands."""
    archive = _command(subparsers, "archive", "record that the county received the soldier's archive", _archive)
    review = _command(subparsers, "review", "decide the pre-review", _review)
    outcome = review.add_mutually_exclusive_group(required=True)
    outcome.add_argument("--accept", action="store_true", help="accepted: come to the window")
    outcome.add_argument(
        "--correct",
        action="append",
        metavar="FIELD=REASON",
        default=[],
        help="a field's code or a material's number; repeatable",
    )
    outcome.add_argument("--reject", metavar="REASON", help="rejected, and why")
    intake = _command(subparsers, "intake", "receive the originals, check in, dispatch", _intake)
    intake.add_argument("--lacking", type=_numbers, default=[], metavar="8,9", help="numbers of materials that are missing")
    papers = _command(subparsers, "papers", "record that missing papers were brought", _papers)
    papers.add_argument("brought", type=_numbers, metavar="8,9", help="numbers of the materials")
    withdraw = _command(subparsers, "withdraw", "withdraw for the veteran, before check-in", _withdraw)
    withdraw.add_argument("--reason", default=None)
    show = _command(subparsers, "show", "show a case, masked", _show)
    for parser in (archive, review, intake, papers, withdraw, show):
        parser.add_argument("--as", dest="user", default=None, metavar="USER", help="who does it (default: the login name)")


def _command(subparsers: Any, name: str, help_text: str, step: Step) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subparsers.add_parser(name, help=help_text)
    parser.add_argument("number", metavar="NUMBER", help="the application's number, TY-…")
    parser.set_defaults(run=in_house(step))
    return parser


def _numbers(given: str) -> list[int]:
    try:
        return [int(part) for part in given.replace("，", ",").split(",") if part.strip()]
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected numbers with commas between, like 8,9, not {given!r}") from None


async def _archive(house: House, args: argparse.Namespace) -> None:
    application = await service.record_archive(house, args.number, who(args))
    assert application.archive_received_at is not None
    print(f"{application.number}: archive received {local(application.archive_received_at):%Y-%m-%d %H:%M}")


async def _review(house: House, args: argparse.Namespace) -> None:
    points = []
    for point in args.correct:
        name, equals, reason = point.partition("=")
        if not equals or not reason.strip():
            raise GuituError(f"--correct {point}: expected FIELD=REASON, for example --correct mobile=号码停机了")
        points.append((name.strip(), reason.strip()))
    application = await service.review_application(
        house, args.number, who(args), accepted=args.accept, corrections=points, rejected=args.reject
    )
    print(f"{application.number}: {application.state}")


async def _intake(house: House, args: argparse.Namespace) -> None:
    application = await service.intake(house, args.number, who(args), args.lacking)
    print(f"{application.number}: {application.state}")
    await _print_lines(house, application)


async def _papers(house: House, args: argparse.Namespace) -> None:
    application = await service.bring_papers(house, args.number, who(args), args.brought)
    await _print_lines(house, application)


async def _withdraw(house: House, args: argparse.Namespace) -> None:
    application = await service.withdraw(house, args.number, who(args), args.reason)
    print(f"{application.number}: {application.state}")


async def _show(house: House, args: argparse.Namespace) -> None:
    async with house.db.unit() as unit:
        application = await service.by_number(unit.session, who(args), args.number)
        events = await service.history(unit.session, application)
        note_access(unit, who(args), CASE, application.number)
        await unit.commit()
    answers = application.answers
    print(f"{application.number}\t{application.state}\t{house.catalogue.counties[application.county].name}")
    print(f"{mask_name(answers['name'])}\t{mask_id_number(answers['id_number'])}\t{mask_mobile(answers['mobile'])}")
    await _print_lines(house, application)
    for event in events:
        arrow = f"{event.from_state or '-'} > {event.to_state or '-'}"
        print(f"  {local(event.at):%Y-%m-%d %H:%M:%S}\t{event.actor}\t{event.command}\t{arrow}\t{event.reason or ''}")


async def _print_lines(house: House, application: service.Application) -> None:
    async with house.db.reading() as session:
        view = await service.progress(session, house, application)
    for line in view.lines:
        due = f"due {local(line.due):%Y-%m-%d %H:%M}{' (provisional)' if line.provisional else ''}" if line.due else "-"
        name = render(line.matter.short) + (f"/{line.path}" if line.path else "")
        print(f"  {line.matter.number:>2} {name}\t{line.state}\t{line.unit or '-'}\t{due}")
