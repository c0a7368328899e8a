"""Table of appointments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import Instant


class Appointment(Base):
    """One place at one time. A case has one at most; moved, it is another place of the same row.

    place   1 to the window's places at that time: the database lets nobody have the same one
    """

    __tablename__ = "appointments"
    __table_args__ = (
        UniqueConstraint("county", "starts_at", "place"),
        UniqueConstraint("application_id"),
        Index("ix_appointments_week", "county", "starts_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"))
    county: Mapped[str] = mapped_column(String(6))
    starts_at: Mapped[datetime] = mapped_column(Instant)
    place: Mapped[int] = mapped_column(Integer)
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime] = mapped_column(Instant)
