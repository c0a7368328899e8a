"""Texts that came and went by SMS, and which mobiles want no reminders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.keys import LONGEST
from backend.db.types import EncryptedJSON, EncryptedText, Instant

INCOMING, OUTGOING = "in", "out"


class SmsMessage(Base):
    """One text. `direction`: in or out. `template_id`: the notice it was made from; None for an answer in a conversation.

    template  what it was made from, whole (outgoing.Template), as providers of templates need it
    state  received (in); queued → sending → sent → delivered or failed; unknown when an attempt's outcome cannot be told.
           It only goes forward (states.RANK). One attempt is made for each row, which is one `key`.
    """

    __tablename__ = "sms_messages"
    __table_args__ = (Index("ix_sms_messages_mobile_seq", "mobile_index", "seq"), {"sqlite_autoincrement": True})

    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True)
    direction: Mapped[str] = mapped_column(String(3))
    mobile: Mapped[str] = mapped_column(EncryptedText("sms_messages.mobile"))
    mobile_index: Mapped[str] = mapped_column(String(64))
    template_id: Mapped[str | None] = mapped_column(String(80))
    template: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON("sms_messages.template"))
    text: Mapped[str] = mapped_column(EncryptedText("sms_messages.text"))
    key: Mapped[str] = mapped_column(String(LONGEST), unique=True)
    provider_id: Mapped[str | None] = mapped_column(String(80), index=True)
    state: Mapped[str] = mapped_column(String(12))
    error: Mapped[str | None] = mapped_column(String(80))
    county: Mapped[str | None] = mapped_column(String(6))
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)


class SmsStop(Base):
    """A mobile whose owner wants no reminders. Results are sent all the same."""

    __tablename__ = "sms_stops"

    mobile_index: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
