"""What was told to a veteran: once for each event and channel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import EncryptedJSON, Instant

#: said: it stands in the chat · queued: the SMS is in the outbox · no_chat: the conversation was erased ·
#: not_wanted: the veteran refuses reminders · by_wechat: on WeChat in place of the SMS, which leaves only if that fails
SAID, QUEUED, NO_CHAT, NOT_WANTED, BY_WECHAT = "said", "queued", "no_chat", "not_wanted", "by_wechat"

#: An event's name within its application, in characters.
LONGEST_KEY = 160


class NoticeRow(Base):
    """One notice on one channel. `key` names the event within the application; `template` and `version` the text."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("application_id", "key", "channel"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"))
    key: Mapped[str] = mapped_column(String(LONGEST_KEY))
    channel: Mapped[str] = mapped_column(String(8))
    event: Mapped[str] = mapped_column(String(40))
    template: Mapped[str] = mapped_column(String(80))
    version: Mapped[int] = mapped_column(Integer)
    params: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("notices.params"))
    state: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(Instant)
