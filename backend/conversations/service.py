"""The hub's commands: open a conversation, receive what a veteran sends, say, read, hand over, erase.

(Receiving: receiving.py; handling: handling.py; saying: outbound.py; erasing: erasing.py. Other rooms find all of it here.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.conversations import repository
from backend.conversations.codes import await_code, spend_codes
from backend.conversations.erasing import FORGET_TOPIC, clear_after_answer, clear_now, erase, forget_thread, forget_thread_soon
from backend.conversations.handling import handle_all_due, handle_pending, strike
from backend.conversations.incoming import Press
from backend.conversations.messages import Message
from backend.conversations.model import ChannelAddress, Conversation, TranscriptMessage
from backend.conversations.outbound import hold, said, say, say_new
from backend.conversations.owning import BOT, QUEUE, STAFF, change_owner
from backend.conversations.receiving import Receipt, receive
from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.errors import NotFound
from backend.security.redaction import UNIT as UNIT_TOKEN
from backend.security.redaction import has_token, mask_text, restore

__all__ = [
    "BOT",
    "FORGET_TOPIC",
    "QUEUE",
    "STAFF",
    "UNIT_TOKEN",
    "Press",
    "Receipt",
    "Shown",
    "await_code",
    "change_owner",
    "clear_after_answer",
    "clear_now",
    "earlier_texts",
    "erase",
    "forget_thread",
    "forget_thread_soon",
    "get_conversation",
    "handle_all_due",
    "handle_pending",
    "last_offer",
    "message_before",
    "mobile_of",
    "note_consent",
    "offered_before",
    "open_conversation",
    "receive",
    "resolve_text",
    "said",
    "say",
    "say_new",
    "set_language",
    "spend_codes",
    "strike",
    "transcript",
]

EARLIER = 12
LOOK_BACK = 12


@dataclass(frozen=True)
class Shown:
    """A message as its veteran sees it: numbers masked, instants aware."""

    seq: int
    author: str
    author_name: str | None
    at: datetime
    body: dict[str, Any]
    state: str


async def open_conversation(
    unit: Unit,
    channel: str,
    address_index: str,
    language: str,
    greeting: Sequence[Message] = (),
    address: str | None = None,
) -> Conversation:
    """A new conversation reached at an address, with its first bubbles written. Commit the unit.

    `address_index`: at most 64 characters that tell nothing of the address; `address` is kept encrypted where the channel
    must send to it. Raises IntegrityError when the address has a conversation already.
    """
    instant = clock.now()
    conversation = Conversation(
        id=new_id("c"),
        channel=channel,
        language=language,
        owner_kind="bot",
        owner_version=0,
        created_at=instant,
        updated_at=instant,
        clear_on_answer=False,
    )
    unit.session.add(conversation)
    await unit.session.flush()
    unit.session.add(
        ChannelAddress(channel=channel, address_index=address_index, address=address, conversation_id=conversation.id)
    )
    await unit.session.flush()
    if greeting:
        await say(unit, conversation.id, greeting)
    return conversation


async def get_conversation(session: AsyncSession, conversation_id: str) -> Conversation:
    """The conversation. Raises NotFound."""
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None:
        raise NotFound("这段对话不存在，或者已经删除了。", code="no_conversation")
    return conversation


async def resolve_text(session: AsyncSession, message_id: str) -> str:
    """What the veteran said, with the numbers in place of their tokens; the labels when choices were pressed.

    A unit's designation was never kept: there `«unit»` stands. Raises NotFound.
    """
    message = await repository.message_by_id(session, message_id)
    if message is None:
        raise NotFound("没有这条消息。", code="no_message")
    return (await _resolved(session, message.conversation_id, [message]))[0]


async def earlier_texts(session: AsyncSession, conversation_id: str, message_id: str) -> list[str]:
    """What the veteran typed before a message, resolved, oldest first; at most the last twelve, presses left out."""
    message = await repository.message_by_id(session, message_id)
    if message is None:
        return []
    before = await repository.veteran_before(session, conversation_id, message.seq, EARLIER)
    return await _resolved(session, conversation_id, [each for each in before if "press" not in each.body])


async def _resolved(session: AsyncSession, conversation_id: str, messages: Sequence[TranscriptMessage]) -> list[str]:
    if not any(has_token(message.body["text"]) for message in messages):
        return [message.body["text"] for message in messages]
    secrets = await repository.secrets_of(session, conversation_id)
    return [restore(message.body["text"], lambda k: secrets[k].value) for message in messages]


async def transcript(session: AsyncSession, conversation_id: str, after: int = 0, limit: int = 200) -> list[Shown]:
    """Up to `limit` messages after a seq, in order, as the veteran sees them."""
    messages = await repository.messages_after(session, conversation_id, after, limit)
    numbers = any(each.author == "veteran" and has_token(each.body["text"]) for each in messages)
    secrets = await repository.secrets_of(session, conversation_id) if numbers else {}

    def shown(message: TranscriptMessage) -> Shown:
        body = message.body
        if message.author == "veteran":
            body = {**body, "text": mask_text(body["text"], lambda k: secrets[k].value)}
            if "press" in body:
                body["press"] = {name: body["press"][name] for name in ("message", "choices")}
        return Shown(message.seq, message.author, message.author_name, message.at, body, message.state)

    return [shown(message) for message in messages]


async def mobile_of(session: AsyncSession, conversation_id: str) -> str | None:
    """The mobile an SMS conversation is held with (11 digits), None for any other conversation."""
    return await repository.address_of(session, conversation_id, "sms")


async def last_offer(session: AsyncSession, conversation_id: str) -> tuple[int, dict[str, Any]] | None:
    """seq and body of the newest message with choices said since the veteran last said something; None without one."""
    for message in await repository.latest(session, conversation_id, LOOK_BACK):
        if message.author == "veteran":
            return None
        if message.body.get("choices"):
            return message.seq, message.body
    return None


async def message_before(session: AsyncSession, conversation_id: str, message_id: str) -> str | None:
    """The id of the veteran's message before one; None before the first."""
    message = await repository.message_by_id(session, message_id)
    before = await repository.veteran_before(session, conversation_id, message.seq, 1) if message else ()
    return before[-1].id if before else None


async def offered_before(session: AsyncSession, conversation_id: str, message_id: str, value: str) -> bool:
    """True when the newest choices that lay before the veteran at a message have values that begin with `value`."""
    message = await repository.message_by_id(session, message_id)
    for each in await repository.latest(session, conversation_id, LOOK_BACK) if message else ():
        if each.seq < message.seq and each.body.get("choices"):  # type: ignore[union-attr]
            return any(choice["value"].startswith(value) for choice in each.body["choices"])
    return False


async def note_consent(session: AsyncSession, conversation_id: str, at: datetime, sensitive: bool = True) -> None:
    """Keep when the veteran consented (and to sensitive data), the first time only."""
    conversation = await get_conversation(session, conversation_id)
    conversation.consent_at = conversation.consent_at or at
    if sensitive:
        conversation.consent_sensitive_at = conversation.consent_sensitive_at or at


async def set_language(unit: Unit, conversation_id: str, language: str) -> None:
    """Answer in another language (one of backend.locale.text.LANGUAGES) from now on."""
    (await hold(unit, conversation_id)).language = language
