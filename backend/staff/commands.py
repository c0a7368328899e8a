"""`guitu staff add|list|reset|second-factor|sign-out|contact`."""

from __future__ import annotations

import argparse
import getpass
from typing import Any

from backend.house import House
from backend.staff import accounts, repository, service
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
    add.add_argument("--program", action="store_true", help="for a program: no second factor, no console")
    add.set_defaults(run=in_house(_add))
    everyone = staff.add_parser("list", help="list the accounts")
    everyone.set_defaults(run=in_house(_list))
    reset = staff.add_parser("reset", help="give an account a new generated password, printed once")
    reset.add_argument("username")
    reset.set_defaults(run=in_house(_reset))
    factor = staff.add_parser("second-factor", help="take an account's second factor off; the next signing-in sets up another")
    factor.add_argument("username")
    factor.set_defaults(run=in_house(_second_factor))
    out = staff.add_parser("sign-out", help="end every session of an account")
    out.add_argument("username")
    out.set_defaults(run=in_house(_sign_out))
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
        house,
        args.username,
        args.display_name,
        password,
        args.role,
        args.county or None,
        args.department,
        by=_by(),
        program=args.program,
    )
    print(f"{staff.username}\t{password}")


async def _reset(house: House, args: argparse.Namespace) -> None:
    password = service.generate_password()
    staff = await service.set_password(house, args.username, password, by=_by())
    print(f"{staff.username}\t{password}")


async def _second_factor(house: House, args: argparse.Namespace) -> None:
    await accounts.reset_second_factor(house, args.username, _by())
    print(f"{args.username}: the next signing-in sets up a new second factor")


async def _sign_out(house: House, args: argparse.Namespace) -> None:
    await accounts.end_sessions(house, args.username, _by())
    print(f"{args.username}: signed out everywhere")


def _by() -> str:
    return f"cli:{getpass.getuser()}"


async def _contact(house: House, args: argparse.Namespace) -> None:
    contact = await service.set_contact(house, args.username, args.mobile, args.mail)
    print(f"{args.username}: {contact.told(house.mail is not None)}")


async def _list(house: House, _args: argparse.Namespace) -> None:
    async with house.db.reading() as session:
        for staff in await repository.everyone(session):
            counties = ",".join(staff.counties) if staff.counties else "all"
            state = "active" if staff.active else "closed"
            factor = "program" if staff.program else "second factor" if staff.second_factor_at else "no second factor"
            ways = Contact(staff.contact_mobile, staff.contact_mail).ways
            print(f"{staff.username}\t{staff.display_name}\t{','.join(staff.roles)}\t{counties}\t{state}\t{factor}\t{ways}")
