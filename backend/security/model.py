"""The record of who looked at whose data, and of what was refused to whom."""

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


class Refusal(Base):
    """One request that was refused to a member of staff or a department. Added to, and forgotten after `service.KEPT`.

    actor    `staff:USER`; `unit:ID`, with `?` behind it when it gave no good proof
    county   whose the actor is, where it is one county's · route: with its places unfilled, so that it names nobody
    case_number, task_id   which were asked for, where they are known
    """

    __tablename__ = "refusals"
    __table_args__ = (Index("ix_refusals_at", "at", "id"), Index("ix_refusals_actor", "actor", "at", "id"))

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(80))
    county: Mapped[str | None] = mapped_column(String(6))
    method: Mapped[str] = mapped_column(String(8))
    route: Mapped[str] = mapped_column(String(160))
    status: Mapped[int] = mapped_column(Integer)
    code: Mapped[str] = mapped_column(String(60))
    case_number: Mapped[str | None] = mapped_column(String(24))
    task_id: Mapped[str | None] = mapped_column(String(32))
