"""Every query of satisfaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.model import Application
from backend.satisfaction.model import Satisfaction


async def of_application(session: AsyncSession, application_id: str) -> Satisfaction | None:
    """The question about an application, if it was asked."""
    return await session.get(Satisfaction, application_id)


async def of_conversation(
    session: AsyncSession, conversation_id: str, application_id: str | None = None
) -> Satisfaction | None:
    """The question that was asked in a conversation: about one application, else the newest; held for writing."""
    statement = (
        select(Satisfaction)
        .join(Application, Application.id == Satisfaction.application_id)
        .where(Application.conversation_id == conversation_id)
    )
    if application_id is not None:
        statement = statement.where(Satisfaction.application_id == application_id)
    newest = statement.order_by(Satisfaction.asked_at.desc()).limit(1)
    return await session.scalar(newest.with_for_update(of=Satisfaction).execution_options(populate_existing=True))


async def forget_words(session: AsyncSession, conversation_id: str) -> None:
    """Delete what was written in a conversation; the scores stay."""
    own = select(Application.id).where(Application.conversation_id == conversation_id)
    statement = update(Satisfaction).where(Satisfaction.application_id.in_(own)).values(words=None, rated_in=None)
    await session.execute(statement.execution_options(synchronize_session=False))


async def counted(session: AsyncSession, month: str, counties: Sequence[str] | None) -> Sequence[tuple[str, int | None, int]]:
    """county, score (None: not answered) and how many, of what was asked in a month."""
    statement = select(Satisfaction.county, Satisfaction.score, func.count()).where(Satisfaction.month == month)
    if counties is not None:
        statement = statement.where(Satisfaction.county.in_(counties))
    found = await session.execute(statement.group_by(Satisfaction.county, Satisfaction.score))
    return [(row[0], row[1], row[2]) for row in found]


async def written(session: AsyncSession, month: str, counties: Sequence[str] | None, limit: int) -> Sequence[Satisfaction]:
    """Answers of a month in which something was written, the newest first."""
    statement = select(Satisfaction).where(Satisfaction.month == month, Satisfaction.words.is_not(None))
    if counties is not None:
        statement = statement.where(Satisfaction.county.in_(counties))
    newest = (Satisfaction.answered_at.desc(), Satisfaction.application_id)
    return (await session.scalars(statement.order_by(*newest).limit(limit))).all()
