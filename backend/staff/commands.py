"""`guitu staff add|list|reset|contact`."""

from __future__ import annotations

import argparse
from typing import Any

from backend.house import House
from backend.staff import repository, service
from backend.staff.contacts import Contact
from backend.staff.model import ROLES
from backend.terminal import in_house


def register(subparsers: Any) -> None:
    """Add this room's sub-commands."""
    staff = subparsers.add_parser("staff", help="accounts of staff").add_subparsers(dest="staff_command", required=True)
    add = staff.add_parser("add", help="add an account; its password is generated and printed once")
    add.add_argument("username")
    add.add_argument("display_name")
    add.add_argument("--role", action="append", required=True, choices=ROLES)
    add.add_argument("--county", action="append", default=[], metavar="CODE", help="six-digit code; repeatable")
    add.add_argument("--department", default=None, help="a department's code, for its officers")
    add.set_defaults(run=in_house(_add))
    everyone = staff.add_parser("list", help="list the accounts")
    everyone.set_defaults(run=in_house(_list))
    reset = staff.add_parser("reset", help="give an account a new generated password, printed once")
    reset.add_argument("username")
    reset.set_defaults(run=in_house(_reset))
    contact = staff.add_parser(
        "contact", help="where alerts reach an account, by SMS and by mail; what is left out is taken away"
    )
    contact.add_argument("username")
    contact.add_argument("--mobile", metavar="MOBILE")
    contact.add_argument("--mail", metavar="ADDRESS")
    contact.set_defaults(run=in_house(_contact))


async def _add(house: House, args: argparse.Namespace) -> None:
    password = service.generate_password()
    staff = await service.create(
        house, args.username, args.display_name, password, args.role, args.county or None, args.department
    )
    print(f"{staff.username}\t{password}")


async def _reset(house: House, args: argparse.Namespace) -> None:
    password = service.generate_password()
    staff = await service.set_password(house, args.username, password)
    print(f"{staff.username}\t{password}")


async def _contact(house: House, args: argparse.Namespace) -> None:
    contact = await service.set_contact(house, args.username, args.mobile, args.mail)
    print(f"{args.username}: {contact.told(house.mail is not None)}")


async def _list(house: House, _args: argparse.Namespace) -> None:
    async with house.db.reading() as session:
        for staff in await repository.everyone(session):
            counties = ",".join(staff.counties) if staff.counties else "all"
            state = "active" if staff.active else "closed"
            ways = Contact(staff.contact_mobile, staff.contact_mail).ways
            print(f"{staff.username}\t{staff.display_name}\t{','.join(staff.roles)}\t{counties}\t{state}\t{ways}")
