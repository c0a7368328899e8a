"""Accounts of staff."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import Instant

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
    """One person who works here. `counties`: six-digit codes; None reaches all (province, auditor, administrator)."""

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
