"""Tables of taking over: what was done to a request for a person, messages that were left, and canned replies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import EncryptedText, Instant


class HandoverEvent(Base):
    """Who did what with a request, when; `command` note: an internal note, which no veteran ever reads. Added to, never changed."""

    __tablename__ = "handover_events"
    __table_args__ = (Index("ix_handover_events_at", "at", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("handover_requests.id", ondelete="CASCADE"), index=True)
    command: Mapped[str] = mapped_column(String(16))
    actor: Mapped[str] = mapped_column(String(80))
    actor_name: Mapped[str] = mapped_column(String(40))
    text: Mapped[str | None] = mapped_column(EncryptedText("handover_events.text"))
    at: Mapped[datetime] = mapped_column(Instant)


class LeftMessage(Base):
    """A message that a waiting veteran left: a task of the county until somebody has done it."""

    __tablename__ = "left_messages"
    __table_args__ = (Index("ix_left_messages_open", "county", "done_at", "left_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    request_id: Mapped[str] = mapped_column(ForeignKey("handover_requests.id", ondelete="CASCADE"))
    message_id: Mapped[str] = mapped_column(String(32), unique=True)
    county: Mapped[str | None] = mapped_column(String(6))
    words: Mapped[str] = mapped_column(EncryptedText("left_messages.words"))
    left_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    done_by: Mapped[str | None] = mapped_column(String(80))
    note: Mapped[str | None] = mapped_column(EncryptedText("left_messages.note"))


class CannedReply(Base):
    """A reply that a county's staff keep at hand. `county` None: everybody's, changed by who sees the whole province."""

    __tablename__ = "canned_replies"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    county: Mapped[str | None] = mapped_column(String(6), index=True)
    title: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, default=1)
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[datetime] = mapped_column(Instant)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a plain class attribute
