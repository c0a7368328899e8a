"""Every query of administration."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.administration.model import AdministrationEvent, CatalogueOverride


async def events_of(session: AsyncSession, kind: str, subject: str, limit: int = 50) -> Sequence[AdministrationEvent]:
    """What was done to one thing, the newest first."""
    statement = select(AdministrationEvent).where(AdministrationEvent.kind == kind, AdministrationEvent.subject == subject)
    return (await session.scalars(statement.order_by(AdministrationEvent.id.desc()).limit(limit))).all()


async def newest_override(session: AsyncSession) -> int:
    """The id of the newest of all; 0 before the first."""
    return await session.scalar(select(func.max(CatalogueOverride.id))) or 0


async def overrides(session: AsyncSession) -> Sequence[CatalogueOverride]:
    """What stands over the files now: the newest row of each entry."""
    newest = select(func.max(CatalogueOverride.id)).group_by(CatalogueOverride.kind, CatalogueOverride.code)
    return (await session.scalars(select(CatalogueOverride).where(CatalogueOverride.id.in_(newest)))).all()


async def overrides_of(session: AsyncSession, kind: str, code: str) -> Sequence[CatalogueOverride]:
    """Every row of one entry, the newest first."""
    statement = select(CatalogueOverride).where(CatalogueOverride.kind == kind, CatalogueOverride.code == code)
    return (await session.scalars(statement.order_by(CatalogueOverride.id.desc()))).all()
