"""Every query of staff."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Text, cast, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.staff.model import Staff, StaffSession


async def by_username(session: AsyncSession, username: str) -> Staff | None:
    """One account by its name."""
    return await session.scalar(select(Staff).where(Staff.username == username))


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


async def end_expired(session: AsyncSession, moment: datetime) -> None:
    """Forget what has ended by itself."""
    await session.execute(delete(StaffSession).where(StaffSession.expires_at < moment))
