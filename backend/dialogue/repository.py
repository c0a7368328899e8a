"""Every query of the dialogue room."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.dialogue.model import OPEN, DraftRow, HandoverRequest, Turn


async def find_turn(session: AsyncSession, message_id: str) -> Turn | None:
    """The turn that answered this inbound message, if it was answered."""
    return await session.get(Turn, message_id)


async def open_draft(session: AsyncSession, conversation_id: str) -> DraftRow | None:
    """The open draft of a conversation; there is at most one."""
    query = select(DraftRow).where(DraftRow.conversation_id == conversation_id, DraftRow.state == OPEN)
    return (await session.execute(query)).scalar_one_or_none()


async def open_handover(session: AsyncSession, conversation_id: str) -> HandoverRequest | None:
    """The latest request for a person that nobody has taken yet."""
    query = (
        select(HandoverRequest)
        .where(HandoverRequest.conversation_id == conversation_id, HandoverRequest.closed_at.is_(None))
        .order_by(HandoverRequest.asked_at.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def forget(session: AsyncSession, conversation_id: str) -> None:
    """Delete the drafts of a conversation and the answers that were given in it."""
    await session.execute(delete(DraftRow).where(DraftRow.conversation_id == conversation_id))
    await session.execute(delete(Turn).where(Turn.conversation_id == conversation_id))
