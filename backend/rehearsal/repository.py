"""Every query of the rehearsal: what is still open, and what must be so in the end."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.model import Application, Correction
from backend.applications.states import ENDED
from backend.channels.sms.model import SmsMessage
from backend.departments.model import Task
from backend.departments.states import TERMINAL
from backend.notices.model import QUEUED, NoticeRow
from backend.outbox.model import STUCK, WAITING, OutboxRow


async def asked_for_a_card(session: AsyncSession) -> Sequence[tuple[str, str]]:
    """Number and conversation of cases in which another card is waited for."""
    found = await session.execute(
        select(Application.number, Application.conversation_id)
        .join(Correction, Correction.application_id == Application.id)
        .where(Correction.task_id.is_not(None), Correction.resolved_at.is_(None))
    )
    return [(row[0], row[1]) for row in found]


async def not_ended(session: AsyncSession, limit: int) -> Sequence[Application]:
    """Cases that have not ended."""
    found = await session.scalars(select(Application).where(Application.state.not_in(ENDED)).limit(limit))
    return found.all()


async def states(session: AsyncSession) -> dict[str, int]:
    """How many cases are in which state."""
    found = await session.execute(select(Application.state, func.count()).group_by(Application.state))
    return {row[0]: row[1] for row in found}


async def task_states(session: AsyncSession) -> dict[str, int]:
    """How many tasks are in which state."""
    found = await session.execute(select(Task.state, func.count()).group_by(Task.state))
    return {row[0]: row[1] for row in found}


async def open_tasks_of_ended_cases(session: AsyncSession) -> int:
    """Tasks that were left behind by a case that ended."""
    return int(
        await session.scalar(
            select(func.count())
            .select_from(Task)
            .join(Application, Application.id == Task.application_id)
            .where(Application.state.in_(ENDED), Task.state.not_in(TERMINAL))
        )
        or 0
    )


async def due_deliveries(session: AsyncSession, topics: Sequence[str]) -> dict[str, int]:
    """Deliveries of these topics that are not done, by state."""
    found = await session.execute(
        select(OutboxRow.state, func.count())
        .where(OutboxRow.state.in_((WAITING, STUCK)), OutboxRow.topic.in_(topics))
        .group_by(OutboxRow.state)
    )
    return {row[0]: row[1] for row in found}


async def notices_queued(session: AsyncSession) -> int:
    """SMS that notices asked for."""
    return int(await session.scalar(select(func.count()).where(NoticeRow.state == QUEUED)) or 0)


async def texts_sent(session: AsyncSession) -> dict[str, int]:
    """Outgoing texts made from notices, by state."""
    found = await session.execute(
        select(SmsMessage.state, func.count())
        .where(SmsMessage.direction == "out", SmsMessage.template_id.is_not(None))
        .group_by(SmsMessage.state)
    )
    return {row[0]: row[1] for row in found}


async def completed_notices(session: AsyncSession) -> tuple[int, int]:
    """How many cases were told that everything has ended, and how often in the chat."""
    told = select(func.count(func.distinct(NoticeRow.application_id)), func.count()).where(
        NoticeRow.event == "completed", NoticeRow.channel == "chat"
    )
    row = (await session.execute(told)).one()
    return row[0], row[1]
