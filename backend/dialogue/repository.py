"""Every query of the dialogue room."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import Actor
from backend.dialogue.model import DISTRESS, OPEN, WORDS_GONE, DraftRow, HandoverRequest, Turn
from backend.takeover.model import LeftMessage


async def find_turn(session: AsyncSession, message_id: str) -> Turn | None:
    """The turn that answered this inbound message, if it was answered."""
    return await session.get(Turn, message_id)


async def open_draft(session: AsyncSession, conversation_id: str) -> DraftRow | None:
    """The open draft of a conversation; there is at most one."""
    query = select(DraftRow).where(DraftRow.conversation_id == conversation_id, DraftRow.state == OPEN)
    return (await session.execute(query)).scalar_one_or_none()


async def open_draft_of_mobile(session: AsyncSession, mobile_index: str) -> DraftRow | None:
    """The open draft with that mobile that was worked on last, in whatever conversation."""
    query = select(DraftRow).where(DraftRow.mobile_index == mobile_index, DraftRow.state == OPEN)
    return await session.scalar(query.order_by(DraftRow.updated_at.desc()).limit(1))


async def open_drafts_of_mobile(session: AsyncSession, mobile_index: str, limit: int) -> Sequence[DraftRow]:
    """Every open draft with that mobile, the one that was worked on last first."""
    query = select(DraftRow).where(DraftRow.mobile_index == mobile_index, DraftRow.state == OPEN)
    return (await session.scalars(query.order_by(DraftRow.updated_at.desc()).limit(limit))).all()


async def draft(session: AsyncSession, draft_id: str, *, lock: bool = False) -> DraftRow | None:
    """One draft by its id, open or filed; held until the transaction ends with `lock`."""
    query = select(DraftRow).where(DraftRow.id == draft_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return await session.scalar(query)


async def open_handover(session: AsyncSession, conversation_id: str) -> HandoverRequest | None:
    """The latest request for a person that is not closed."""
    query = (
        select(HandoverRequest)
        .where(HandoverRequest.conversation_id == conversation_id, HandoverRequest.closed_at.is_(None))
        .order_by(HandoverRequest.asked_at.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def waiting_handovers(session: AsyncSession, actor: Actor, limit: int) -> Sequence[HandoverRequest]:
    """Requests that are open, the most urgent and then the longest waiting first; one whose county is not known is everybody's."""
    query = _seen_by(actor).where(HandoverRequest.closed_at.is_(None))
    order = (HandoverRequest.priority.desc(), HandoverRequest.asked_at, HandoverRequest.id)
    return (await session.scalars(query.order_by(*order).limit(limit))).all()


async def closed_handovers(session: AsyncSession, actor: Actor, limit: int) -> Sequence[HandoverRequest]:
    """Requests that were closed, the newest first."""
    query = _seen_by(actor).where(HandoverRequest.closed_at.is_not(None))
    order = (HandoverRequest.closed_at.desc(), HandoverRequest.id)
    return (await session.scalars(query.order_by(*order).limit(limit))).all()


async def handover(session: AsyncSession, actor: Actor, request_id: str) -> HandoverRequest | None:
    """One request, if `actor` may see it, held until the transaction ends."""
    query = _seen_by(actor).where(HandoverRequest.id == request_id).with_for_update()
    return await session.scalar(query.execution_options(populate_existing=True))


def _seen_by(actor: Actor) -> Select[HandoverRequest]:
    query = select(HandoverRequest)
    if actor.counties is not None:
        query = query.where(or_(HandoverRequest.county.is_(None), HandoverRequest.county.in_(actor.counties)))
    return query


async def misses(session: AsyncSession, conversation_id: str, most: int) -> int:
    """How many of the latest turns in a row, up to `most`, were not understood outside the form, or not our business."""
    query = select(Turn.step, Turn.intent).where(Turn.conversation_id == conversation_id)
    turns = await session.execute(query.order_by(Turn.at.desc()).limit(most))
    return len(list(takewhile(lambda turn: turn.step == "fallback" or turn.intent == "out_of_scope", turns)))


async def open_distress(session: AsyncSession, conversation_id: str) -> bool:
    """True when somebody in distress still waits for a person in this conversation."""
    waiting = await open_handover(session, conversation_id)
    return waiting is not None and waiting.reason == DISTRESS


async def forget(session: AsyncSession, conversation_id: str) -> None:
    """Delete the drafts of a conversation, the answers that were given in it, and what was typed to ask for a person.

    The requests themselves stay, with their county: somebody still waits for a person, and in distress has to be looked after.
    """
    await session.execute(delete(DraftRow).where(DraftRow.conversation_id == conversation_id))
    await session.execute(delete(Turn).where(Turn.conversation_id == conversation_id))
    own = HandoverRequest.conversation_id == conversation_id
    await session.execute(update(HandoverRequest).where(own).values(last_words=WORDS_GONE))
    left = LeftMessage.conversation_id == conversation_id
    await session.execute(update(LeftMessage).where(left).values(words=WORDS_GONE))
