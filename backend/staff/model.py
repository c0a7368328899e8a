"""Accounts of staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String
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
    program        an account that a program signs in with, at the interface only: its long password is all it has
    first_password the password was chosen by somebody else and lasts until the first signing-in
    second_factor  the secret that one-time codes are made from (RFC 6238) · second_factor_at: when the first code proved it
    second_factor_step  the last step whose code was taken: no code is taken twice
    version        grows with every change made in the administrator's page; one made on an older one is refused
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
    program: Mapped[bool] = mapped_column(default=False)
    first_password: Mapped[bool] = mapped_column(default=False)
    second_factor: Mapped[str | None] = mapped_column(EncryptedText("staff.second_factor"))
    second_factor_at: Mapped[datetime | None] = mapped_column(Instant)
    second_factor_step: Mapped[int | None] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer, default=1)


class StaffSession(Base):
    """One signing-in. The token is with the browser or program only; here lies its hash.

    expires_at   twelve hours after signing in at the latest; a session that was idle for an hour has ended before
    stage        what is still to come before it opens anything; `full` when nothing is (backend.staff.rules)
    proved_at    when the person last showed that it is them: opening what is masked asks for it again after a while
    """

    __tablename__ = "staff_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    began_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    stage: Mapped[str] = mapped_column(String(12), default="full")
    proved_at: Mapped[datetime] = mapped_column(Instant)


class RecoveryCode(Base):
    """A code for the day when the telephone with the second factor is gone. Shown once; here lies what finds it again."""

    __tablename__ = "staff_recovery_codes"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    code_index: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class SignInTries(Base):
    """Tries that did not end in a session, by name and by address, so that every backend knows of them.

    source   blind index of the name or address: who tried what is not kept · until: no try is looked at before
    """

    __tablename__ = "staff_sign_in_tries"

    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    last_at: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime | None] = mapped_column(Instant)


class StaffEvent(Base):
    """What was done to an account: by whom, when, and what it is since. Added to, never changed."""

    __tablename__ = "staff_events"
    __table_args__ = (Index("ix_staff_events_staff", "staff_id", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(80))
    command: Mapped[str] = mapped_column(String(32))
    data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
