"""What veterans answered when all was done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import EncryptedText, Instant

_WRITTEN = text("words IS NOT NULL")


class Satisfaction(Base):
    """The question about one application, and its answer.

    county, month   of the application when it was asked; month 2026-11, in Asia/Shanghai: what statistics count by
    score           5 (很满意) to 1 (不满意); None while nobody has answered
    words           what the veteran wrote besides; None where nothing was written, or the chat was erased
    rated_in        the message that answered: what is written next is taken for the words
    changes         how often the answer was changed
    """

    __tablename__ = "satisfaction"
    __table_args__ = (
        Index("ix_satisfaction_month", "month", "county", "score"),
        Index(
            "ix_satisfaction_words",
            "answered_at",
            "application_id",
            "month",
            "county",
            sqlite_where=_WRITTEN,
            postgresql_where=_WRITTEN,
        ),
    )

    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    county: Mapped[str] = mapped_column(String(6))
    month: Mapped[str] = mapped_column(String(7))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    score: Mapped[int | None] = mapped_column(Integer)
    words: Mapped[str | None] = mapped_column(EncryptedText("satisfaction.words"))
    rated_in: Mapped[str | None] = mapped_column(String(32))
    changes: Mapped[int] = mapped_column(Integer, default=0)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
