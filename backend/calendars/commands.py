"""`guitu calendar`: publish a year's holidays, close a county for a day, set its close of business, and look at them."""

from __future__ import annotations

import argparse
from datetime import date, time
from pathlib import Path
from typing import Any

from backend.applications.actor import Actor
from backend.calendars import service
from backend.calendars.service import Changed
from backend.clock import local
from backend.house import House
from backend.terminal import Step, in_house, who


def register(subparsers: Any) -> None:
    """Add this room's sub-commands."""
    calendar = subparsers.add_parser("calendar", help="working days: published years, closures, close of business")
    steps = calendar.add_subparsers(dest="calendar_command", required=True)
    update = _command(steps, "update", "put in a new or corrected YEAR.yml and count the open limits anew", _update)
    update.add_argument("file", type=Path, metavar="FILE", help="named YEAR.yml, as in backend/catalogue/data/calendar")
    close = _command(steps, "close", "a county does not work on these days, such as a typhoon's", _close)
    close.add_argument("county", metavar="COUNTY", help="six-digit code")
    close.add_argument("day", type=_day, nargs="+", metavar="DATE", help="YYYY-MM-DD")
    reopen = _command(steps, "reopen", "a closure was a mistake; it stays on record", _reopen)
    reopen.add_argument("closure", type=int, metavar="ID", help="from `guitu calendar show`")
    hours = _command(steps, "hours", "set a county's close of business", _hours)
    hours.add_argument("county", metavar="COUNTY", help="six-digit code")
    hours.add_argument("--close", type=_time, required=True, metavar="HH:MM")
    hours.add_argument("--since", type=_day, default=None, metavar="DATE", help="the first day on which it holds (today)")
    for parser in (close, reopen, hours):
        parser.add_argument("--reason", required=True)
    show = _command(steps, "show", "published years, and what counties set", _show)
    show.add_argument("county", nargs="?", metavar="COUNTY", help="six-digit code; default: every county")


def _command(steps: Any, name: str, help_text: str, step: Step) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = steps.add_parser(name, help=help_text)
    parser.add_argument("--as", dest="user", default=None, metavar="USER", help="who does it (default: the login name)")
    parser.set_defaults(run=in_house(step))
    return parser


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a day like 2026-09-18, not {given!r}") from None


def _time(given: str) -> time:
    try:
        return time.fromisoformat(given).replace(tzinfo=None)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a time like 17:30, not {given!r}") from None


def _actor(args: argparse.Namespace) -> Actor:
    return Actor(who(args))


def _print(what: str, done: Changed) -> None:
    print(f"{what}: {'recorded' if done.changed else 'known already, nothing changed'}")
    counted = done.recounted
    print(f"  limits counted anew: {counted.looked}, moved: {counted.moved}, veterans told of another day: {counted.told}")
    if counted.failed:
        print(f"  {counted.failed} could not be counted; the log names them. Run it again when that is put right.")


async def _update(house: House, args: argparse.Namespace) -> None:
    _print(args.file.name, await service.publish_year(house, args.file, _actor(args)))


async def _close(house: House, args: argparse.Namespace) -> None:
    days = ", ".join(map(str, args.day))
    _print(f"{args.county} closed on {days}", await service.close_days(house, args.county, args.day, args.reason, _actor(args)))


async def _reopen(house: House, args: argparse.Namespace) -> None:
    _print(f"closure {args.closure} reopened", await service.reopen(house, args.closure, args.reason, _actor(args)))


async def _hours(house: House, args: argparse.Namespace) -> None:
    done = await service.set_hours(house, args.county, args.close, args.reason, _actor(args), args.since)
    _print(f"{args.county} closes at {args.close:%H:%M}", done)


async def _show(house: House, args: argparse.Namespace) -> None:
    await house.days.read()
    for year, published in sorted(house.calendar.years.items()):
        print(f"{year}\t{published.source}")
    async with house.db.reading() as session:
        hours = await service.hours(session, house, _actor(args), args.county)
        closures = await service.closures(session, house, _actor(args), args.county)
    for each in hours:
        print(
            f"{each.county}\tcloses {each.close:%H:%M} since {each.since}\t{each.by}\t{local(each.at):%Y-%m-%d}\t{each.reason}"
        )
    for closure in closures:
        state = f"reopened by {closure.reopened_by}: {closure.reopened_why}" if closure.reopened_at else "closed"
        print(f"{closure.county}\t{closure.id}\t{closure.day}\t{state}\t{closure.by}\t{closure.reason}")
