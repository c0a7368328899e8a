"""Every query of taking over. Which counties the asker may see is part of it; what has no county is everybody's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, cast, func, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import Actor
from backend.applications.model import Application
from backend.conversations.model import Conversation, Secret, TranscriptMessage
from backend.dialogue.model import HandoverRequest, Turn
from backend.staff.model import Staff
from backend.takeover.model import HandoverEvent, LeftMessage

Waiting = tuple[HandoverRequest, Conversation]


def _seen(actor: Actor, county: Any = HandoverRequest.county) -> ColumnElement[bool]:
    if actor.counties is None:
        return and_(True)
    return or_(county.is_(None), county.in_(actor.counties))


async def latest(session: AsyncSession, actor: Actor, conversation_id: str, *, lock: bool = False) -> HandoverRequest | None:
    """The newest request of a conversation that `actor` may see, an open one before all; held with `lock`."""
    statement = (
        select(HandoverRequest)
        .where(HandoverRequest.conversation_id == conversation_id, _seen(actor))
        .order_by(HandoverRequest.closed_at.is_not(None), HandoverRequest.asked_at.desc())
        .limit(1)
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    return await session.scalar(statement)


async def in_hand(session: AsyncSession, actor: Actor, limit: int) -> Sequence[Waiting]:
    """Open requests with their conversations, the most urgent and then the longest waiting first."""
    found = await session.execute(
        select(HandoverRequest, Conversation)
        .join(Conversation, Conversation.id == HandoverRequest.conversation_id)
        .where(HandoverRequest.closed_at.is_(None), _seen(actor))
        .order_by(HandoverRequest.priority.desc(), _since(), HandoverRequest.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in found]


async def some(session: AsyncSession, actor: Actor, conversations: Collection[str]) -> Sequence[Waiting]:
    """The newest request of each of some conversations that `actor` may see."""
    found = await session.execute(
        select(HandoverRequest, Conversation)
        .join(Conversation, Conversation.id == HandoverRequest.conversation_id)
        .where(HandoverRequest.conversation_id.in_(conversations), _seen(actor))
        .order_by(HandoverRequest.closed_at.is_not(None), HandoverRequest.asked_at.desc())
    )
    newest: dict[str, Waiting] = {}
    for request, conversation in found:
        newest.setdefault(conversation.id, (request, conversation))
    return list(newest.values())


async def changed_since(session: AsyncSession, since: datetime) -> Sequence[str]:
    """Conversations whose request changed since an instant, or that are in people's hands and were written into since."""
    statement = (
        select(HandoverRequest.conversation_id)
        .join(Conversation, Conversation.id == HandoverRequest.conversation_id)
        .where(
            or_(
                HandoverRequest.changed_at >= since,
                and_(HandoverRequest.closed_at.is_(None), Conversation.updated_at >= since),
            )
        )
        .distinct()
    )
    return (await session.scalars(statement)).all()


async def closed(session: AsyncSession, actor: Actor, before: tuple[datetime, str] | None, limit: int) -> Sequence[Waiting]:
    """Requests that are closed, the newest first."""
    statement = (
        select(HandoverRequest, Conversation)
        .join(Conversation, Conversation.id == HandoverRequest.conversation_id)
        .where(HandoverRequest.closed_at.is_not(None), _seen(actor))
        .order_by(HandoverRequest.closed_at.desc(), HandoverRequest.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(tuple_(HandoverRequest.closed_at, HandoverRequest.id) < before)
    return [(row[0], row[1]) for row in await session.execute(statement)]


def _since() -> ColumnElement[Any]:
    return func.coalesce(HandoverRequest.queued_at, HandoverRequest.asked_at)


async def ahead(session: AsyncSession, request: HandoverRequest) -> int:
    """How many wait in the same queue before a request."""
    since = request.queued_at or request.asked_at
    own = HandoverRequest.county.is_(None) if request.county is None else HandoverRequest.county == request.county
    statement = select(func.count()).where(
        HandoverRequest.closed_at.is_(None),
        HandoverRequest.claimed_by.is_(None),
        HandoverRequest.id != request.id,
        own,
        or_(
            HandoverRequest.priority > request.priority,
            and_(HandoverRequest.priority == request.priority, _since() < since),
        ),
    )
    return int(await session.scalar(statement) or 0)


async def idle(session: AsyncSession, before: datetime) -> Sequence[str]:
    """Conversations whose claim saw nothing done since an instant."""
    statement = select(HandoverRequest.conversation_id).where(
        HandoverRequest.closed_at.is_(None), HandoverRequest.claimed_by.is_not(None), HandoverRequest.active_at < before
    )
    return (await session.scalars(statement)).all()


async def events(session: AsyncSession, request_ids: Collection[str]) -> Sequence[HandoverEvent]:
    """All that was done to requests, in order."""
    statement = select(HandoverEvent).where(HandoverEvent.request_id.in_(request_ids)).order_by(HandoverEvent.id)
    return (await session.scalars(statement)).all()


async def last_messages(session: AsyncSession, conversations: Collection[str]) -> dict[str, TranscriptMessage]:
    """conversation → the newest message that the veteran or staff wrote."""
    newest = (
        select(func.max(TranscriptMessage.seq))
        .where(TranscriptMessage.conversation_id.in_(conversations), TranscriptMessage.author.in_(("veteran", "staff")))
        .group_by(TranscriptMessage.conversation_id)
    )
    found = await session.scalars(select(TranscriptMessage).where(TranscriptMessage.seq.in_(newest)))
    return {each.conversation_id: each for each in found}


async def unseen(session: AsyncSession, conversations: Collection[str]) -> dict[str, int]:
    """conversation → how many of the veteran's messages no member of staff has seen."""
    statement = (
        select(TranscriptMessage.conversation_id, func.count())
        .join(Conversation, Conversation.id == TranscriptMessage.conversation_id)
        .where(
            TranscriptMessage.conversation_id.in_(conversations),
            TranscriptMessage.author == "veteran",
            TranscriptMessage.seq > Conversation.seen_by_staff,
        )
        .group_by(TranscriptMessage.conversation_id)
    )
    return {row[0]: row[1] for row in await session.execute(statement)}


async def secrets(session: AsyncSession, conversations: Collection[str]) -> dict[str, dict[int, str]]:
    """conversation → k → number."""
    found: dict[str, dict[int, str]] = {}
    for each in await session.scalars(select(Secret).where(Secret.conversation_id.in_(conversations))):
        found.setdefault(each.conversation_id, {})[each.k] = each.value
    return found


async def applications(session: AsyncSession, conversations: Collection[str]) -> dict[str, Application]:
    """conversation → its newest application."""
    statement = (
        select(Application).where(Application.conversation_id.in_(conversations)).order_by(Application.submitted_at.desc())
    )
    newest: dict[str, Application] = {}
    for each in await session.scalars(statement):
        newest.setdefault(each.conversation_id, each)
    return newest


async def names(session: AsyncSession, usernames: Collection[str]) -> dict[str, str]:
    """username → display name."""
    found = await session.execute(select(Staff.username, Staff.display_name).where(Staff.username.in_(usernames)))
    return {row[0]: row[1] for row in found}


async def colleagues(session: AsyncSession, roles: Collection[str], county: str | None) -> Sequence[Staff]:
    """Active accounts with one of `roles` that may see a county's conversations, by name."""
    listed = cast(Staff.roles, Text)
    statement = select(Staff).where(
        Staff.active.is_(True), or_(*(listed.contains(f'"{role}"', autoescape=True) for role in roles))
    )
    if county is not None:
        own = cast(Staff.counties, Text).contains(f'"{county}"', autoescape=True)
        statement = statement.where(or_(Staff.counties.is_(None), own))
    return (await session.scalars(statement.order_by(Staff.username))).all()


async def page_before(session: AsyncSession, conversation_id: str, before: int, limit: int) -> Sequence[TranscriptMessage]:
    """The `limit` messages below a seq, in order."""
    found = await session.scalars(
        select(TranscriptMessage)
        .where(TranscriptMessage.conversation_id == conversation_id, TranscriptMessage.seq < before)
        .order_by(TranscriptMessage.seq.desc())
        .limit(limit)
    )
    return found.all()[::-1]


async def of_all_before(session: AsyncSession, actor: Actor, before: int, limit: int) -> Sequence[TranscriptMessage]:
    """The `limit` newest messages below a seq of every conversation that `actor` may see, newest first."""
    seen = select(HandoverRequest.conversation_id).where(_seen(actor))
    found = await session.scalars(
        select(TranscriptMessage)
        .where(TranscriptMessage.conversation_id.in_(seen), TranscriptMessage.seq < before)
        .order_by(TranscriptMessage.seq.desc())
        .limit(limit)
    )
    return found.all()


async def misunderstood(session: AsyncSession, conversation_id: str) -> tuple[TranscriptMessage, datetime] | None:
    """The veteran's last message that the bot did not understand, and when it was answered."""
    found = await session.execute(
        select(TranscriptMessage, Turn.at)
        .join(Turn, Turn.message_id == TranscriptMessage.id)
        .where(
            Turn.conversation_id == conversation_id,
            or_(Turn.step == "fallback", Turn.intent.in_(("out_of_scope", "nlu_fallback"))),
        )
        .order_by(Turn.at.desc())
        .limit(1)
    )
    row = found.first()
    return (row[0], row[1]) if row else None


async def note_seen(session: AsyncSession, conversation_id: str, column: str, seq: int) -> bool:
    """Keep how far one side has read, forward only. False: it had read that far."""
    seen = getattr(Conversation, column)
    newest = (
        select(func.coalesce(func.max(TranscriptMessage.seq), 0))
        .where(TranscriptMessage.conversation_id == conversation_id)
        .scalar_subquery()
    )
    reached = case((newest < seq, newest), else_=seq)
    changed = await session.execute(
        update(Conversation)
        .where(Conversation.id == conversation_id, seen < reached)
        .values({column: reached})
        .returning(Conversation.id)
        .execution_options(synchronize_session=False)
    )
    return changed.first() is not None


async def asked_between(session: AsyncSession, actor: Actor, begin: datetime, end: datetime) -> Sequence[Any]:
    """county, first answer, resolution (minutes) and closing of every request that was made in a span."""
    request = HandoverRequest
    found = await session.execute(
        select(request.county, request.first_answer_minutes, request.resolution_minutes, request.closed_at).where(
            request.asked_at >= begin, request.asked_at < end, _seen(actor)
        )
    )
    return found.all()


async def left(session: AsyncSession, actor: Actor, done: bool, limit: int) -> Sequence[LeftMessage]:
    """Messages that were left: open ones the oldest first, done ones the newest first."""
    order = LeftMessage.left_at.desc() if done else LeftMessage.left_at
    statement = select(LeftMessage).where(LeftMessage.done_at.is_not(None) if done else LeftMessage.done_at.is_(None))
    return (await session.scalars(statement.where(_seen(actor, LeftMessage.county)).order_by(order).limit(limit))).all()


async def count_left(session: AsyncSession, actor: Actor) -> int:
    """How many messages that were left wait for somebody."""
    statement = select(func.count()).where(LeftMessage.done_at.is_(None), _seen(actor, LeftMessage.county))
    return int(await session.scalar(statement) or 0)


async def one_left(session: AsyncSession, actor: Actor, task_id: str) -> LeftMessage | None:
    """One message that was left, held."""
    statement = select(LeftMessage).where(LeftMessage.id == task_id, _seen(actor, LeftMessage.county))
    return await session.scalar(statement.with_for_update().execution_options(populate_existing=True))


async def left_by(session: AsyncSession, message_id: str) -> LeftMessage | None:
    """What was left with one message."""
    return await session.scalar(select(LeftMessage).where(LeftMessage.message_id == message_id))
