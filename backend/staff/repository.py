"""Every query of staff."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.staff.model import Staff


async def by_username(session: AsyncSession, username: str) -> Staff | None:
    """One account by its name."""
    return await session.scalar(select(Staff).where(Staff.username == username))


async def everyone(session: AsyncSession) -> Sequence[Staff]:
    """All accounts, by name."""
    return (await session.scalars(select(Staff).order_by(Staff.username))).all()
