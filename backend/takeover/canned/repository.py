"""Every query of the replies at hand. Which counties the asker may see is part of it; what has no county is everybody's."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import Actor
from backend.takeover.model import CannedReply

#: In a list's place of a county: those of everybody alone.
SHARED = "shared"


def _seen(actor: Actor) -> ColumnElement[bool]:
    if actor.counties is None:
        return and_(True)
    return or_(CannedReply.county.is_(None), CannedReply.county.in_(actor.counties))


async def canned(session: AsyncSession, actor: Actor) -> Sequence[CannedReply]:
    """Replies at hand for `actor`, by county and title."""
    statement = select(CannedReply).where(_seen(actor))
    return (await session.scalars(statement.order_by(CannedReply.county, CannedReply.title, CannedReply.id))).all()


async def one_canned(session: AsyncSession, actor: Actor, reply_id: str) -> CannedReply | None:
    """One reply at hand, held."""
    statement = select(CannedReply).where(CannedReply.id == reply_id, _seen(actor))
    return await session.scalar(statement.with_for_update().execution_options(populate_existing=True))


async def canned_page(
    session: AsyncSession, actor: Actor, county: str | None, page: int, limit: int
) -> tuple[Sequence[CannedReply], int]:
    """A page of those that `actor` may see, or of one county, or of SHARED; and how many there are in all."""
    statement = select(CannedReply).where(_seen(actor))
    if county is not None:
        statement = statement.where(CannedReply.county.is_(None) if county == SHARED else CannedReply.county == county)
    count = await session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    order = (CannedReply.county.is_not(None), CannedReply.county, CannedReply.title, CannedReply.id)
    return (await session.scalars(statement.order_by(*order).limit(limit).offset(page * limit))).all(), count


async def shared_canned(session: AsyncSession) -> bool:
    """Whether there is one for everybody."""
    return bool(await session.scalar(select(exists().where(CannedReply.county.is_(None)))))
