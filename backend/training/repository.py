"""Every query of referrals. The asker's counties are part of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import Actor
from backend.applications.model import Application
from backend.training.model import TrainingReferral


async def waiting(session: AsyncSession, actor: Actor, limit: int) -> Sequence[tuple[TrainingReferral, Application]]:
    """Who was not contacted yet, the first referred first."""
    statement = (
        select(TrainingReferral, Application)
        .join(Application, Application.id == TrainingReferral.application_id)
        .where(TrainingReferral.contacted_at.is_(None))
    )
    if actor.counties is not None:
        statement = statement.where(TrainingReferral.county.in_(actor.counties))
    found = await session.execute(statement.order_by(TrainingReferral.referred_at).limit(limit))
    return [(row[0], row[1]) for row in found]


async def of_application(session: AsyncSession, application_id: str) -> TrainingReferral | None:
    """The referral of a case, if there is one."""
    return await session.get(TrainingReferral, application_id)
