"""What an administrator does to accounts. Each change is on record; nobody takes the last administrator away."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from backend.db.engine import Unit
from backend.errors import Conflict, GuituError, NotFound
from backend.house import House
from backend.locale.text import T
from backend.staff import repository, second_factor, service
from backend.staff.model import Staff, StaffEvent
from backend.staff.repository import Accounts

__all__ = [
    "Accounts",
    "change",
    "create",
    "end_sessions",
    "listing",
    "one",
    "reset_password",
    "reset_second_factor",
    "set_active",
]

ADMINISTRATOR = "administrator"


async def listing(session: AsyncSession, wanted: Accounts) -> tuple[Sequence[Staff], int]:
    """A page of accounts, and how many there are in all."""
    return await repository.accounts(session, wanted)


async def one(session: AsyncSession, username: str) -> tuple[Staff, Sequence[StaffEvent]]:
    """An account and what was done to it, the newest first. Raises NotFound."""
    staff = await _find(session, username)
    return staff, await repository.events_of(session, staff.id)


async def create(
    house: House,
    by: str,
    username: str,
    password: str,
    *,
    display_name: str,
    roles: Collection[str],
    counties: Collection[str] | None,
    department: str | None,
) -> Staff:
    """A new account with a first password, which lasts until the first signing-in. Raises GuituError, Conflict."""
    _check(house, display_name, roles, counties, department)
    given = (username, display_name.strip(), password, roles, counties, department)
    return await service.create(house, *given, by=by, first_password=True)


async def change(
    house: House,
    by: str,
    username: str,
    version: int,
    *,
    display_name: str,
    roles: Collection[str],
    counties: Collection[str] | None,
    department: str | None,
) -> Staff:
    """Another name, roles, counties, department; they hold from the next request on.

    Raises GuituError for what cannot be, Conflict `stale` when the account was changed since, `last_administrator`.
    """
    _check(house, display_name, roles, counties, department)
    async with house.db.unit() as unit:
        staff = await _take(unit, username, version)
        if staff.program and {ADMINISTRATOR, "auditor"} & set(roles):
            raise GuituError(T("给程序用的账号不能是管理员或者审计员。"), code="bad_role")
        if ADMINISTRATOR not in roles:
            await _keep_one(unit, staff)
        before = service.scope_of(staff)
        staff.display_name, staff.department = display_name.strip(), department
        staff.roles = sorted(set(roles))
        staff.counties = sorted(set(counties)) if counties else None
        after = service.scope_of(staff)
        if before != after:
            staff.version += 1
            changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
            second_factor.note(unit, staff, by, "change", changed)
        await unit.commit()
        return staff


async def set_active(house: House, by: str, username: str, version: int, active: bool) -> Staff:
    """Close an account, which ends its sessions, or open it again. Nobody closes their own."""
    async with house.db.unit() as unit:
        staff = await _take(unit, username, version)
        if not active and by == f"staff:{username}":
            raise Conflict(T("不能停用自己的账号，请让另一位管理员来做。"), code="own_account")
        if not active:
            await _keep_one(unit, staff)
            await repository.end_sessions_of(unit.session, staff.id)
        if staff.active != active:
            staff.active = active
            staff.version += 1
            second_factor.note(unit, staff, by, "open" if active else "close")
        await unit.commit()
        return staff


async def reset_password(house: House, by: str, username: str) -> str:
    """A new first password, to be handed over once. Ends every session. Raises NotFound."""
    password = service.generate_password()
    await service.set_password(house, username, password, by=by, first_password=True)
    return password


async def reset_second_factor(house: House, username: str, by: str) -> None:
    """For who has lost their telephone: the next signing-in sets up another. Raises NotFound."""
    async with house.db.unit() as unit:
        await second_factor.take_off(unit, await _find(unit.session, username), by)
        await unit.commit()


async def end_sessions(house: House, username: str, by: str) -> None:
    """Sign somebody out everywhere. Raises NotFound."""
    async with house.db.unit() as unit:
        staff = await _find(unit.session, username)
        await repository.end_sessions_of(unit.session, staff.id)
        second_factor.note(unit, staff, by, "sign_out")
        await unit.commit()


def _check(
    house: House, display_name: str, roles: Collection[str], counties: Collection[str] | None, department: str | None
) -> None:
    service.check_scope(house, roles, counties, department)
    if "officer" in roles and department is None:
        raise GuituError(T("部门经办人要写明是哪个部门。"), code="no_department")
    if not 1 <= len(display_name.strip()) <= 40:
        raise GuituError(T("姓名要写 1 到 40 个字，同事和退役士兵看到的就是它。"), code="bad_name")


async def _find(session: AsyncSession, username: str) -> Staff:
    staff = await repository.by_username(session, username)
    if staff is None:
        raise NotFound(T("没有用户 {username}。请核对名字。", username=username), code="no_staff")
    return staff


async def _take(unit: Unit, username: str, version: int) -> Staff:
    staff = await repository.by_username(unit.session, username, lock=True)
    if staff is None:
        raise NotFound(T("没有用户 {username}。请核对名字。", username=username), code="no_staff")
    if staff.version != version:
        raise Conflict(T("这个账号刚刚被别人改过，请看过现在的样子再改。"), code="stale", version=staff.version)
    return staff


async def _keep_one(unit: Unit, staff: Staff) -> None:
    if ADMINISTRATOR in staff.roles and list(await repository.active_administrators(unit.session)) == [staff.id]:
        raise Conflict(T("这是最后一位管理员。请先给另一个账号加上管理员角色。"), code="last_administrator")
