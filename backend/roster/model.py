"""Tables of the roster: the two columns that the window types, and every export with its two hand-overs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import EncryptedText, Instant

ID = String(32)


class RosterUnits(Base):
    """服现役大单位 and 服现役旅营级单位 of one veteran, from the certificate. A designation can be secret: it stands here only,
    and is shown to nobody but the window and the roster. # notice 附表

    typed_at   what is typed anew after a hand-over goes into the next one
    """

    __tablename__ = "roster_units"

    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"), primary_key=True)
    large: Mapped[str] = mapped_column(EncryptedText("roster_units.large"))
    brigade: Mapped[str] = mapped_column(EncryptedText("roster_units.brigade"))
    typed_by: Mapped[str] = mapped_column(String(80))
    typed_at: Mapped[datetime] = mapped_column(Instant)


class RosterExport(Base):
    """One roster that was written for the armed-forces department.

    file     the encrypted .xlsx; its password is kept nowhere. Gone once it is handed over
    sha256   of that file · fetched: who fetched it when
    """

    __tablename__ = "roster_exports"
    __table_args__ = (Index("ix_roster_exports_county", "county", "made_at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    county: Mapped[str] = mapped_column(String(6))
    made_by: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime] = mapped_column(Instant)
    row_count: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    file: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    fetched: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    handed_over_at: Mapped[datetime | None] = mapped_column(Instant)
    handed_over_by: Mapped[str | None] = mapped_column(String(80))
    handed_over_to: Mapped[str | None] = mapped_column(EncryptedText("roster_exports.handed_over_to"))
    handed_over_way: Mapped[str | None] = mapped_column(String(24))
    password_at: Mapped[datetime | None] = mapped_column(Instant)
    password_by: Mapped[str | None] = mapped_column(String(80))
    password_to: Mapped[str | None] = mapped_column(EncryptedText("roster_exports.password_to"))
    password_way: Mapped[str | None] = mapped_column(String(24))


class RosterRow(Base):
    """Whose row an export holds."""

    __tablename__ = "roster_rows"

    export_id: Mapped[str] = mapped_column(ForeignKey("roster_exports.id"), primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"), primary_key=True, index=True)
