"""Tables about limits as they run: what staff are reminded of, and outages that a supervisor exempted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import EncryptedText, Instant


class Alert(Base):
    """One thing that the staff of a role must know of a task: told once for a task, a kind and what it is about.

    kind     half, four_fifths, overdue (deadlines.rules); push_failing, stuck
    role     whose list it stands in, within county and (for officers) department
    about_at the limit's end, or the dispatch, that it speaks of: once that has moved, the alert is not shown any more
    seen_by  who said that they have seen it, the first who did
    """

    __tablename__ = "alerts"
    __table_args__ = (
        UniqueConstraint("task_id", "kind", "role", "about_at"),
        Index("ix_alerts_role_county", "role", "county", "id"),
        Index("ix_alerts_kind", "kind", "at"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("tasks.id"))
    kind: Mapped[str] = mapped_column(String(16))
    role: Mapped[str] = mapped_column(String(24))
    county: Mapped[str] = mapped_column(String(6))
    department: Mapped[str] = mapped_column(String(40))
    about_at: Mapped[datetime] = mapped_column(Instant)
    at: Mapped[datetime] = mapped_column(Instant)
    seen_by: Mapped[str | None] = mapped_column(String(80))
    seen_at: Mapped[datetime | None] = mapped_column(Instant)


class Exemption(Base):
    """An outage that a supervisor decided not to be held against the departments. # notice 四, our reading

    The limits that ran in it keep their ends, and being late shows as exempted.

    county, department   whose; None: every one
    """

    __tablename__ = "exemptions"
    __table_args__ = (Index("ix_exemptions_county", "county", "began_at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    county: Mapped[str | None] = mapped_column(String(6))
    department: Mapped[str | None] = mapped_column(String(40))
    began_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(EncryptedText("exemptions.reason"))
    tasks: Mapped[int] = mapped_column(Integer, default=0)
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Instant)
