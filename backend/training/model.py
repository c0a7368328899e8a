"""Table of who was referred to the county for training."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import Instant

ID = String(32)
_WAITING = text("contacted_at IS NULL")


class TrainingReferral(Base):
    """One soldier with a need and a right to training. Whom to call stands in the case, and is looked at on record."""

    __tablename__ = "training_referrals"
    __table_args__ = (
        Index("ix_training_referrals_waiting", "county", "referred_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    county: Mapped[str] = mapped_column(String(6))
    referred_by: Mapped[str] = mapped_column(String(80))
    referred_at: Mapped[datetime] = mapped_column(Instant)
    contacted_by: Mapped[str | None] = mapped_column(String(80))
    contacted_at: Mapped[datetime | None] = mapped_column(Instant)
