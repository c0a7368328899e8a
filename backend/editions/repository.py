"""Every query of the editions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.editions.model import CatalogueEdition


async def ids(session: AsyncSession) -> Sequence[str]:
    """Every edition that is kept, from the oldest on."""
    return (await session.scalars(select(CatalogueEdition.id).order_by(CatalogueEdition.kept_at))).all()


async def files(session: AsyncSession, wanted: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    """Edition → name of a rule file → its text, of those that are `wanted`."""
    rows = await session.scalars(select(CatalogueEdition).where(CatalogueEdition.id.in_(wanted)))
    return {row.id: row.files for row in rows}
