"""What is said to a veteran: appended to the transcript, shown live, and sent by the channel that needs sending."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

from backend import clock
from backend.conversations import repository
from backend.conversations.live import announce
from backend.conversations.messages import Message, to_body
from backend.conversations.model import Conversation, TranscriptMessage
from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.db.keys import fitted
from backend.errors import NotFound

Deliver = Callable[[Unit, Conversation, TranscriptMessage], Awaitable[None]]
Clear = Callable[[Unit, str], Awaitable[None]]

#: Channels whose page reads the transcript itself: nothing is sent.
SHOWN = {"web"}
_deliveries: dict[str, tuple[Deliver, Clear]] = {}


def deliver_by(channel: str, deliver: Deliver, clear: Clear) -> None:
    """Let `deliver` send what is said in conversations of `channel`; `clear` deletes what the channel itself keeps of one.

    Both run in the causing transaction, so they write and queue, and send nothing themselves.
    """
    _deliveries[channel] = deliver, clear


async def hold(unit: Unit, conversation_id: str, lease: str | None = None) -> Conversation:
    """The conversation, held for writing until the unit ends; with the `lease` taken on the way, if it is free.

    Raises NotFound.
    """
    conversation = await repository.lock(unit.session, conversation_id, clock.now(), lease)
    if conversation is None:
        raise NotFound("这段对话不存在，或者已经删除了。", code="no_conversation")
    return conversation


async def append(
    unit: Unit,
    conversation: Conversation,
    *,
    author: str,
    body: dict[str, Any],
    author_name: str | None = None,
    key: str | None = None,
    in_reply_to: str | None = None,
) -> TranscriptMessage:
    """Write one message of a conversation that is held, and wake who shows it after the commit."""
    message = _message(conversation, author, body, key, author_name, in_reply_to)
    unit.session.add(message)
    await unit.session.flush()
    await announce(unit, conversation.id, people=conversation.owner_kind != "bot")
    return message


def _message(
    conversation: Conversation,
    author: str,
    body: dict[str, Any],
    key: str | None,
    author_name: str | None = None,
    in_reply_to: str | None = None,
) -> TranscriptMessage:
    return TranscriptMessage(
        id=new_id("m"),
        conversation_id=conversation.id,
        author=author,
        author_name=author_name,
        channel=conversation.channel,
        body=body,
        key=key,
        in_reply_to=in_reply_to,
        at=clock.now(),
        state="stored",
    )


async def say_new(
    unit: Unit, conversation_id: str, said: Sequence[tuple[str, Message]], sent: Collection[str] = frozenset()
) -> None:
    """Say by the way what the caller knows was never said, each message under its key, in their order. Raises NotFound.

    `sent`: keys of what the channel sends as well, because it goes no other way.
    """
    conversation = await hold(unit, conversation_id)
    for key, message in said:
        row = _message(conversation, "bot", to_body(message, conversation.language), _key_of(key, 1))
        unit.session.add(row)
        if key in sent and conversation.channel not in SHOWN:
            await unit.session.flush()
            await _deliver(unit, conversation, row)
    await announce(unit, conversation.id)


async def said(unit: Unit, key: str) -> TranscriptMessage | None:
    """The first message that was said under a key, by `say` or `say_new`, in this unit or before."""
    await unit.session.flush()
    return await repository.message_by_key(unit.session, _key_of(key, 1))


def _key_of(key: str, number: int) -> str:
    return fitted(f"say:{key}:{number}")


async def say(
    unit: Unit,
    conversation_id: str,
    bodies: Sequence[Message | dict[str, Any]],
    author: str = "bot",
    author_name: str | None = None,
    key: str | None = None,
    in_reply_to: str | None = None,
    deliver: bool | None = None,
    held: Conversation | None = None,
    first: bool = False,
) -> list[int]:
    """Say something in a conversation, in `unit`; it is seen once that has committed. Returns the seqs.

    A Message is rendered in the conversation's language; a dict is a body of conversations.messages already. With a `key`
    (unique over all conversations) a repeat says nothing again. `author`: bot, staff or system. What answers a message
    (`in_reply_to`, the inbound id) is also sent by the channel, an SMS for instance; what is said by the way is only shown,
    because notices choose their own way to the veteran; `deliver` decides otherwise. `held`: the conversation, where this
    unit holds it already; `first`: nothing can have been said under the key. Raises NotFound.
    """
    conversation = held or await hold(unit, conversation_id)
    seqs: list[int] = []
    for number, each in enumerate(bodies, 1):
        body = to_body(each, conversation.language) if isinstance(each, Message) else each
        full_key = _key_of(key, number) if key else None
        said = await repository.message_by_key(unit.session, full_key) if full_key and not first else None
        if said is None:
            said = await append(
                unit, conversation, author=author, author_name=author_name, body=body, key=full_key, in_reply_to=in_reply_to
            )
            if (in_reply_to is not None) if deliver is None else deliver:
                await _deliver(unit, conversation, said)
        seqs.append(said.seq)
    return seqs


async def _deliver(unit: Unit, conversation: Conversation, message: TranscriptMessage) -> None:
    if conversation.channel not in SHOWN:
        await _of(conversation.channel)[0](unit, conversation, message)


async def clear(unit: Unit, conversation: Conversation, up_to: int) -> None:
    """Delete what was said in a held conversation up to a seq, the secrets in it, and what its channel keeps of it."""
    await unit.session.flush()
    await repository.clear_conversation(unit.session, conversation.id, up_to)
    if conversation.channel not in SHOWN:
        await _of(conversation.channel)[1](unit, conversation.id)


def _of(channel: str) -> tuple[Deliver, Clear]:
    if channel not in _deliveries:
        raise RuntimeError(f"nothing delivers on channel {channel!r}: import its service first")
    return _deliveries[channel]
