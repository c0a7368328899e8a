"""Tables of the working days: published years, each county's close of business and closures, and the record of every change."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import Date, Index, Integer, String, Text, Time
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import Instant

REASON = String(300)
ACTOR = String(80)


class CalendarYear(Base):
    """A published year that was put in, laid over the files that came with the program. The newest row of a year counts.

    content   of the YEAR.yml, as it was given
    """

    __tablename__ = "calendar_years"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    year: Mapped[int] = mapped_column(Integer)
    content: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(ACTOR)
    at: Mapped[datetime] = mapped_column(Instant)


class CountyHours(Base):
    """A county's close of business from the day `since` on; of several for one day the newest counts. # notice 四(八)"""

    __tablename__ = "county_hours"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    county: Mapped[str] = mapped_column(String(6))
    since: Mapped[date] = mapped_column(Date)
    close: Mapped[time] = mapped_column(Time)
    reason: Mapped[str] = mapped_column(REASON)
    by: Mapped[str] = mapped_column(ACTOR)
    at: Mapped[datetime] = mapped_column(Instant)


class Closure(Base):
    """One day on which a county does not work, such as a typhoon's. One that was entered by mistake is reopened, and stays."""

    __tablename__ = "closures"
    __table_args__ = (Index("ix_closures_county", "county", "day"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    county: Mapped[str] = mapped_column(String(6))
    day: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(REASON)
    by: Mapped[str] = mapped_column(ACTOR)
    at: Mapped[datetime] = mapped_column(Instant)
    reopened_by: Mapped[str | None] = mapped_column(ACTOR)
    reopened_at: Mapped[datetime | None] = mapped_column(Instant)
    reopened_why: Mapped[str | None] = mapped_column(REASON)


class CalendarChange(Base):
    """One change of the working days. Its id is the version that processes compare, and that a task's limit was counted on.

    county        whose days changed; None: everywhere
    about         what changed, in words for the record of a case
    recounted_at  when every open limit had been counted anew, after all processes could know of it
    """

    __tablename__ = "calendar_changes"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    county: Mapped[str | None] = mapped_column(String(6))
    kind: Mapped[str] = mapped_column(String(8))
    about: Mapped[str] = mapped_column(String(400))
    by: Mapped[str] = mapped_column(ACTOR)
    at: Mapped[datetime] = mapped_column(Instant)
    recounted_at: Mapped[datetime | None] = mapped_column(Instant)
