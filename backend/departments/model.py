"""Tables of departments: which unit does whose work, the tasks, and what the units reported."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from backend.clock import local
from backend.db.base import Base
from backend.db.types import EncryptedJSON, EncryptedText, Instant

ID = String(32)
#: What the indexes of running limits hold: of a million tasks, the few thousand that are open.
_RUNS = text("done_at IS NULL AND due_at IS NOT NULL")
_NOT_DONE = text("done_at IS NULL")
_RECEIVED = text("received_month IS NOT NULL")
_ENDED = text("ended_month IS NOT NULL")
_IS_DEFAULT = text("is_default")
_TO_REMIND = text("next_alert_at IS NOT NULL")


class DepartmentUnit(Base):
    """A unit that does one department's work in one county. One real unit may stand here several times.

    areas             names of the 乡镇街道 that it serves (areas.py); none: what it has as the default only
    is_default        of its department in the county: what no unit's area is named for is its
    retired_at        since when nothing new comes to it; None: it works

    endpoint          where tasks are pushed; None: it looks into its inbox
    secret            signs both ways (Standard Webhooks, `whsec_…`); the previous one is good until `previous_until`
    simulated         plays its part in a demonstration
    contact_mobile, contact_mail   where reminders of limits go by SMS and by mail; both None: to the list of alerts only
    version           grows with every change of it; one that was decided on an older one is refused
    """

    __tablename__ = "units"
    __table_args__ = (
        Index("ix_units_county_department", "county", "department"),
        Index(
            "uq_units_default",
            "county",
            "department",
            unique=True,
            sqlite_where=_IS_DEFAULT,
            postgresql_where=_IS_DEFAULT,
        ),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    county: Mapped[str] = mapped_column(String(6))
    department: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    endpoint: Mapped[str | None] = mapped_column(String(300))
    secret: Mapped[str] = mapped_column(EncryptedText("units.secret"))
    previous_secret: Mapped[str | None] = mapped_column(EncryptedText("units.previous_secret"))
    previous_until: Mapped[datetime | None] = mapped_column(Instant)
    simulated: Mapped[bool] = mapped_column(default=False)
    areas: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_default: Mapped[bool] = mapped_column(default=True)
    retired_at: Mapped[datetime | None] = mapped_column(Instant)
    contact_mobile: Mapped[str | None] = mapped_column(EncryptedText("units.contact_mobile"))
    contact_mail: Mapped[str | None] = mapped_column(EncryptedText("units.contact_mail"))
    version: Mapped[int] = mapped_column(Integer, default=1)


class Task(Base):
    """One matter of one application at one department.

    path              party or league for party_league, else None
    catalogue_edition  that of its application (backend.editions)
    waiting_for       what the veteran has to bring or do, or why it waits, in words
    awaited_material  number of the paper that the veteran has to bring, where that is what it waits for
    received_at       first delivery that the department's system accepted, or when it lay in its inbox # notice 四(八)
    in_inbox_at       when it was laid into the inbox because its push failed
    clock_started_at  when the present limit began to run; None before, and while the clock stands
    clock_condition_at  when what the limit waits for (funds, approval) was first reported
    due_at, provisional   the limit's end, and whether it counts days that are not published yet
    calendar_version  the newest change of the working days that the limit was counted on (calendars.current)
    next_alert_at     when somebody is to be reminded of the limit next; None: the clock stands, has ended, or all was said
    exemption_id      a supervisor's decision: an outage ran into this limit, so being late is not held against anyone
    done_at           the signed time of the result that ended it, which decides whether it was on time
    received_month    2026-11, in Asia/Shanghai: of received_at, with which it is written
    ended_month       likewise, of the end · worked_minutes: the county's working time from received_at to the end
    last_result_at    the signed time of the latest result that was applied: an older one is left unapplied
    """

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_application", "application_id", "matter"),
        UniqueConstraint("application_id", "matter", "path"),
        Index("ix_tasks_county_due", "county", "state", "due_at"),
        Index("ix_tasks_unit_state", "unit_id", "state", "due_at"),
        Index("ix_tasks_state_dispatched", "state", "dispatched_at"),
        # A month's results in the order in which statistics group and rank them; the rows themselves need not be read.
        Index(
            "ix_tasks_ended_month",
            "ended_month",
            "county",
            "department",
            "matter",
            "worked_minutes",
            "state",
            "done_at",
            "due_at",
            "exemption_id",
            sqlite_where=_ENDED,
            postgresql_where=_ENDED,
        ),
        Index(
            "ix_tasks_received_month",
            "received_month",
            "county",
            "department",
            "matter",
            sqlite_where=_RECEIVED,
            postgresql_where=_RECEIVED,
        ),
        Index("ix_tasks_open", "id", sqlite_where=_RUNS, postgresql_where=_RUNS),
        Index("ix_tasks_not_done", "county", "id", sqlite_where=_NOT_DONE, postgresql_where=_NOT_DONE),
        Index("ix_tasks_next_alert", "next_alert_at", sqlite_where=_TO_REMIND, postgresql_where=_TO_REMIND),
        Index("ix_tasks_open_due", "due_at", "id", sqlite_where=_RUNS, postgresql_where=_RUNS),
        Index("ix_tasks_open_due_county", "county", "due_at", "id", sqlite_where=_RUNS, postgresql_where=_RUNS),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"))
    county: Mapped[str] = mapped_column(String(6))
    matter: Mapped[str] = mapped_column(String(40))
    path: Mapped[str | None] = mapped_column(String(8))
    catalogue_edition: Mapped[str] = mapped_column(String(40))
    department: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"))
    state: Mapped[str] = mapped_column(String(24))
    state_since: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(Integer, default=1)
    waiting_for: Mapped[str | None] = mapped_column(EncryptedText("tasks.waiting_for"))
    awaited_material: Mapped[int | None] = mapped_column(Integer)
    dispatched_at: Mapped[datetime | None] = mapped_column(Instant)
    received_at: Mapped[datetime | None] = mapped_column(Instant)
    received_month: Mapped[str | None] = mapped_column(String(7))
    in_inbox_at: Mapped[datetime | None] = mapped_column(Instant)
    clock_started_at: Mapped[datetime | None] = mapped_column(Instant)
    clock_condition_at: Mapped[datetime | None] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    provisional: Mapped[bool] = mapped_column(default=False)
    calendar_version: Mapped[int] = mapped_column(Integer, default=0)
    next_alert_at: Mapped[datetime | None] = mapped_column(Instant)
    exemption_id: Mapped[int | None] = mapped_column(ForeignKey("exemptions.id"))
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_month: Mapped[str | None] = mapped_column(String(7))
    worked_minutes: Mapped[int | None] = mapped_column(Integer)
    outcome: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON("tasks.outcome"))
    last_result_at: Mapped[datetime | None] = mapped_column(Instant)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a plain class attribute

    @validates("received_at")
    def _received(self, _name: str, at: datetime | None) -> datetime | None:
        self.received_month = f"{local(at):%Y-%m}" if at else None
        return at


class DepartmentEvent(Base):
    """One report of a unit and the answer it got: the same event id again gets the same answer, other content a refusal."""

    __tablename__ = "department_events"
    __table_args__ = (UniqueConstraint("unit_id", "event_id"), Index("ix_department_events_unit_at", "unit_id", "at"))

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"))
    event_id: Mapped[str] = mapped_column(String(200))
    body_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(Integer)
    response: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("department_events.response"))
    at: Mapped[datetime] = mapped_column(Instant)
