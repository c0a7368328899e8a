"""Every query of notices."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from backend.notices.model import NoticeRow


async def told(session: AsyncSession, events: Collection[tuple[str, str]]) -> set[tuple[str, str, str]]:
    """Which of these events (application id, key) were told already, each with the channel."""
    names = NoticeRow.application_id, NoticeRow.key
    found = await session.execute(select(*names, NoticeRow.channel).where(tuple_(*names).in_(events)))
    return {(row[0], row[1], row[2]) for row in found}


async def of_application(session: AsyncSession, application_id: str) -> Sequence[NoticeRow]:
    """All that was told about an application, in order."""
    found = await session.scalars(select(NoticeRow).where(NoticeRow.application_id == application_id).order_by(NoticeRow.id))
    return found.all()


async def history(session: AsyncSession, application_id: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """As `of_application`, without what the texts were filled with: event, channel, state, at."""
    columns = NoticeRow.event, NoticeRow.channel, NoticeRow.state, NoticeRow.at
    found = await session.execute(select(*columns).where(NoticeRow.application_id == application_id).order_by(NoticeRow.id))
    return found.all()
