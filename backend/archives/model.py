"""Tables of archives: the county's list of soldiers who will settle there, and each list that was imported."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import EncryptedJSON, Instant

ID = String(32)


class ArchiveImport(Base):
    """One list that was taken whole. The same file again, by its SHA-256, changes nothing."""

    __tablename__ = "archive_imports"
    __table_args__ = (UniqueConstraint("county", "file_hash"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    county: Mapped[str] = mapped_column(String(6))
    file_hash: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int] = mapped_column(Integer)
    imported_by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Instant)


class ExpectedSoldier(Base):
    """One person on a county's list of a year.

    facts                what the list says: name, id_number, and what it has of discharge_month, soldier_kind, self_employed, mobile
    archive_received_on  the day on which the archive came, None while it is awaited
    archive_recorded_by  who wrote that down, None while it is awaited
    application_id       the application that was matched on the identity number, None before there is one
    differs              whether that application says otherwise than the list, None where they were not compared yet
    """

    __tablename__ = "expected_soldiers"
    __table_args__ = (
        UniqueConstraint("county", "year", "identity_index"),
        Index("ix_expected_soldiers_identity", "identity_index", "year"),
        Index("ix_expected_soldiers_list", "county", "year", "id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    county: Mapped[str] = mapped_column(String(6))
    year: Mapped[int] = mapped_column(Integer)
    identity_index: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("expected_soldiers.facts"))
    archive_received_on: Mapped[date | None] = mapped_column(Date)
    archive_recorded_by: Mapped[str | None] = mapped_column(String(80))
    application_id: Mapped[str | None] = mapped_column(ForeignKey("applications.id"))
    differs: Mapped[bool | None] = mapped_column(Boolean)
    import_id: Mapped[str] = mapped_column(ForeignKey("archive_imports.id"))
