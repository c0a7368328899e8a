"""Table of what veterans press for or complain of."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import EncryptedText, Instant

ID = String(32)
_WAITING = text("answered_at IS NULL")
URGE, COMPLAINT = "urge", "complaint"
#: Matters that the veteran added or dropped in the chat: the window has to know.
CHANGE = "change"
#: What is told to the window, and by nobody pressed for.
TOLD = (CHANGE,)


class CaseRequest(Base):
    """One 催办 (urge), complaint, or what the window has to know (change).

    task_id      what it is about; None: the case as a whole
    department   of the task, for its officers' list; None with the task
    words        what the veteran said · answer: what they were answered
    """

    __tablename__ = "case_requests"
    __table_args__ = (
        Index("ix_case_requests_open", "county", "answered_at", "asked_at"),
        Index("ix_case_requests_task", "task_id", "kind"),
        Index("ix_case_requests_kind", "kind", "asked_at"),
        Index("ix_case_requests_waiting", "asked_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"), index=True)
    task_id: Mapped[str | None] = mapped_column(ForeignKey("tasks.id"))
    kind: Mapped[str] = mapped_column(String(12))
    county: Mapped[str] = mapped_column(String(6))
    department: Mapped[str | None] = mapped_column(String(40))
    words: Mapped[str] = mapped_column(EncryptedText("case_requests.words"))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    answer: Mapped[str | None] = mapped_column(EncryptedText("case_requests.answer"))
    answered_by: Mapped[str | None] = mapped_column(String(80))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
