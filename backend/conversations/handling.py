"""Handing what waits to Rasa: one message in flight a conversation, oldest first, whoever handles it and whatever dies.

A handler takes the conversation's lease by compare-and-set and renews it before each call. Only who still holds it when
Rasa has answered may write the answer, in one transaction with the message's new state. A handler that died is replaced
when its lease has run out; the dialogue answers the same message the same way, so nothing happens twice. Who owns the
conversation is checked before Rasa is asked and again before its answer is written.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from backend import clock
from backend.conversations import rasa, repository
from backend.conversations.incoming import for_rasa
from backend.conversations.live import announce
from backend.conversations.messages import Message
from backend.conversations.model import Conversation, Inbound
from backend.conversations.outbound import clear, say
from backend.conversations.owning import STAFF
from backend.conversations.repository import LEASE
from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.errors import TryAgain
from backend.house import House
from backend.locale.text import T

log = structlog.get_logger()

LONGEST_PAUSE = 15
GIVE_UP_AFTER = timedelta(hours=24)
MAX_STRIKES = 3
#: Work that has lain for longer is begun anew: another may have taken it up.
FRESH = timedelta(seconds=5)
#: Others are answered while Rasa is merely slow as well: only a message that fails for so long counts as failing by itself.
SLOW_AT_MOST = timedelta(minutes=5)


@dataclass(frozen=True)
class Work:
    """A message in flight."""

    conversation_id: str
    message_id: str
    seq: int
    rasa_message: str
    owner_version: int
    started: datetime


async def handle_pending(house: House, conversation_id: str, lease: str | None = None, work: Work | None = None) -> int:
    """Answer what waits in a conversation, in order. Returns how many were answered; 0 when another is at it.

    `work` was begun under `lease` already (service.receive), and has lain for a moment at most.
    """
    lease = lease or new_id("l")
    answered = 0
    try:
        if work is None or clock.now() - work.started > FRESH:
            work = await _begin(house, conversation_id, lease)
        while work is not None:
            try:
                bodies = await rasa.ask(house, conversation_id, work.message_id, work.rasa_message)
                try:
                    done, following = await _finish(house, work, lease, bodies)
                except _ForgetFirst:
                    # The lease keeps Rasa's thread at rest meanwhile; should this fail, the whole is tried again.
                    await rasa.forget(house, conversation_id)
                    done, following = await _finish(house, work, lease, bodies, forgotten=True)
            except rasa.RasaUnavailable as error:
                log.warning("a message waits for Rasa", conversation=conversation_id, message=work.message_id, why=str(error))
                await _postpone(house, work, lease)
                return answered
            except (OSError, OperationalError, InterfaceError, TryAgain):
                # The database is away or too busy: the lease runs out, and the whole is tried again.
                raise
            except Exception as error:
                # An answer that cannot be written is this message's own failure, and must not hold up what follows for ever.
                log.error("an answer cannot be written", conversation=conversation_id, message=work.message_id, exc_info=error)
                await strike(house, work.message_id)
                await _postpone(house, work, lease)
                return answered
            answered += done
            work = following
    except asyncio.CancelledError:
        # The process is stopping: let another take it up now rather than when the lease runs out.
        await asyncio.shield(_release(house, conversation_id, lease))
        raise
    return answered


async def handle_all_due(house: House, limit: int = 50, at_once: int = 4) -> int:
    """The worker's sweep: answer every message whose time has come, up to `limit` conversations. Returns how many."""
    async with house.db.reading() as session:
        waiting = await repository.due(session, clock.now(), limit)
    gate = asyncio.Semaphore(at_once)

    async def handle(conversation_id: str) -> int:
        async with gate:
            return await handle_pending(house, conversation_id)

    return sum(await asyncio.gather(*(handle(each) for each in waiting)))


async def strike(house: House, message_id: str) -> None:
    """Note that the failure lies in answering this very message, not in Rasa being away; after three it is given up.

    An unknown id is no message of ours, and nothing to note.
    """
    async with house.db.unit() as unit:
        inbound = await unit.session.get(Inbound, message_id)
        if inbound is not None:
            inbound.strikes += 1
            await unit.commit()


async def _begin(house: House, conversation_id: str, lease: str) -> Work | None:
    async with house.db.unit() as unit:
        instant = clock.now()
        conversation = await repository.take_lease(unit.session, conversation_id, lease, instant, instant + LEASE)
        if conversation is None:
            return None
        work = await take_next(unit, conversation, lease)
        await unit.commit()
        return work


async def take_next(unit: Unit, conversation: Conversation, lease: str) -> Work | None:
    """The next message of a conversation whose lease is held; without one the lease is given back, in this transaction.

    The lease's row is held until the commit, and so is it by who stores a message: nothing can be stored unseen between.
    """
    session, instant = unit.session, clock.now()
    if conversation.owner_kind == STAFF:
        await repository.pass_pending(session, conversation.id)
    waiting = await repository.oldest_pending(session, conversation.id)
    if waiting is None or (waiting[0].attempts and waiting[0].state == "stored" and waiting[0].next_attempt_at > instant):
        await repository.release_lease(session, conversation.id, lease)
        return None
    inbound, message = waiting
    inbound.state, inbound.attempts, inbound.next_attempt_at = "handling", inbound.attempts + 1, instant + LEASE
    await announce(unit, conversation.id, typing=True)
    return Work(conversation.id, message.id, message.seq, for_rasa(message.body), conversation.owner_version, instant)


class _ForgetFirst(Exception):
    """What was said is to be cleared: Rasa's own thread goes first."""


async def _finish(
    house: House, work: Work, lease: str, bodies: list[dict[str, Any]], forgotten: bool = False
) -> tuple[bool, Work | None]:
    """Write the answer and take the next message. False: the lease was lost, or the conversation is people's now."""
    async with house.db.unit() as unit:
        session, instant = unit.session, clock.now()
        conversation = await repository.keep_lease(session, work.conversation_id, lease, instant, instant + LEASE)
        if conversation is None:
            return False, None
        ours = conversation.owner_kind != STAFF and conversation.owner_version == work.owner_version
        ours = ours or conversation.owner_cause == work.message_id
        if ours and conversation.clear_on_answer and not forgotten:
            raise _ForgetFirst
        if ours:
            await _mark(unit, work.message_id, "answered", instant)
            if conversation.clear_on_answer:
                conversation.clear_on_answer = False
                await clear(unit, conversation, work.seq)
            reply = f"reply:{work.message_id}"
            await say(unit, conversation.id, bodies, key=reply, in_reply_to=work.message_id, held=conversation, first=True)
        else:
            await _mark(unit, work.message_id, "passed", None)
        await announce(unit, work.conversation_id, typing=False)
        following = await take_next(unit, conversation, lease)
        await unit.commit()
        return ours, following


async def _postpone(house: House, work: Work, lease: str) -> None:
    """Keep the message for later, tell the veteran once that the answer will come; give up only what cannot be answered."""
    async with house.db.unit() as unit:
        session, instant = unit.session, clock.now()
        if await repository.keep_lease(session, work.conversation_id, lease, instant, instant + LEASE) is None:
            return
        inbound = await session.get(Inbound, work.message_id)
        if inbound is None:
            await repository.release_lease(session, work.conversation_id, lease)
            await unit.commit()
            return
        own_fault = inbound.strikes > 0
        late = instant - inbound.received_at > SLOW_AT_MOST
        if late and await repository.others_answered_since(session, work.conversation_id, work.started):
            inbound.strikes += 1
        inbound.state = "stored"
        inbound.next_attempt_at = instant + timedelta(seconds=min(2 ** min(inbound.attempts - 1, 4), LONGEST_PAUSE))
        if inbound.strikes >= MAX_STRIKES or instant - inbound.received_at > GIVE_UP_AFTER:
            await _mark(unit, work.message_id, "failed", None)
            await _tell(unit, work, "failed", T("刚才那条我没处理成，抱歉。麻烦换个说法再发一次，或者说“转人工”找工作人员。"))
        elif not inbound.told_delayed and not own_fault:
            inbound.told_delayed = True
            await _mark(unit, work.message_id, "delayed", None)
            await _tell(unit, work, "delayed", T("消息收到了，系统正忙，恢复后马上回你，不用重发。"))
        await announce(unit, work.conversation_id, typing=False)
        await repository.release_lease(session, work.conversation_id, lease)
        await unit.commit()


async def _tell(unit: Unit, work: Work, what: str, text: Any) -> None:
    await say(
        unit,
        work.conversation_id,
        [Message(text)],
        author="system",
        key=f"{what}:{work.message_id}",
        in_reply_to=work.message_id,
    )


async def _mark(unit: Unit, message_id: str, state: str, answered_at: datetime | None) -> None:
    """Set the state of the work and, as the veteran sees it, of the message."""
    if state != "delayed":
        await repository.mark_work(unit.session, message_id, state, answered_at)
    if state != "passed":
        await repository.mark_message(unit.session, message_id, "delayed" if state == "delayed" else "answered")


async def _release(house: House, conversation_id: str, lease: str) -> None:
    async with house.db.unit() as unit:
        if await repository.release_lease(unit.session, conversation_id, lease):
            await repository.lay_down(unit.session, conversation_id, clock.now())
        await unit.commit()
