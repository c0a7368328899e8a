"""Every query of the record of looks."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.security.model import AccessRecord


async def of_case(session: AsyncSession, case_number: str) -> Sequence[AccessRecord]:
    """Who looked at a case, in order."""
    found = await session.scalars(select(AccessRecord).where(AccessRecord.case_number == case_number).order_by(AccessRecord.id))
    return found.all()
