"""Accounts of staff."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import EncryptedText, Instant

ROLES = (
    "window",
    "reviewer",
    "officer",
    "finance",
    "county_supervisor",
    "provincial_supervisor",
    "armed_forces",
    "auditor",
    "administrator",
)


class Staff(Base):
    """One person who works here.

    counties       six-digit codes; None reaches all (province, auditor, administrator)
    contact_mobile, contact_mail   where alerts of their roles in these counties go by SMS and by mail; None: not that way
    """

    __tablename__ = "staff"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    username: Mapped[str] = mapped_column(String(40), unique=True)
    display_name: Mapped[str] = mapped_column(String(40))
    password_hash: Mapped[str] = mapped_column(String(200))
    roles: Mapped[list[str]] = mapped_column(JSON)
    counties: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    department: Mapped[str | None] = mapped_column(String(40))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    password_changed_at: Mapped[datetime] = mapped_column(Instant)
    contact_mobile: Mapped[str | None] = mapped_column(EncryptedText("staff.contact_mobile"))
    contact_mail: Mapped[str | None] = mapped_column(EncryptedText("staff.contact_mail"))


class StaffSession(Base):
    """One signing-in. The token is with the browser or program only; here lies its hash.

    expires_at   twelve hours after signing in at the latest; a session that was idle for an hour has ended before
    """

    __tablename__ = "staff_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    began_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
