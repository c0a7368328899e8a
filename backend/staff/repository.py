"""Every query of staff."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Text, cast, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from backend.staff.model import RecoveryCode, SignInTries, Staff, StaffEvent, StaffSession


async def by_username(session: AsyncSession, username: str, *, lock: bool = False) -> Staff | None:
    """One account by its name; held until the transaction ends with `lock`."""
    statement = select(Staff).where(Staff.username == username)
    return await session.scalar(statement.with_for_update() if lock else statement)


async def everyone(session: AsyncSession) -> Sequence[Staff]:
    """All accounts, by name."""
    return (await session.scalars(select(Staff).order_by(Staff.username))).all()


async def with_contact(session: AsyncSession, roles: Collection[str], county: str, department: str | None) -> Sequence[Staff]:
    """Active accounts that have a contact, one of `roles`, and name the county (and the department, where one is given); by name."""
    # Lists of plain codes in JSON: each stands in it between quotation marks.
    listed = cast(Staff.roles, Text)
    statement = select(Staff).where(
        Staff.active.is_(True),
        or_(Staff.contact_mobile.is_not(None), Staff.contact_mail.is_not(None)),
        or_(*(listed.contains(f'"{role}"', autoescape=True) for role in roles)),
        cast(Staff.counties, Text).contains(f'"{county}"', autoescape=True),
    )
    if department is not None:
        statement = statement.where(Staff.department == department)
    return (await session.scalars(statement.order_by(Staff.username))).all()


async def session_of(session: AsyncSession, token_hash: str) -> tuple[StaffSession, Staff] | None:
    """A signing-in and whose it is."""
    found = await session.execute(
        select(StaffSession, Staff).join(Staff, Staff.id == StaffSession.staff_id).where(StaffSession.token_hash == token_hash)
    )
    row = found.one_or_none()
    return (row[0], row[1]) if row else None


async def touch(session: AsyncSession, token_hash: str, moment: datetime) -> None:
    """The session was used."""
    await session.execute(update(StaffSession).where(StaffSession.token_hash == token_hash).values(seen_at=moment))


async def end_session(session: AsyncSession, token_hash: str) -> None:
    """Forget one signing-in."""
    await session.execute(delete(StaffSession).where(StaffSession.token_hash == token_hash))


async def end_sessions_of(session: AsyncSession, staff_id: str) -> None:
    """Forget every signing-in of one person."""
    await session.execute(delete(StaffSession).where(StaffSession.staff_id == staff_id))


async def end_other_sessions(session: AsyncSession, staff_id: str, token_hash: str) -> None:
    """Forget every signing-in of one person but this."""
    await session.execute(delete(StaffSession).where(StaffSession.staff_id == staff_id, StaffSession.token_hash != token_hash))


async def end_expired(session: AsyncSession, moment: datetime) -> None:
    """Forget what has ended by itself."""
    await session.execute(delete(StaffSession).where(StaffSession.expires_at < moment))


async def by_id(session: AsyncSession, staff_id: str) -> Staff:
    """One account that there is."""
    return (await session.scalars(select(Staff).where(Staff.id == staff_id))).one()


async def proved(session: AsyncSession, token_hash: str, moment: datetime) -> None:
    """Whoever has this session has shown again that it is them."""
    await session.execute(update(StaffSession).where(StaffSession.token_hash == token_hash).values(proved_at=moment))


async def sessions_of(session: AsyncSession, staff_id: str, moment: datetime) -> Sequence[StaffSession]:
    """Where somebody is signed in, the newest first."""
    found = await session.scalars(
        select(StaffSession)
        .where(StaffSession.staff_id == staff_id, StaffSession.expires_at >= moment)
        .order_by(StaffSession.began_at.desc())
    )
    return found.all()


# --- the second factor --------------------------------------------------------------------------------------------------


async def use_step(session: AsyncSession, staff_id: str, step: int) -> bool:
    """Take a step's code by compare-and-set. False: it, or a later one, was taken."""
    newer = or_(Staff.second_factor_step.is_(None), Staff.second_factor_step < step)
    statement = update(Staff).where(Staff.id == staff_id, newer).values(second_factor_step=step)
    found = await session.execute(statement.execution_options(synchronize_session=False))
    return _changed(found) == 1


async def use_recovery_code(session: AsyncSession, staff_id: str, code_index: str, moment: datetime) -> bool:
    """Take a recovery code. False: there is none of that kind, or it was taken."""
    statement = (
        update(RecoveryCode)
        .where(RecoveryCode.staff_id == staff_id, RecoveryCode.code_index == code_index, RecoveryCode.used_at.is_(None))
        .values(used_at=moment)
    )
    found = await session.execute(statement.execution_options(synchronize_session=False))
    return _changed(found) == 1


async def recovery_codes_left(session: AsyncSession, staff_id: str) -> int:
    """How many recovery codes have not been used."""
    statement = select(func.count()).where(RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
    return int(await session.scalar(statement) or 0)


async def forget_recovery_codes(session: AsyncSession, staff_id: str) -> None:
    """None of them is good any more."""
    await session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff_id))


# --- wrong tries --------------------------------------------------------------------------------------------------------


async def tries(session: AsyncSession, sources: Collection[str]) -> dict[str, SignInTries]:
    """What is known of these sources, held until the transaction ends."""
    found = await session.scalars(select(SignInTries).where(SignInTries.source.in_(sources)).with_for_update())
    return {row.source: row for row in found}


async def count_try(session: AsyncSession, source: str, failures: int, moment: datetime, until: datetime | None) -> None:
    """Write down that so many tries have failed. Two first ones at once are both counted."""
    postgres = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if postgres else sqlite.insert
    statement = insert(SignInTries).values(source=source, failures=failures, last_at=moment, until=until)
    counted = statement.on_conflict_do_update(
        index_elements=["source"], set_={"failures": failures, "last_at": moment, "until": until}
    )
    await session.execute(counted)


async def forget_tries(session: AsyncSession, source: str) -> None:
    """It was them after all."""
    await session.execute(delete(SignInTries).where(SignInTries.source == source))


async def take_back_try(session: AsyncSession, source: str) -> None:
    """One try less; a pause that only this one had brought ends."""
    statement = update(SignInTries).where(SignInTries.source == source, SignInTries.failures > 0)
    await session.execute(
        statement.values(failures=SignInTries.failures - 1, until=None).execution_options(synchronize_session=False)
    )


def _changed(result: Any) -> int:
    done: CursorResult[Any] = result
    return done.rowcount


# --- accounts as the administrator sees them -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Accounts:
    """Which accounts: part of a name, a role, active ones or closed ones; `page` from 0, of `limit` lines."""

    words: str | None = None
    role: str | None = None
    active: bool | None = True
    by: str = "username"
    descending: bool = False
    page: int = 0
    limit: int = 20


async def accounts(session: AsyncSession, wanted: Accounts) -> tuple[Sequence[Staff], int]:
    """A page of accounts, and how many there are in all."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.words:
        conditions.append(
            or_(
                Staff.username.contains(wanted.words.lower(), autoescape=True),
                Staff.display_name.contains(wanted.words, autoescape=True),
            )
        )
    if wanted.role:
        conditions.append(cast(Staff.roles, Text).contains(f'"{wanted.role}"', autoescape=True))
    if wanted.active is not None:
        conditions.append(Staff.active.is_(wanted.active))
    column: Any = {"username": Staff.username, "display_name": Staff.display_name, "created_at": Staff.created_at}[wanted.by]
    order = column.desc() if wanted.descending else column
    found = await session.scalars(
        select(Staff).where(*conditions).order_by(order, Staff.username).offset(wanted.page * wanted.limit).limit(wanted.limit)
    )
    count = await session.scalar(select(func.count()).select_from(Staff).where(*conditions))
    return found.all(), int(count or 0)


async def active_administrators(session: AsyncSession) -> Sequence[str]:
    """Ids of accounts that could mend every other."""
    listed = cast(Staff.roles, Text).contains('"administrator"')
    return (await session.scalars(select(Staff.id).where(Staff.active.is_(True), listed).with_for_update())).all()


async def events_of(session: AsyncSession, staff_id: str, limit: int = 50) -> Sequence[StaffEvent]:
    """What was done to an account, the newest first."""
    statement = select(StaffEvent).where(StaffEvent.staff_id == staff_id).order_by(StaffEvent.id.desc()).limit(limit)
    return (await session.scalars(statement)).all()
