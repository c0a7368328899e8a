"""Every query of the SMS channel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.channels.sms.model import OUTGOING, SmsMessage, SmsStop
from backend.channels.sms.states import FAILED, QUEUED, SENDING


async def by_key(session: AsyncSession, key: str) -> SmsMessage | None:
    """The text kept under a key."""
    return await session.scalar(select(SmsMessage).where(SmsMessage.key == key))


async def for_receipt(session: AsyncSession, provider_id: str, seq: int | None) -> SmsMessage | None:
    """The outgoing text a receipt speaks of, held for writing: by the provider's id, else by the row the receipt names."""
    outgoing = select(SmsMessage).where(SmsMessage.direction == OUTGOING).with_for_update()
    found = await session.scalar(outgoing.where(SmsMessage.provider_id == provider_id))
    if found is None and seq is not None:
        found = await session.scalar(outgoing.where(SmsMessage.seq == seq, SmsMessage.provider_id.is_(None)))
    return found


async def held(session: AsyncSession, seq: int) -> SmsMessage | None:
    """One text, held for writing."""
    return await session.get(SmsMessage, seq, with_for_update=True, populate_existing=True)


async def queued_up_to(session: AsyncSession, mobile_index: str, seq: int) -> Sequence[int]:
    """Texts to one mobile that wait to be sent, up to a seq, in order."""
    found = await session.scalars(
        select(SmsMessage.seq)
        .where(SmsMessage.mobile_index == mobile_index, SmsMessage.state == QUEUED, SmsMessage.seq <= seq)
        .order_by(SmsMessage.seq)
    )
    return found.all()


async def take(session: AsyncSession, seq: int, now: datetime) -> bool:
    """queued → sending, by compare-and-set: the one attempt of a text is taken once."""
    statement = (
        update(SmsMessage)
        .where(SmsMessage.seq == seq, SmsMessage.state == QUEUED)
        .values(state=SENDING, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    return cast(CursorResult[Any], await session.execute(statement)).rowcount == 1


async def of_mobile(session: AsyncSession, mobile_index: str, after: int, limit: int) -> Sequence[SmsMessage]:
    """Texts from and to one mobile after a seq, in order."""
    found = await session.scalars(
        select(SmsMessage)
        .where(SmsMessage.mobile_index == mobile_index, SmsMessage.seq > after)
        .order_by(SmsMessage.seq)
        .limit(limit)
    )
    return found.all()


async def mobiles(session: AsyncSession, limit: int) -> list[str]:
    """The mobiles of the newest texts, newest first."""
    newest = select(func.max(SmsMessage.seq)).group_by(SmsMessage.mobile_index)
    found = await session.scalars(
        select(SmsMessage.mobile).where(SmsMessage.seq.in_(newest)).order_by(SmsMessage.seq.desc()).limit(limit)
    )
    return list(found)


async def is_stopped(session: AsyncSession, mobile_index: str) -> bool:
    """True when this mobile wants no reminders."""
    return await session.get(SmsStop, mobile_index) is not None


async def resume(session: AsyncSession, mobile_index: str) -> None:
    """Reminders again."""
    await session.execute(delete(SmsStop).where(SmsStop.mobile_index == mobile_index))


async def delete_of_conversation(session: AsyncSession, conversation_id: str) -> None:
    """Delete the texts of a conversation."""
    await session.execute(delete(SmsMessage).where(SmsMessage.conversation_id == conversation_id))


async def end_words(session: AsyncSession, seqs: Sequence[int]) -> None:
    """Put nothing in place of the words of these texts; one that still waits is given up."""
    own = SmsMessage.seq.in_(seqs)
    waiting = update(SmsMessage).where(own, SmsMessage.state == QUEUED).values(state=FAILED, error="expired")
    await session.execute(waiting.execution_options(synchronize_session=False))
    ended = update(SmsMessage).where(own).values(text="", template=None)
    await session.execute(ended.execution_options(synchronize_session=False))
