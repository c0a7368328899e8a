"""Tables of the outside systems: how each is reached, what was sent to it and what it answered, and what it reported."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.keys import LONGEST
from backend.db.types import EncryptedJSON, EncryptedText, Instant

ID = String(32)
_HAS_BODY = text("body_ended_at IS NULL")


class SystemLink(Base):
    """How one outside system is reached for one county, or for the whole province (`350000`) where a county has none.

    partner     the bank's code for `bank`, where each has its own; else empty
    kind        http: pushed, signed · file: written into a file and read back · off: nothing is sent
    endpoint    with http: where it is pushed
    secret      signs both ways (Standard Webhooks, `whsec_…`); the previous one is good until `previous_until`
    simulated   played by the demonstration's simulator
    """

    __tablename__ = "system_links"
    __table_args__ = (UniqueConstraint("system", "county", "partner"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    system: Mapped[str] = mapped_column(String(24))
    county: Mapped[str] = mapped_column(String(6))
    partner: Mapped[str] = mapped_column(String(24), default="")
    kind: Mapped[str] = mapped_column(String(8))
    endpoint: Mapped[str | None] = mapped_column(String(300))
    secret: Mapped[str] = mapped_column(EncryptedText("system_links.secret"))
    previous_secret: Mapped[str | None] = mapped_column(EncryptedText("system_links.previous_secret"))
    previous_until: Mapped[datetime | None] = mapped_column(Instant)
    simulated: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class SystemExchange(Base):
    """One message to an outside system, and what came back.

    key        unique within the system: the same cause sends nothing twice
    body       as it is sent; its form is the system's `sends` in registry.py. None from body_ended_at on (retention.py): that it
               was sent, under which key, and what was answered stays
    state      waiting: on its way · to_file: for the next file · in_file: written into one · answered
               off: the link was switched off before it left
    file_id    of the file that it was written into
    """

    __tablename__ = "system_exchanges"
    __table_args__ = (
        UniqueConstraint("system", "key"),
        Index("ix_system_exchanges_application", "application_id", "id"),
        Index("ix_system_exchanges_file", "link_id", "state", "id"),
        Index("ix_system_exchanges_bodies", "created_at", "id", sqlite_where=_HAS_BODY, postgresql_where=_HAS_BODY),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    system: Mapped[str] = mapped_column(String(24))
    link_id: Mapped[str] = mapped_column(ForeignKey("system_links.id"))
    county: Mapped[str] = mapped_column(String(6))
    key: Mapped[str] = mapped_column(String(LONGEST))
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"))
    task_id: Mapped[str | None] = mapped_column(ID)
    body: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON("system_exchanges.body"))
    body_ended_at: Mapped[datetime | None] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(12))
    answer: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON("system_exchanges.answer"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    file_id: Mapped[str | None] = mapped_column(ForeignKey("system_files.id"))


class SystemFile(Base):
    """One file that was written for a system, or read back from it: who did it, when, and how many rows it had.

    direction  out: written here · in: read back · taken: False when it was refused, and nothing of it was done
    """

    __tablename__ = "system_files"
    __table_args__ = (Index("ix_system_files_digest", "system", "county", "digest"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    system: Mapped[str] = mapped_column(String(24))
    county: Mapped[str] = mapped_column(String(6))
    direction: Mapped[str] = mapped_column(String(8))
    rows: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(String(64))
    taken: Mapped[bool] = mapped_column(default=True)
    problem: Mapped[str | None] = mapped_column(EncryptedText("system_files.problem"))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Instant)


class SystemEvent(Base):
    """One report of a system and the answer it got: the same event id again gets the same answer, other content a refusal."""

    __tablename__ = "system_events"
    __table_args__ = (UniqueConstraint("link_id", "event_id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    link_id: Mapped[str] = mapped_column(ForeignKey("system_links.id"))
    event_id: Mapped[str] = mapped_column(String(200))
    body_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(Integer)
    response: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("system_events.response"))
    at: Mapped[datetime] = mapped_column(Instant)
