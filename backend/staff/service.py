"""Accounts of staff: making them, and checking who signs in. Passwords are kept as Argon2id only."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Collection, Sequence
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.clock import now
from backend.db.ids import new_id
from backend.errors import Conflict, GuituError, NotFound
from backend.house import House
from backend.locale.text import T
from backend.staff import repository
from backend.staff.contacts import Contact
from backend.staff.model import ROLES, Staff, StaffEvent

USERNAME = re.compile(r"[a-z][a-z0-9._-]{1,39}")
SHORTEST_PASSWORD = 10
#: Roles that see the whole province and have no county.
PROVINCIAL = {"provincial_supervisor", "auditor", "administrator"}
_hasher = PasswordHasher()
#: Checked when there is no such account, so that the time taken does not tell which names exist.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


def generate_password() -> str:
    """A password to be printed once: 15 characters, 90 random bits."""
    return "-".join(secrets.token_urlsafe(24).replace("-", "x").replace("_", "y")[i : i + 5] for i in (0, 5, 10))


async def create(
    house: House,
    username: str,
    display_name: str,
    password: str,
    roles: Collection[str],
    counties: Collection[str] | None = None,
    department: str | None = None,
    *,
    by: str = "cli",
    first_password: bool = False,
    program: bool = False,
) -> Staff:
    """A new account. Raises GuituError for a bad name, role, county or password, Conflict when the name is taken.

    `first_password`: who gets it chooses another at the first signing-in. `program`: see Staff.
    """
    if not USERNAME.fullmatch(username):
        raise GuituError(T("用户名用小写字母开头，2到40个小写字母、数字、点、横线。"), code="bad_username")
    check_scope(house, roles, counties, department, program=program)
    _check_password(password)
    hashed = await asyncio.to_thread(_hasher.hash, password)
    async with house.db.unit() as unit:
        if await repository.by_username(unit.session, username):
            raise Conflict(T("用户名 {username} 已经有了。", username=username), code="username_taken", allowed=["reset"])
        moment = now()
        staff = Staff(
            id=new_id("s"),
            username=username,
            display_name=display_name,
            password_hash=hashed,
            roles=sorted(set(roles)),
            counties=sorted(set(counties)) if counties else None,
            department=department,
            active=True,
            created_at=moment,
            password_changed_at=moment,
            program=program,
            first_password=first_password,
        )
        unit.session.add(staff)
        await unit.session.flush()
        unit.session.add(StaffEvent(staff_id=staff.id, at=moment, actor=by, command="create", data=scope_of(staff)))
        await unit.commit()
    return staff


def check_scope(
    house: House, roles: Collection[str], counties: Collection[str] | None, department: str | None, *, program: bool = False
) -> None:
    """Raise GuituError unless somebody may hold these roles in these counties and that department."""
    unknown = [role for role in roles if role not in ROLES]
    if unknown or not roles:
        raise GuituError(
            T("角色不对：{roles}。可以是：{known}。", roles="、".join(unknown) or "—", known="、".join(ROLES)), code="bad_role"
        )
    bad = [code for code in counties or () if code not in house.catalogue.counties]
    if bad:
        raise GuituError(T("没有这些县（市、区）：{codes}。请写六位编号。", codes="、".join(bad)), code="unknown_county")
    if department is not None and department not in house.catalogue.departments:
        raise GuituError(
            T(
                "没有这个部门：{department}。可以是：{known}。",
                department=department,
                known="、".join(house.catalogue.departments),
            ),
            code="no_department",
        )
    if not counties and not set(roles) <= PROVINCIAL:
        raise GuituError(T("县级的角色要写明是哪个县（市、区）。"), code="no_county")
    if program and {"administrator", "auditor"} & set(roles):
        raise GuituError(T("给程序用的账号不能是管理员或者审计员。"), code="bad_role")


def scope_of(staff: Staff) -> dict[str, Any]:
    """What an account may do and where, as its record keeps it."""
    return {
        "display_name": staff.display_name,
        "roles": list(staff.roles),
        "counties": list(staff.counties) if staff.counties is not None else None,
        "department": staff.department,
    }


async def set_password(house: House, username: str, password: str, *, by: str = "cli", first_password: bool = False) -> Staff:
    """Give an account another password, and end where it is signed in. Raises NotFound."""
    _check_password(password)
    hashed = await asyncio.to_thread(_hasher.hash, password)
    async with house.db.unit() as unit:
        staff = await repository.by_username(unit.session, username)
        if staff is None:
            raise NotFound(T("没有用户 {username}。", username=username), code="no_staff")
        staff.password_hash, staff.password_changed_at, staff.first_password = hashed, now(), first_password
        unit.session.add(StaffEvent(staff_id=staff.id, at=now(), actor=by, command="reset_password", data=None))
        await repository.end_sessions_of(unit.session, staff.id)
        await unit.commit()
    return staff


async def set_contact(house: House, username: str, mobile: str | None, mail: str | None) -> Contact:
    """Where alerts reach an account besides its list; None: not that way. Returns it as it is kept. Raises NotFound, GuituError."""
    contact = Contact.read(mobile, mail)
    async with house.db.unit() as unit:
        staff = await repository.by_username(unit.session, username)
        if staff is None:
            raise NotFound(T("没有用户 {username}。", username=username), code="no_staff")
        staff.contact_mobile, staff.contact_mail = contact.mobile, contact.mail
        await unit.commit()
    return contact


async def to_reach(
    session: AsyncSession, roles: Collection[str], county: str, department: str | None = None
) -> Sequence[Staff]:
    """Active accounts of these roles that name the county (and department) and have a contact; not who sees the whole province."""
    return await repository.with_contact(session, roles, county, department)


async def verify(session: AsyncSession, username: str, password: str) -> Staff | None:
    """The active account with that name and password; None otherwise, after the same time."""
    staff = await repository.by_username(session, username)
    hashed = staff.password_hash if staff else _NOBODY
    try:
        await asyncio.to_thread(_hasher.verify, hashed, password)
    except (VerifyMismatchError, InvalidHashError):
        return None
    return staff if staff is not None and staff.active else None


def is_password(staff: Staff, password: str) -> bool:
    """Whether it is the account's; takes some tens of milliseconds."""
    try:
        return _hasher.verify(staff.password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


async def new_hash(staff: Staff, password: str) -> str:
    """What is kept of a password that somebody chooses for themselves. Raises GuituError when it is short or the old one."""
    _check_password(password)
    if await asyncio.to_thread(is_password, staff, password):
        raise GuituError(T("新密码不能和现在的一样，请另选一个。"), code="same_password")
    return await asyncio.to_thread(_hasher.hash, password)


def _check_password(password: str) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise GuituError(T("密码至少{count}个字符。", count=SHORTEST_PASSWORD), code="short_password")
