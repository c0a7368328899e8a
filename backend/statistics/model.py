"""Tables of what was counted: a copy to look at, made anew by the worker, with the moment at which it was right."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import Instant


class MonthCounted(Base):
    """A month (2026-11) that is kept, and when it was counted last."""

    __tablename__ = "months_counted"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    counted_at: Mapped[datetime] = mapped_column(Instant)


class MonthFigures(Base):
    """One line (statistics.rules.Line) of a month, as it was counted."""

    __tablename__ = "month_figures"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    county: Mapped[str] = mapped_column(String(6), primary_key=True)
    department: Mapped[str] = mapped_column(String(40), primary_key=True)
    matter: Mapped[str] = mapped_column(String(40), primary_key=True)
    received: Mapped[int] = mapped_column(Integer)
    ended: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer)
    on_time: Mapped[int] = mapped_column(Integer)
    late: Mapped[int] = mapped_column(Integer)
    exempted: Mapped[int] = mapped_column(Integer)
    median_hours: Mapped[float | None] = mapped_column(Float)
    open: Mapped[int] = mapped_column(Integer)
    overdue: Mapped[int] = mapped_column(Integer)
    stuck: Mapped[int] = mapped_column(Integer)
    urged: Mapped[int] = mapped_column(Integer)
