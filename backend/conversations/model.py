"""The tables of the hub: conversations, their addresses on channels, what was said, what waits for an answer, and secrets.

Everything that belongs to a conversation goes with it when it is erased (foreign keys cascade).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.keys import LONGEST
from backend.db.types import EncryptedJSON, EncryptedText, Instant

ID = String(32)
KEY = String(LONGEST)


class Conversation(Base):
    """One thread of talk with one person on one channel, and who answers in it: the bot, the queue, or one of staff.

    Who waits in the queue goes on with the bot meanwhile; while one of staff answers, Rasa sees nothing.

    `owner_version` counts the changes of owner; a reply is sent only if the version is still the one it was made under,
    or if the change was caused by the very message that is answered (`owner_cause`). A handler that works on the
    conversation holds its lease; a lease that has run out may be taken by another.
    """

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(16))
    owner_kind: Mapped[str] = mapped_column(String(8), default="bot")
    owner_id: Mapped[str | None] = mapped_column(String(64))
    owner_version: Mapped[int] = mapped_column(Integer, default=0)
    owner_cause: Mapped[str | None] = mapped_column(ID)
    county: Mapped[str | None] = mapped_column(String(6))
    consent_at: Mapped[datetime | None] = mapped_column(Instant)
    consent_sensitive_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    lease_owner: Mapped[str | None] = mapped_column(ID)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    # How far each side has read, as its page says: the highest seq that was shown.
    seen_by_veteran: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    seen_by_staff: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    # Set while a turn is answered that declines or cancels: what was said goes when its answer is written.
    clear_on_answer: Mapped[bool] = mapped_column(default=False)
    # Until then short figures may be the one-time code that was asked for: they are kept as secrets are.
    awaits_code_until: Mapped[datetime | None] = mapped_column(Instant)


class ChannelAddress(Base):
    """Where a conversation is reached: a cookie's SHA-256 on the web, a mobile's blind index (and the mobile) by SMS."""

    __tablename__ = "channel_addresses"

    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    address_index: Mapped[str] = mapped_column(String(64), primary_key=True)
    address: Mapped[str | None] = mapped_column(EncryptedText("channel_addresses.address"))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)


class TranscriptMessage(Base):
    """One bubble. `seq` grows within a conversation in the order in which bubbles became visible, and never returns.

    Body: conversations.messages for what bot, system and staff say; for the veteran `{"text": with tokens for secrets}` and,
    when choices were pressed, `"press": {"message": seq, "choices": [id…], "intent": name, "value": joined values}`.
    """

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_conversation_seq", "conversation_id", "seq"), {"sqlite_autoincrement": True})

    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(ID, unique=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    author: Mapped[str] = mapped_column(String(8))
    author_name: Mapped[str | None] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(16))
    body: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("messages.body"))
    key: Mapped[str | None] = mapped_column(KEY, unique=True)
    in_reply_to: Mapped[str | None] = mapped_column(ID)
    at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(12), default="stored")


class Inbound(Base):
    """The work that a veteran's message is: stored → handling → answered; failed (given up, said so); passed (to people)."""

    __tablename__ = "inbound"
    __table_args__ = (Index("ix_inbound_state_next", "state", "next_attempt_at"),)

    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"))
    state: Mapped[str] = mapped_column(String(12), default="stored")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    strikes: Mapped[int] = mapped_column(Integer, default=0)
    next_attempt_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    told_delayed: Mapped[bool] = mapped_column(default=False)


class Secret(Base):
    """A number that was replaced by the token `«kind:k»` before the text was kept or sent to Rasa. A unit never comes here."""

    __tablename__ = "conversation_secrets"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    k: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(12))
    value: Mapped[str] = mapped_column(EncryptedText("conversation_secrets.value"))
