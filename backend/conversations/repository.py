"""Every query of the hub."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, case, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.conversations.model import ChannelAddress, Conversation, Inbound, Secret, TranscriptMessage

PENDING = ("stored", "handling")
TOKEN = re.compile(r"«\w+:(\d+)»")
#: How long a handler has for a message before another may take it up: longer than it waits for Rasa (house.RASA_SECONDS).
LEASE = timedelta(seconds=30)
LATER = 1000  # nobody types more while one answer is awaited


async def lock(session: AsyncSession, conversation_id: str, now: datetime, lease: str | None = None) -> Conversation | None:
    """The conversation, held until the transaction ends. Who writes into a conversation holds it first, so that its `seq`
    become visible in their order and a reader who resumes after one misses none. A free lease is taken for `lease`."""
    values: dict[str, Any] = {"updated_at": now}
    if lease is not None:
        free = or_(Conversation.lease_owner.is_(None), Conversation.lease_until < now)
        values["lease_owner"] = case((free, lease), else_=Conversation.lease_owner)
        values["lease_until"] = case((free, now + LEASE), else_=Conversation.lease_until)
    touched = update(Conversation).where(Conversation.id == conversation_id).values(values).returning(Conversation)
    return await session.scalar(touched.execution_options(synchronize_session=False, populate_existing=True))


async def take_lease(
    session: AsyncSession, conversation_id: str, lease: str, now: datetime, until: datetime
) -> Conversation | None:
    """Take or keep the lease of a conversation, by compare-and-set: it is held until the transaction ends.

    None: another has the lease, or there is no such conversation.
    """
    free = or_(Conversation.lease_owner.is_(None), Conversation.lease_until < now, Conversation.lease_owner == lease)
    return await _set_lease(session, conversation_id, free, lease_owner=lease, lease_until=until, updated_at=now)


async def keep_lease(
    session: AsyncSession, conversation_id: str, lease: str, now: datetime, until: datetime
) -> Conversation | None:
    """Keep the lease: as `take_lease`. None: it ran out and another took it, or the conversation is gone."""
    own = Conversation.lease_owner == lease
    return await _set_lease(session, conversation_id, own, lease_until=until, updated_at=now)


async def release_lease(session: AsyncSession, conversation_id: str, lease: str) -> bool:
    """Give the lease back. False: it was another's by then."""
    own = Conversation.lease_owner == lease
    released = await _set_lease(session, conversation_id, own, lease_owner=None, lease_until=None)
    return released is not None


async def _set_lease(session: AsyncSession, conversation_id: str, condition: Any, **values: Any) -> Conversation | None:
    statement = (
        update(Conversation)
        .where(Conversation.id == conversation_id, condition)
        .values(**values)
        .returning(Conversation)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return await session.scalar(statement)


async def conversation_exists(session: AsyncSession, conversation_id: str) -> bool:
    """False: there never was one, or it was erased."""
    return bool(await session.scalar(select(exists().where(Conversation.id == conversation_id))))


async def owner_of(session: AsyncSession, conversation_id: str) -> str | None:
    """Who answers in it: "bot", "queue" or "staff"; None when there is no such conversation (any more)."""
    return await session.scalar(select(Conversation.owner_kind).where(Conversation.id == conversation_id))


async def conversation_of(session: AsyncSession, channel: str, address_index: str) -> Conversation | None:
    """The conversation reached at an address."""
    return await session.scalar(
        select(Conversation)
        .join(ChannelAddress, ChannelAddress.conversation_id == Conversation.id)
        .where(ChannelAddress.channel == channel, ChannelAddress.address_index == address_index)
    )


async def address_of(session: AsyncSession, conversation_id: str, channel: str) -> str | None:
    """The address (a mobile) of a conversation on a channel, or None when it has none or only a hash is kept."""
    return await session.scalar(
        select(ChannelAddress.address).where(
            ChannelAddress.conversation_id == conversation_id, ChannelAddress.channel == channel
        )
    )


async def message_by_key(session: AsyncSession, key: str) -> TranscriptMessage | None:
    """The message that was kept under `key`."""
    return await session.scalar(select(TranscriptMessage).where(TranscriptMessage.key == key))


async def message_by_id(session: AsyncSession, message_id: str) -> TranscriptMessage | None:
    """One message by its id (`m_…`)."""
    return await session.scalar(select(TranscriptMessage).where(TranscriptMessage.id == message_id))


async def message_at(session: AsyncSession, conversation_id: str, seq: int) -> TranscriptMessage | None:
    """One message of a conversation by its seq."""
    return await session.scalar(
        select(TranscriptMessage).where(TranscriptMessage.conversation_id == conversation_id, TranscriptMessage.seq == seq)
    )


async def messages_after(session: AsyncSession, conversation_id: str, after: int, limit: int) -> Sequence[TranscriptMessage]:
    """Up to `limit` messages with a seq above `after`, in order."""
    found = await session.scalars(
        select(TranscriptMessage)
        .where(TranscriptMessage.conversation_id == conversation_id, TranscriptMessage.seq > after)
        .order_by(TranscriptMessage.seq)
        .limit(limit)
    )
    return found.all()


async def latest(session: AsyncSession, conversation_id: str, limit: int) -> Sequence[TranscriptMessage]:
    """The last `limit` messages, newest first."""
    statement = select(TranscriptMessage).where(TranscriptMessage.conversation_id == conversation_id)
    return (await session.scalars(statement.order_by(TranscriptMessage.seq.desc()).limit(limit))).all()


async def last_sign(session: AsyncSession, conversation_id: str) -> int:
    """The seq up to which the veteran was surely there: what they have seen, or said themselves."""
    said = select(func.coalesce(func.max(TranscriptMessage.seq), 0)).where(
        TranscriptMessage.conversation_id == conversation_id, TranscriptMessage.author == "veteran"
    )
    seen = select(Conversation.seen_by_veteran).where(Conversation.id == conversation_id)
    return max(await session.scalar(said) or 0, await session.scalar(seen) or 0)


async def last_said(session: AsyncSession, conversations: Collection[str]) -> dict[str, int]:
    """conversation → the seq of what its veteran said last; without those in which they said nothing."""
    rows = await session.execute(
        select(TranscriptMessage.conversation_id, func.max(TranscriptMessage.seq))
        .where(TranscriptMessage.conversation_id.in_(conversations), TranscriptMessage.author == "veteran")
        .group_by(TranscriptMessage.conversation_id)
    )
    return {row[0]: row[1] for row in rows}


async def veteran_states(session: AsyncSession, conversation_id: str, up_to: int, limit: int) -> dict[int, str]:
    """seq → state of the veteran's last `limit` messages up to a seq."""
    rows = await session.execute(
        select(TranscriptMessage.seq, TranscriptMessage.state)
        .where(
            TranscriptMessage.conversation_id == conversation_id,
            TranscriptMessage.author == "veteran",
            TranscriptMessage.seq <= up_to,
        )
        .order_by(TranscriptMessage.seq.desc())
        .limit(limit)
    )
    return {row.seq: row.state for row in rows}


async def newest_by_conversation(session: AsyncSession, after: int) -> dict[str, int]:
    """conversation id → its newest seq, for conversations with a message above `after`."""
    rows = await session.execute(
        select(TranscriptMessage.conversation_id, func.max(TranscriptMessage.seq).label("newest"))
        .where(TranscriptMessage.seq > after)
        .group_by(TranscriptMessage.conversation_id)
    )
    return {row.conversation_id: row.newest for row in rows}


async def newest_seq(session: AsyncSession) -> int:
    """The highest seq of all, 0 when nothing was said yet."""
    return await session.scalar(select(func.max(TranscriptMessage.seq))) or 0


async def secrets_of(session: AsyncSession, conversation_id: str) -> dict[int, Secret]:
    """The secrets of a conversation by k."""
    found = await session.scalars(select(Secret).where(Secret.conversation_id == conversation_id).order_by(Secret.k))
    return {secret.k: secret for secret in found}


async def oldest_pending(session: AsyncSession, conversation_id: str) -> tuple[Inbound, TranscriptMessage] | None:
    """The oldest message of a conversation that waits for its answer: the work that it is, and what was said."""
    found = await session.execute(
        select(Inbound, TranscriptMessage)
        .join(TranscriptMessage, TranscriptMessage.id == Inbound.message_id)
        .where(Inbound.conversation_id == conversation_id, Inbound.state.in_(PENDING))
        .order_by(Inbound.seq)
        .limit(1)
        .execution_options(populate_existing=True)
    )
    row = found.first()
    return (row[0], row[1]) if row else None


async def mark_work(session: AsyncSession, message_id: str, state: str, answered_at: datetime | None) -> None:
    """Put the work that a message is into a state."""
    work = update(Inbound).where(Inbound.message_id == message_id).values(state=state, answered_at=answered_at)
    await session.execute(work)


async def lay_down(session: AsyncSession, conversation_id: str, now: datetime) -> None:
    """What was in hand of a conversation whose lease was given back is due at once."""
    in_hand = Inbound.conversation_id == conversation_id, Inbound.state == "handling"
    await session.execute(update(Inbound).where(*in_hand).values(state="stored", next_attempt_at=now))


async def mark_message(session: AsyncSession, message_id: str, state: str) -> None:
    """Put a message, as its veteran sees it, into a state."""
    await session.execute(update(TranscriptMessage).where(TranscriptMessage.id == message_id).values(state=state))


async def pass_pending(session: AsyncSession, conversation_id: str) -> None:
    """Leave all that waits to people: Rasa will not see it."""
    await session.execute(
        update(Inbound).where(Inbound.conversation_id == conversation_id, Inbound.state.in_(PENDING)).values(state="passed")
    )


async def due(session: AsyncSession, now: datetime, limit: int) -> Sequence[str]:
    """Conversations with a message whose time has come and whose lease is free, the longest waiting first."""
    found = await session.scalars(
        select(Inbound.conversation_id)
        .join(Conversation, Conversation.id == Inbound.conversation_id)
        .where(
            Inbound.state.in_(PENDING),
            Inbound.next_attempt_at <= now,
            or_(Conversation.lease_owner.is_(None), Conversation.lease_until < now),
        )
        .group_by(Inbound.conversation_id)
        .order_by(func.min(Inbound.next_attempt_at))
        .limit(limit)
    )
    return found.all()


async def others_answered_since(session: AsyncSession, conversation_id: str, since: datetime) -> bool:
    """True when another conversation got its answer since then: Rasa works, and a failure is this message's own."""
    return bool(
        await session.scalar(select(exists().where(Inbound.conversation_id != conversation_id, Inbound.answered_at >= since)))
    )


async def erase_conversation(session: AsyncSession, conversation_id: str) -> bool:
    """Delete a conversation and all that hangs on it. False: there is none."""
    result = await session.execute(delete(Conversation).where(Conversation.id == conversation_id))
    return cast(CursorResult[Any], result).rowcount == 1


async def clear_conversation(session: AsyncSession, conversation_id: str, up_to: int) -> None:
    """Delete what was said up to a seq, and every secret that nothing said later needs; the conversation itself stays."""
    later = await messages_after(session, conversation_id, up_to, LATER)
    needed = {int(k) for message in later if message.author == "veteran" for k in TOKEN.findall(message.body["text"])}
    await session.execute(delete(Inbound).where(Inbound.conversation_id == conversation_id, Inbound.seq <= up_to))
    await session.execute(
        delete(TranscriptMessage).where(TranscriptMessage.conversation_id == conversation_id, TranscriptMessage.seq <= up_to)
    )
    await session.execute(delete(Secret).where(Secret.conversation_id == conversation_id, Secret.k.not_in(needed)))


async def veteran_before(session: AsyncSession, conversation_id: str, seq: int, limit: int) -> Sequence[TranscriptMessage]:
    """The veteran's last `limit` messages below a seq, oldest first."""
    found = await session.scalars(
        select(TranscriptMessage)
        .where(
            TranscriptMessage.conversation_id == conversation_id,
            TranscriptMessage.author == "veteran",
            TranscriptMessage.seq < seq,
        )
        .order_by(TranscriptMessage.seq.desc())
        .limit(limit)
    )
    return found.all()[::-1]


async def spend_codes(session: AsyncSession, conversation_id: str) -> None:
    """Put asterisks in place of the one-time codes of a conversation."""
    codes = update(Secret).where(Secret.conversation_id == conversation_id, Secret.kind == "code")
    await session.execute(codes.values(value="******").execution_options(synchronize_session="fetch"))
