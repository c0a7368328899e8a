"""Tables of what is sent in a talk: one row a file, and its pages as pictures. Both go with the message that shows them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.keys import LONGEST
from backend.db.types import EncryptedBytes, Instant

ID = String(32)


class Attachment(Base):
    """A file in one message of one conversation.

    key       of the delivery, with its sender before it: the same again is the same attachment
    sent_by   as the record of a case names people: `veteran:CONVERSATION`, `staff:USER`
    material, voucher_id   the paper of the checklist that it was put to, and the voucher that was made of it
    """

    __tablename__ = "attachments"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(LONGEST), unique=True)
    pages: Mapped[int] = mapped_column(Integer)
    sent_by: Mapped[str] = mapped_column(String(80))
    sent_at: Mapped[datetime] = mapped_column(Instant)
    material: Mapped[int | None] = mapped_column(Integer)
    voucher_id: Mapped[str | None] = mapped_column(ForeignKey("vouchers.id", ondelete="SET NULL"), index=True)


class AttachmentPage(Base):
    """One page as a JPEG without metadata, encrypted. Read only when it is shown or sent. Width and height in pixels."""

    __tablename__ = "attachment_pages"

    attachment_id: Mapped[str] = mapped_column(ForeignKey("attachments.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    picture: Mapped[bytes] = mapped_column(EncryptedBytes("attachment_pages.picture"))
