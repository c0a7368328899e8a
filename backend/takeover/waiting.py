"""What a veteran does: asks for a person, leaves a message, has the bot back. Each within the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from backend.applications.actor import SYSTEM, VETERAN, Actor
from backend.clock import now
from backend.conversations import service as hub
from backend.conversations.attended import hear
from backend.conversations.messages import Message
from backend.conversations.model import Conversation, TranscriptMessage
from backend.conversations.outbound import hold
from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.dialogue import repository as dialogue
from backend.dialogue.model import NOT_NEEDED, HandoverRequest
from backend.dialogue.taking_up import take_up
from backend.house import House
from backend.takeover import repository, states, words
from backend.takeover.desk import SYSTEM_NAME, Held, end, give_to, office_of, record, wake
from backend.takeover.model import LeftMessage
from backend.takeover.rules import IDLE, opens_at, wants_bot

log = structlog.get_logger()
VETERAN_NAME = "本人"


@dataclass(frozen=True)
class Place:
    """How many wait before her, and when somebody answers (None: the office is open)."""

    ahead: int
    opens: datetime | None


async def place_of(unit: Unit, house: House, request: HandoverRequest) -> Place:
    """Where a request stands in its queue."""
    opens = opens_at(now(), house.calendar, office_of(house, request.county))
    return Place(await repository.ahead(unit.session, request), opens)


async def put_in_queue(unit: Unit, house: House, request: HandoverRequest, cause: str | None) -> Place:
    """A new request waits: the conversation is the queue's, caused by the message (`cause`) whose answer is still sent."""
    conversation = await hold(unit, request.conversation_id)
    request.queued_at = request.changed_at = now()
    conversation.county = request.county
    if conversation.owner_kind == states.BOT:
        await hub.change_owner(unit, conversation.id, conversation.owner_version, states.QUEUE, cause=cause)
    await unit.session.flush()
    record(unit, request, _veteran(conversation.id), VETERAN_NAME, "ask")
    held = Held(unit, house, conversation, request)
    await wake(held)
    return await place_of(unit, house, request)


async def call_off(unit: Unit, house: House, conversation_id: str, cause: str) -> bool:
    """No person need come any more. False: nobody was asked. The answer to the message `cause` is still sent."""
    conversation = await hold(unit, conversation_id)
    request = await dialogue.open_handover(unit.session, conversation_id)
    if request is None:
        return False
    held = Held(unit, house, conversation, request)
    await end(held, _veteran(conversation_id), NOT_NEEDED, None, cause)
    record(unit, request, _veteran(conversation_id), VETERAN_NAME, "call_off")
    return True


async def leave(unit: Unit, house: House, conversation_id: str, message_id: str, text: str) -> bool:
    """Keep a message for staff: a task until it is done. False: nobody was asked. The same message again adds nothing."""
    conversation = await hold(unit, conversation_id)
    request = await dialogue.open_handover(unit.session, conversation_id)
    if request is None:
        return False
    if await repository.left_by(unit.session, message_id) is None:
        unit.session.add(
            LeftMessage(
                id=new_id("l"),
                conversation_id=conversation_id,
                request_id=request.id,
                message_id=message_id,
                county=request.county,
                words=text,
                left_at=now(),
            )
        )
        request.last_words = text
        record(unit, request, _veteran(conversation_id), VETERAN_NAME, "leave")
        await wake(Held(unit, house, conversation, request))
    return True


async def heard(unit: Unit, house: House, conversation: Conversation, message: TranscriptMessage) -> None:
    """The hub's: a message came while one of staff answers. 不用人工了 brings the bot back; staff is told."""
    if not wants_bot(message.body["text"]):
        return
    request = await dialogue.open_handover(unit.session, conversation.id)
    if request is None:
        return
    held = Held(unit, house, conversation, request)
    await end(held, _veteran(conversation.id), NOT_NEEDED, None)
    record(unit, request, _veteran(conversation.id), VETERAN_NAME, "call_off")
    await say_released(held, None, in_reply_to=message.id)
    message.state = "answered"


async def say_released(held: Held, step: str | None, in_reply_to: str | None = None) -> None:
    """The bot says that it is back, and takes up the pending question, or the one of `step`."""
    said = [Message(words.released()), *await take_up(held.unit, held.house, held.conversation.id, step)]
    await hub.say(
        held.unit,
        held.conversation.id,
        said,
        key=f"release:{held.request.id}",
        in_reply_to=in_reply_to,
        deliver=True,
        held=held.conversation,
    )
    await wake(held)


async def expire_idle(house: House) -> int:
    """The worker's chore: claims of whoever did nothing for ten minutes go back into the queue, with a note. Returns how many."""
    async with house.db.reading() as session:
        found = await repository.idle(session, now() - IDLE)
    return sum([await _expire(house, each) for each in found])


async def _expire(house: House, conversation_id: str) -> bool:
    async with house.db.unit() as unit:
        conversation = await hold(unit, conversation_id)
        request = await dialogue.open_handover(unit.session, conversation_id)
        # Whoever did something meanwhile keeps it.
        if request is None or request.active_at is None or request.active_at >= now() - IDLE:
            return False
        if conversation.owner_kind != states.STAFF:
            return False
        username = conversation.owner_id or ""
        name = (await repository.names(unit.session, [username])).get(username, username)
        held = Held(unit, house, conversation, request)
        await give_to(held, None)
        record(unit, request, SYSTEM, SYSTEM_NAME, "expire", f"{name} 接手后10分钟没有动静，已放回队列。")
        where = await place_of(unit, house, request)
        said = [words.went(name, where.ahead, where.opens)]
        await hub.say(unit, conversation_id, said, author="system", deliver=True, held=conversation)
        await wake(held)
        await unit.commit()
        return True


def _veteran(conversation_id: str) -> Actor:
    return Actor(f"{VETERAN}{conversation_id}", conversation=conversation_id)


hear(heard)
