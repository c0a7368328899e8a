"""Every query of satisfaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, tuple_, update
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


async def counted_by(
    session: AsyncSession, months: Sequence[str], counties: Sequence[str] | None, by: str
) -> Sequence[tuple[str, int | None, int]]:
    """Month or county (`by`), score (None: not answered) and how many, of what was asked in some months, in that order."""
    key = getattr(Satisfaction, by)
    statement = select(key, Satisfaction.score, func.count()).where(Satisfaction.month.in_(months))
    if counties is not None:
        statement = statement.where(Satisfaction.county.in_(counties))
    found = await session.execute(statement.group_by(key, Satisfaction.score).order_by(key))
    return [(row[0], row[1], row[2]) for row in found]


async def page_of_words(
    session: AsyncSession,
    months: Sequence[str],
    counties: Sequence[str] | None,
    after: tuple[datetime, str] | None,
    limit: int,
) -> Sequence[tuple[Satisfaction, str]]:
    """Answers of some months in which something was written, with the veteran's name, the newest first."""
    place = (Satisfaction.answered_at, Satisfaction.application_id)
    statement = (
        select(Satisfaction, Application)
        .join(Application, Application.id == Satisfaction.application_id)
        .where(Satisfaction.words.is_not(None), Satisfaction.month.in_(months))
    )
    if counties is not None:
        statement = statement.where(Satisfaction.county.in_(counties))
    if after is not None:
        statement = statement.where(tuple_(*place) < after)
    newest = [column.desc() for column in place]
    found = await session.execute(statement.order_by(*newest).limit(limit))
    return [(row, str(application.answers.get("name") or "")) for row, application in found]
