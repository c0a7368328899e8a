"""Tables of the dialogue: drafts that are being filled, turns that were answered, requests for a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import EncryptedJSON, EncryptedText, Instant

OPEN, FILED = "open", "filed"
#: Why a person is wanted.
ASKED, DISTRESS = "asked", "distress"
#: Nobody asked: staff wrote first.
STARTED = "started"
#: What came of it: talked to · could not be reached · given to who can help (a psychologist, another unit) · not needed any more.
OUTCOMES = HELPED, UNREACHABLE, REFERRED, NOT_NEEDED = "helped", "unreachable", "referred", "not_needed"


#: What staff read in place of words that the veteran had deleted.
WORDS_GONE = "（原话已按本人要求删除）"


class DraftRow(Base):
    """One person's unfinished application or correction. At most one open a conversation.

    mobile_index  what the draft is found by from elsewhere once its mobile is known; None until then
    """

    __tablename__ = "drafts"
    __table_args__ = (
        Index(
            "uq_drafts_one_open",
            "conversation_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_drafts_mobile", "mobile_index", "updated_at"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    mobile_index: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    content: Mapped[Any] = mapped_column(EncryptedJSON("drafts.content"))
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a plain class attribute


class Turn(Base):
    """The answer that was given to one inbound message: asked again, the same answer is given and nothing is done twice."""

    __tablename__ = "turns"

    message_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    step: Mapped[str] = mapped_column(String(16))
    intent: Mapped[str] = mapped_column(String(40))
    answer: Mapped[Any] = mapped_column(EncryptedJSON("turns.answer"))
    at: Mapped[datetime] = mapped_column(Instant)


class HandoverRequest(Base):
    """A veteran asks for a person, or distress calls for one. Open until a member of staff has closed it with an outcome.

    version      grows with every change: what is closed is what was read, not what became of it meanwhile
    claimed_by   who looks after it, as the record of a case names them; None: nobody yet
    outcome      of OUTCOMES; note: in the words of who closed it
    queued_at    since when it lies in the queue: anew when a claim expires or another county gets it
    active_at    when who has it last did anything; None while nobody has it
    changed_at   of its last change: what a feed that broke off is told again
    first_answer_minutes, resolution_minutes   from asked_at, in the county's office hours
    """

    __tablename__ = "handover_requests"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    county: Mapped[str | None] = mapped_column(String(6), index=True)
    priority: Mapped[int] = mapped_column(Integer, default=0)
    reason: Mapped[str] = mapped_column(String(40))
    last_words: Mapped[str] = mapped_column(EncryptedText("handover_requests.last_words"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(Integer, default=1)
    claimed_by: Mapped[str | None] = mapped_column(String(80))
    claimed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[str | None] = mapped_column(String(80))
    outcome: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str | None] = mapped_column(EncryptedText("handover_requests.note"))
    queued_at: Mapped[datetime | None] = mapped_column(Instant)
    active_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    changed_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    first_answer_minutes: Mapped[int | None] = mapped_column(Integer)
    resolution_minutes: Mapped[int | None] = mapped_column(Integer)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a plain class attribute
