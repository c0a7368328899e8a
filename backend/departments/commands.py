"""`guitu simulate-departments`; looking after units; `redirect`.

Units: `units`, `example-units`, `add-unit`, `unit-area`, `default-unit`, `retire-unit`, `rotate-secret`, `unit-contact`.
"""

from __future__ import annotations

import argparse
from datetime import timedelta
from typing import Any

from backend.departments import repository, service
from backend.departments.seed import seed_examples
from backend.departments.simulator.app import HOST, create_simulator
from backend.house import House
from backend.settings import load
from backend.staff.contacts import Contact
from backend.terminal import in_house, who


def register(subparsers: Any) -> None:
    """Add this room's sub-commands."""
    simulate = subparsers.add_parser("simulate-departments", help="play the departments of a demonstration until stopped")
    simulate.add_argument("--port", type=int, default=None, help="default: GUITU_SIMULATOR_PORT")
    simulate.set_defaults(run=_simulate)
    units = subparsers.add_parser("units", help="list the units that do the departments' work")
    units.set_defaults(run=in_house(_list_units))
    examples = subparsers.add_parser("example-units", help="add example units with simulated departments")
    examples.add_argument("county", nargs="*", metavar="COUNTY", help="six-digit codes; default: those with a window")
    examples.set_defaults(run=in_house(_add_examples))
    rotate = subparsers.add_parser("rotate-secret", help="give a unit a new secret and print it once")
    rotate.add_argument("unit", metavar="UNIT")
    rotate.add_argument("--hours", type=float, default=24.0, help="how long the old one stays good")
    redirect = subparsers.add_parser("redirect", help="give a returned task to the right department, or another unit of it")
    redirect.add_argument("task", metavar="TASK")
    redirect.add_argument("department", nargs="?", metavar="DEPARTMENT", help="default: the same")
    redirect.add_argument("--unit", metavar="UNIT", help="from `guitu units`; default: whom the address names")
    redirect.add_argument("--as", dest="user", default=None, metavar="USER", help="who does it (default: the login name)")
    redirect.set_defaults(run=in_house(_redirect))
    rotate.set_defaults(run=in_house(_rotate))
    contact = subparsers.add_parser(
        "unit-contact", help="where reminders to a unit go, by SMS and by mail; what is left out is taken away"
    )
    contact.add_argument("unit", metavar="UNIT", help="from `guitu units`")
    contact.add_argument("mobile", nargs="?", metavar="MOBILE", help="with neither, reminders are in the list of alerts only")
    contact.add_argument("--mail", metavar="ADDRESS")
    contact.set_defaults(run=in_house(_contact))
    _register_changes(subparsers)


def _register_changes(subparsers: Any) -> None:
    add = subparsers.add_parser("add-unit", help="add a unit; a further one of its department serves areas")
    add.add_argument("county", metavar="COUNTY", help="six digits")
    add.add_argument("department", metavar="DEPARTMENT")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--area", action="append", default=[], metavar="AREA", help="乡镇、街道; may be given several times")
    add.set_defaults(run=in_house(_add))
    area = subparsers.add_parser("unit-area", help="which areas (乡镇、街道) a unit serves, instead of those before")
    area.add_argument("unit", metavar="UNIT", help="from `guitu units`")
    area.add_argument("area", nargs="*", metavar="AREA", help="none: no area of its own")
    area.set_defaults(run=in_house(_areas))
    default = subparsers.add_parser("default-unit", help="make a unit its county's default for its department")
    default.add_argument("unit", metavar="UNIT")
    default.set_defaults(run=in_house(_default))
    retire = subparsers.add_parser("retire-unit", help="let nothing new come to a unit; what lies with it, it still reports")
    retire.add_argument("unit", metavar="UNIT")
    retire.set_defaults(run=in_house(_retire))


def _simulate(args: argparse.Namespace) -> int:
    settings = load()
    app = create_simulator(settings)
    app.run(HOST, args.port or settings.simulator_port, single_process=True, access_log=False, motd=False)
    return 0


async def _list_units(house: House, _args: argparse.Namespace) -> None:
    async with house.db.reading() as session:
        for unit in await repository.units(session):
            county = house.catalogue.counties[unit.county].name
            ways = Contact(unit.contact_mobile, unit.contact_mail).ways
            serves = "、".join([*(["默认"] if unit.is_default else []), *unit.areas]) if unit.retired_at is None else "已撤"
            print(f"{unit.id}\t{county}\t{unit.department}\t{unit.name}\t{unit.endpoint or 'inbox'}\t{ways}\t{serves}")


async def _add(house: House, args: argparse.Namespace) -> None:
    added = await service.add_unit(house, args.county, args.department, args.name, areas=args.area, by=who(args))
    print(f"{added.id}: {added.name}; its secret, shown once: {added.secret}")


async def _areas(house: House, args: argparse.Namespace) -> None:
    print(f"{args.unit}: {'、'.join(await service.set_areas(house, args.unit, args.area, who(args))) or 'no area'}")


async def _default(house: House, args: argparse.Namespace) -> None:
    await service.make_default(house, args.unit, who(args))
    print(f"{args.unit}: the default")


async def _retire(house: House, args: argparse.Namespace) -> None:
    await service.retire(house, args.unit, who(args))
    print(f"{args.unit}: retired")


async def _add_examples(house: House, args: argparse.Namespace) -> None:
    print(f"{await seed_examples(house, args.county or None)} example units added")


async def _contact(house: House, args: argparse.Namespace) -> None:
    contact = await service.set_contact(house, args.unit, args.mobile, args.mail, who(args))
    print(f"{args.unit}: {contact.told(house.mail is not None)}")


async def _rotate(house: House, args: argparse.Namespace) -> None:
    print(await service.rotate_secret(house, args.unit, timedelta(hours=args.hours), who(args)))


async def _redirect(house: House, args: argparse.Namespace) -> None:
    task = await service.redirect(house, args.task, who(args), args.department, unit_id=args.unit)
    print(f"{task.id}: {task.department}, {task.state}")
