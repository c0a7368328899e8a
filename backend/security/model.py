"""The record of who looked at whose data."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import Instant


class AccessRecord(Base):
    """One look of a member of staff at a person's data. Added to, never changed.

    actor   as in the record of a case: `staff:USER`, `cli:USER` · what: what was shown (`case`) · case_number: TY-…
    """

    __tablename__ = "access_records"
    __table_args__ = (
        Index("ix_access_records_case", "case_number", "at"),
        Index("ix_access_records_actor", "actor", "at", "id"),
        Index("ix_access_records_at", "at", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(20))
    case_number: Mapped[str] = mapped_column(String(24))
