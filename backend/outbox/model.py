"""What must leave the house: one row a delivery, written in the transaction that causes it; and each attempt at it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.keys import LONGEST
from backend.db.types import EncryptedJSON, Instant

#: Of all that was ever sent, the few rows that a worker has in hand.
_LEASED = text("lease IS NOT NULL")
WAITING, LEASED, DONE, STUCK = "waiting", "leased", "done", "stuck"


class OutboxRow(Base):
    """One thing to deliver. `key` is unique within its topic, so that a repeat of the cause delivers nothing twice.

    state: waiting → leased → done, or back to waiting after a failed attempt, or stuck when three days were not enough.
    A lease that has run out may be taken by another worker.
    county: whose it is, where it is a county's; retried_at, retried_by: who set a stuck one going again, for three days more.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("topic", "key"),
        Index("ix_outbox_state_available_at", "state", "available_at"),
        Index("ix_outbox_lease", "lease", sqlite_where=_LEASED, postgresql_where=_LEASED),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    topic: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(LONGEST))
    payload: Mapped[Any] = mapped_column(EncryptedJSON("outbox.payload"))
    state: Mapped[str] = mapped_column(String(12), default=WAITING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    available_at: Mapped[datetime] = mapped_column(Instant)
    lease: Mapped[str | None] = mapped_column(String(40))
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    county: Mapped[str | None] = mapped_column(String(6))
    retried_at: Mapped[datetime | None] = mapped_column(Instant)
    retried_by: Mapped[str | None] = mapped_column(String(80))
    done_at: Mapped[datetime | None] = mapped_column(Instant)


class OutboxAttempt(Base):
    """One attempt at a delivery, and how it went. `error` is None when it was delivered."""

    __tablename__ = "outbox_attempts"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    outbox_id: Mapped[int] = mapped_column(ForeignKey("outbox.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(Instant)
    error: Mapped[str | None] = mapped_column(Text)
