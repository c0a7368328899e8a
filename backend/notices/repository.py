"""Every query of notices."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.notices.model import NoticeRow


async def channels_told(session: AsyncSession, application_id: str, key: str) -> set[str]:
    """The channels on which this event was told already."""
    found = await session.scalars(
        select(NoticeRow.channel).where(NoticeRow.application_id == application_id, NoticeRow.key == key)
    )
    return set(found)


async def of_application(session: AsyncSession, application_id: str) -> Sequence[NoticeRow]:
    """All that was told about an application, in order."""
    found = await session.scalars(select(NoticeRow).where(NoticeRow.application_id == application_id).order_by(NoticeRow.id))
    return found.all()
