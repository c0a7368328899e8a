"""Tables of applications: the case itself, all that was done to it, what has to be corrected, and what is sent home."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import EncryptedJSON, EncryptedText, Instant

ID = String(32)
_LIVE = text("state NOT IN ('rejected', 'withdrawn')")


class ApplicationNumber(Base):
    """The last number given, by city and year."""

    __tablename__ = "application_numbers"

    city: Mapped[str] = mapped_column(String(4), primary_key=True)
    year: Mapped[int] = mapped_column(Integer, primary_key=True)
    last: Mapped[int] = mapped_column(Integer)


class Application(Base):
    """One person's application of one year.

    number         `TY-3501-26-000123`: the city's four digits, the year's two, a counter of both
    draft_id       the draft that was filed: filing it twice finds this application
    year           of the first submission, in Asia/Shanghai
    version        grows with every change; a change made on an older one is refused
    identity_index, mobile_index   blind indexes of identity number and mobile: they can be found, not read
    answers        the fields that were filed
    matters        codes in the notice's order
    archive_received_at    when the county recorded the soldier's archive; pre-review needs it # notice 四(一)
    originals_received_at  when the window received the originals: starts report_in's clock
    name_index     blind index of the full name, for the window's search
    hall_number    its number in 福建省网上办事大厅, filed there or begun there # notice 三(一)
    catalogue_edition  the rules that it began with (backend.editions); empty for what was filed before they were kept
    lacking        numbers of materials that were not handed in
    intake         what the window saw: numbers handed in and copied for the files, what proved the identity, who, when # notice 三(二)
    """

    __tablename__ = "applications"
    __table_args__ = (
        Index(
            "uq_applications_one_live",
            "identity_index",
            "year",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("ix_applications_county_state", "county", "state", "submitted_at"),
        # Lists go from the newest on: of a county, of a state everywhere, of all.
        Index("ix_applications_county", "county", "submitted_at", "id"),
        Index("ix_applications_state", "state", "submitted_at", "id"),
        Index("ix_applications_newest", "submitted_at", "id"),
        # The unique one above leaves out who was rejected or withdrew.
        Index("ix_applications_identity", "identity_index", "submitted_at"),
        Index("ix_applications_conversation", "conversation_id", "submitted_at"),
        Index("ix_applications_mobile", "mobile_index", "submitted_at"),
        Index("ix_applications_name", "name_index", "submitted_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    draft_id: Mapped[str] = mapped_column(String(40), unique=True)
    conversation_id: Mapped[str] = mapped_column(ID)
    county: Mapped[str] = mapped_column(String(6))
    year: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(24))
    version: Mapped[int] = mapped_column(Integer, default=1)
    identity_index: Mapped[str] = mapped_column(String(64))
    mobile_index: Mapped[str] = mapped_column(String(64))
    name_index: Mapped[str | None] = mapped_column(String(64))
    hall_number: Mapped[str | None] = mapped_column(String(60), index=True)
    answers: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("applications.answers"))
    matters: Mapped[list[str]] = mapped_column(JSON)
    lacking: Mapped[list[int]] = mapped_column(JSON)
    intake: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    catalogue_edition: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(16))
    submitted_at: Mapped[datetime] = mapped_column(Instant)
    archive_received_at: Mapped[datetime | None] = mapped_column(Instant)
    originals_received_at: Mapped[datetime | None] = mapped_column(Instant)
    checked_in_at: Mapped[datetime | None] = mapped_column(Instant)
    state_since: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it as a plain class attribute


#: What takes data out of the house, as the index says it: a query has to say it in the same words.
EXPORTS = text("command IN ('export_roster', 'fetch_roster', 'hand_over_roster', 'print')")


class CaseEvent(Base):
    """Who did what, when, from what to what, and why. Written with what it records, never changed."""

    __tablename__ = "case_events"
    __table_args__ = (
        Index("ix_case_events_application", "application_id", "id"),
        # An auditor reads them all, or one person's, by time.
        Index("ix_case_events_at", "at", "id"),
        Index("ix_case_events_actor", "actor", "at", "id"),
        # Of all that happens, the little that takes data out of the house.
        Index("ix_case_events_exports", "at", "id", sqlite_where=EXPORTS, postgresql_where=EXPORTS),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"))
    task_id: Mapped[str | None] = mapped_column(ID, index=True)
    actor: Mapped[str] = mapped_column(String(80))
    command: Mapped[str] = mapped_column(String(32))
    from_state: Mapped[str | None] = mapped_column(String(24))
    to_state: Mapped[str | None] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(EncryptedText("case_events.reason"))
    data: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON("case_events.data"))
    at: Mapped[datetime] = mapped_column(Instant)


class Correction(Base):
    """One point that was asked to have corrected: a field (its code) or a material (its number), and why.

    task_id   the task that waits for it, where a department asked after check-in; None: the county asked before
    """

    __tablename__ = "corrections"
    __table_args__ = (Index("ix_corrections_application", "application_id", "resolved_at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"))
    task_id: Mapped[str | None] = mapped_column(ID, index=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(EncryptedText("corrections.reason"))
    requested_by: Mapped[str] = mapped_column(String(80))
    requested_at: Mapped[datetime] = mapped_column(Instant)
    resolved_at: Mapped[datetime | None] = mapped_column(Instant)


class Delivery(Base):
    """What a department made for the veteran: booklet or card, and its way home. Apart from the task's clock. # notice 五"""

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_application", "application_id", "product", unique=True),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"))
    task_id: Mapped[str] = mapped_column(ID, index=True)
    product: Mapped[str] = mapped_column(String(12))
    way: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12))
    carrier: Mapped[str | None] = mapped_column(String(40))
    tracking_number: Mapped[str | None] = mapped_column(String(60))
    since: Mapped[datetime] = mapped_column(Instant)
