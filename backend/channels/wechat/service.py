"""What is said to a veteran on WeChat: kept as pieces, sent by the customer service interface through the outbox.

A piece leaves once: in the answer to the request that brought the question (passive.py), or from here. Both claim it by
compare-and-set first. Where WeChat delivers no more, a notice leaves by SMS, and an answer waits until the veteran writes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakValueDictionary

import structlog

from backend import clock
from backend.attachments import repository as attachments
from backend.channels.sms import service as sms
from backend.channels.sms.model import SmsMessage
from backend.channels.wechat import repository, tokens
from backend.channels.wechat.api import NotKnown, NotReached, Refused, WeChatApi
from backend.channels.wechat.model import INCOMING, OUTGOING, WeChatMessage
from backend.channels.wechat.states import BY_SMS, FAILED, NO_MENU, OUT_OF_REACH, QUEUED, SENDING, SENT, UNKNOWN, after_code
from backend.channels.wechat.text import Piece, as_custom, as_picture, pack, pieces_of
from backend.conversations import repository as conversations
from backend.conversations import service as hub
from backend.conversations.messages import Message
from backend.conversations.model import Conversation, TranscriptMessage
from backend.conversations.outbound import deliver_by
from backend.db.engine import Unit
from backend.db.types import key_ring
from backend.house import House
from backend.outbox import service as outbox
from backend.outbox.service import LEASE, Delivery, DeliveryFailed

log = structlog.get_logger()

TOPIC = "wechat.send"
CHANNEL = "wechat"
#: A notice that would come in the last minutes may come too late.
MARGIN = timedelta(minutes=10)
#: Fields of an SmsMessage from which the same text is made again.
_SMS_FIELDS = ("mobile", "mobile_index", "template_id", "template", "text", "key", "county")
# One attempt at a time to each veteran, so that a worker's messages to one person leave in their order.
_turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


@dataclass(frozen=True)
class _Outcome:
    """How an attempt went. `out_of_reach`: this veteran cannot be written to until they write themselves."""

    state: str
    error: str | None = None
    out_of_reach: bool = False


def openid_index(openid: str) -> str:
    """The blind index under which an openid is found."""
    return key_ring().blind_index(openid, "wechat.openid")


def incoming_key(index: str, delivery_key: str) -> str:
    """The key under which what came is kept."""
    return f"{INCOMING}:{index}:{delivery_key}"


async def send_reply(unit: Unit, conversation: Conversation, message: TranscriptMessage) -> None:
    """Queue what was said in a WeChat conversation: the hub calls it in the saying unit."""
    openid = await conversations.address_of(unit.session, conversation.id, CHANNEL)
    if openid is None:
        raise RuntimeError(f"a WeChat conversation without its address: {conversation.id}")
    index = openid_index(openid)
    came = await _what_came(unit, conversation.id, index, message.in_reply_to)
    pieces = pieces_of(message.body, message.seq)
    await queue(unit, index, conversation.id, pieces, f"said:{message.id}", came)


async def _what_came(unit: Unit, conversation_id: str, index: str, message_id: str | None) -> WeChatMessage | None:
    """What came of which a message in the transcript was made."""
    message = await conversations.message_by_id(unit.session, message_id) if message_id else None
    if message is None or message.key is None:
        return None
    return await repository.by_key(unit.session, incoming_key(index, message.key.removeprefix(f"{CHANNEL}:{conversation_id}:")))


async def answer_at_once(unit: Unit, conversation: Conversation, came: WeChatMessage, message: Message, key: str) -> None:
    """Say something in answer to what came, without Rasa, so that its request may take it along. `key`: within what came."""
    for seq in await hub.say(unit, conversation.id, [message], key=f"wechat:{key}:{came.key}"):
        said = await conversations.message_at(unit.session, conversation.id, seq)
        if said is not None:
            await queue(unit, came.openid_index, conversation.id, pieces_of(said.body, seq), f"said:{said.id}", came)


async def queue(
    unit: Unit,
    index: str,
    conversation_id: str,
    pieces: Sequence[Piece],
    key: str,
    answering: WeChatMessage | None = None,
    fallback: SmsMessage | None = None,
) -> None:
    """Queue pieces in the causing unit, each once for a `key`; they leave after the commit.

    `answering`: what came and waits for this: its request may take it along first. `fallback`: the SMS that leaves instead.
    """
    instant = clock.now()
    for number, piece in enumerate(pieces, 1):
        full_key = f"{OUTGOING}:{key}:{number}"
        if await repository.by_key(unit.session, full_key) is not None:
            continue
        row = WeChatMessage(
            direction=OUTGOING,
            openid_index=index,
            conversation_id=conversation_id,
            key=full_key,
            kind="notice" if fallback is not None else "text",
            piece=piece,
            answers=answering.key if answering is not None else None,
            sms=_as_json(fallback) if fallback is not None and number == len(pieces) else None,
            state=QUEUED,
            at=instant,
            updated_at=instant,
        )
        unit.session.add(row)
        await unit.session.flush()
        await send_later(unit, row.seq, full_key, answering.wait_until if answering is not None else None)


async def send_later(unit: Unit, seq: int, key: str, at: datetime | None = None) -> None:
    """Let a worker send what waits up to a seq, from an instant on (None: now)."""
    await outbox.put(unit.session, TOPIC, key, {"wechat": seq}, available_at=at)


async def forget(unit: Unit, conversation_id: str) -> None:
    """Delete what was said in a conversation: the hub calls it when it is cleared."""
    await repository.delete_said(unit.session, conversation_id)


async def reachable(unit: Unit, conversations_: Collection[str]) -> set[str]:
    """Those of these conversations whose veteran talks to us on WeChat and can be written to there now."""
    return set(await repository.users_of(unit.session, conversations_, clock.now() + MARGIN))


async def push(unit: Unit, conversation_id: str, message: TranscriptMessage, fallback: SmsMessage | None = None) -> None:
    """Send by WeChat what was said by the way, where that is `reachable`. `fallback`: the SMS, not queued, that leaves instead
    if WeChat does not deliver it; without one it then waits until the veteran writes."""
    openid = await conversations.address_of(unit.session, conversation_id, CHANNEL)
    if openid is not None:
        pieces = pieces_of(message.body, message.seq)
        await queue(unit, openid_index(openid), conversation_id, pieces, f"said:{message.id}", fallback=fallback)


def _as_json(text: SmsMessage) -> dict[str, Any]:
    return {name: getattr(text, name) for name in _SMS_FIELDS}


async def deliver(house: House, delivery: Delivery) -> None:
    """The outbox's handler of `wechat.send`: send what waits for this veteran, in order, up to the row of the delivery.

    Raises DeliveryFailed when nothing could leave; the outbox tries again.
    """
    async with house.db.reading() as session:
        row = await session.get(WeChatMessage, int(delivery.payload["wechat"]))
    if row is None or house.wechat is None:
        return  # cleared meanwhile
    turn = _turns.setdefault(row.openid_index, asyncio.Lock())
    async with turn:
        await _settle_interrupted(house, row)
        while await _send_next(house, house.wechat, row):
            continue


async def _send_next(house: House, api: WeChatApi, last: WeChatMessage) -> bool:
    """Send the next message, of as many pieces as fit. False when nothing waits any more."""
    async with house.db.unit() as unit:
        waiting = await repository.waiting(unit.session, last.openid_index, last.seq)
        wanted = [row.seq for row in waiting[: _packed(waiting)]]
        got = set(await repository.claim(unit.session, wanted, SENDING, clock.now())) if wanted else set()
        openid = await conversations.address_of(unit.session, last.conversation_id, CHANNEL)
        language = (await hub.get_conversation(unit.session, last.conversation_id)).language if got else ""
        await unit.commit()
    rows = [row for row in waiting if row.seq in got]
    if not rows:
        return bool(wanted)
    outcome = await _attempt(house, api, openid or "", rows, language)
    await _note(house, rows, outcome)
    if outcome.state == QUEUED:
        raise DeliveryFailed(f"WeChat: {outcome.error}")
    return True


def _packed(rows: Sequence[WeChatMessage]) -> int:
    """How many of these rows go together. A notice goes alone: what becomes of it is its own."""
    alone = next((number for number, row in enumerate(rows) if row.sms is not None), len(rows))
    if alone == 0:
        return 1
    return pack([row.piece or {"text": ""} for row in rows[:alone]])


async def _attempt(house: House, api: WeChatApi, openid: str, rows: Sequence[WeChatMessage], language: str) -> _Outcome:
    pieces = [row.piece or {"text": ""} for row in rows]
    falls = any(row.sms is not None for row in rows)
    try:
        message = await _message(house, api, pieces, language)
        if message is None:
            return _Outcome(FAILED, "the file is gone")
        try:
            await tokens.with_token(house, api, lambda token: api.send(token, openid, message))
        except Refused as error:
            if error.code not in NO_MENU or message["msgtype"] != "msgmenu":
                raise
            plain = as_custom(pieces, language, menus=False)
            await tokens.with_token(house, api, lambda token: api.send(token, openid, plain))
    except Refused as error:
        return _Outcome(after_code(error.code, falls), str(error), out_of_reach=error.code in OUT_OF_REACH)
    except NotReached as error:
        return _Outcome(QUEUED, str(error))
    except NotKnown as error:
        # It may stand there already: a second attempt could be a second message. A result must not be lost, though.
        return _Outcome(BY_SMS if falls else UNKNOWN, str(error))
    return _Outcome(SENT)


async def _message(house: House, api: WeChatApi, pieces: Sequence[Piece], language: str) -> dict[str, Any] | None:
    """What is sent of these pieces: a picture is left with WeChat first. None: it was deleted meanwhile.

    Raises Refused, or NotReached: a picture that may have been left there has been shown to nobody.
    """
    media = pieces[0].get("media")
    if media is None:
        return as_custom(pieces, language)
    async with house.db.reading() as session:
        picture = await attachments.page(session, media["attachment"], media["page"])
    if picture is None:
        return None
    try:
        return as_picture(await tokens.with_token(house, api, lambda token: api.upload_image(token, picture)))
    except NotKnown as error:
        raise NotReached(str(error)) from error


async def _note(house: House, rows: Sequence[WeChatMessage], outcome: _Outcome) -> None:
    """Keep how the attempt went; what falls to SMS is queued there in the same unit."""
    state, error = outcome.state, outcome.error
    async with house.db.unit() as unit:
        if state == BY_SMS:
            await _by_sms(unit, rows)
        await repository.settle(unit.session, [row.seq for row in rows], SENDING, state, clock.now(), error)
        if outcome.out_of_reach:
            user = await repository.user(unit.session, rows[0].openid_index)
            if user is not None:
                user.reachable_until = user.updated_at = clock.now()
        await unit.commit()
    if error is not None:
        log.warning("WeChat did not take a message", state=state, why=error, pieces=len(rows))


async def _by_sms(unit: Unit, rows: Sequence[WeChatMessage]) -> None:
    for row in rows:
        if row.sms is not None:
            instant = clock.now()
            text = SmsMessage(**row.sms, direction=OUTGOING, state="queued", at=instant, updated_at=instant)
            if await sms.unknown_key(unit, text.key):
                await sms.queue_new(unit, [text])


async def _settle_interrupted(house: House, last: WeChatMessage) -> None:
    """What is still marked as being sent was in the hands of a process that died: whether it left cannot be told."""
    async with house.db.unit() as unit:
        rows = await repository.left_in_sending(unit.session, last.openid_index, last.seq)
        if any(row.updated_at > clock.now() - LEASE for row in rows):
            raise DeliveryFailed("another worker is sending to this veteran")
        for row in rows:
            await _by_sms(unit, [row])
            row.state, row.error, row.updated_at = (BY_SMS if row.sms else UNKNOWN), "interrupted", clock.now()
        await unit.commit()


deliver_by(CHANNEL, send_reply, forget)
