"""Drafts that staff help with: since when, at which window, by whom what was done, and the links that move one to a phone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import Instant

ID = String(40)
#: What staff did: opened a new draft, went on with one, took down the consent, filled in, made a link, gave it back, submitted.
OPEN, GO_ON, CONSENT, FILL, LINK, GIVE_BACK, SUBMIT = "open", "go_on", "consent", "fill", "link", "give_back", "submit"


class Assist(Base):
    """One draft that a window helps with. It goes with the draft.

    code          what finds the draft at the window: on its page, in the talk on the phone
    county        whose window; None: of staff who work for the whole province
    conversation  that the window itself began: nobody reads it on a phone; None where there was one
    """

    __tablename__ = "assists"

    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    county: Mapped[str | None] = mapped_column(String(6), index=True)
    conversation: Mapped[str | None] = mapped_column(String(32))
    opened_by: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[datetime] = mapped_column(Instant)


class AssistStep(Base):
    """Who did what with it, when. data: how the consent was given, what proved who it is, which fields were filled in; no answers."""

    __tablename__ = "assist_steps"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    draft_id: Mapped[str] = mapped_column(ForeignKey("assists.draft_id", ondelete="CASCADE"), index=True)
    actor: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(12))
    data: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    at: Mapped[datetime] = mapped_column(Instant)


class MoveLink(Base):
    """A link that brings a draft to the phone that opens it: once, and soon. Of its code only a keyed hash is kept."""

    __tablename__ = "move_links"

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    draft_id: Mapped[str] = mapped_column(ForeignKey("assists.draft_id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(Instant, index=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
