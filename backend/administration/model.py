"""Tables of administration: what was set by whom, and what stands over the catalogue's files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import Instant


class AdministrationEvent(Base):
    """What was changed of how the service is set up: by whom, when, from what to what. Added to, never changed. No secret.

    kind, subject   what it was about: `unit` and its id, `reply` and its id · about: its name then, for people
    county          whose it is; None: everybody's
    data            field → [before, after]
    """

    __tablename__ = "administration_events"
    __table_args__ = (
        Index("ix_administration_events_at", "at", "id"),
        Index("ix_administration_events_subject", "kind", "subject", "id"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(80))
    county: Mapped[str | None] = mapped_column(String(6))
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(String(200))
    command: Mapped[str] = mapped_column(String(32))
    data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class CatalogueOverride(Base):
    """One entry of a data file as an administrator wrote it. Added to, never changed: the newest of an entry counts.

    kind, code   the file's section and the entry: `notices` and `accepted`
    number       which text it is among the entry's own, from 1; going back to an earlier one has its number again
    content      the entry as in the file, with what English readers get; None: the file's holds again
    replaces     id of the row before it, 0 for the first: of two who write at once one is refused
    """

    __tablename__ = "catalogue_overrides"
    __table_args__ = (UniqueConstraint("kind", "code", "replaces"), Index("ix_catalogue_overrides_at", "at", "id"))

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(16))
    code: Mapped[str] = mapped_column(String(80))
    number: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    replaces: Mapped[int] = mapped_column(Integer)
    why: Mapped[str] = mapped_column(String(300))
    actor: Mapped[str] = mapped_column(String(80))
    county: Mapped[str | None] = mapped_column(String(6))
    at: Mapped[datetime] = mapped_column(Instant)
