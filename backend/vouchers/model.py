"""Tables of e-vouchers (电子凭证): one row a file that was sent, and its pages as pictures."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import EncryptedBytes, EncryptedText, Instant

ID = String(32)


class Voucher(Base):
    """A picture or a PDF of one paper. Before filing it is the conversation's and goes with it; then the application's.

    key          of the delivery, with its sender before it: the same again is the same voucher
    reason       why it was refused, as the veteran reads it, and the correction that says so
    answers_correction   True: the county had asked for this one
    uploaded_by  as the record of a case names people
    """

    __tablename__ = "vouchers"
    __table_args__ = (
        CheckConstraint("(conversation_id IS NULL) <> (application_id IS NULL)", name="one_owner"),
        Index("ix_vouchers_conversation", "conversation_id"),
        Index("ix_vouchers_application", "application_id", "material"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    application_id: Mapped[str | None] = mapped_column(ForeignKey("applications.id"))
    material: Mapped[int] = mapped_column(Integer)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    state: Mapped[str] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(EncryptedText("vouchers.reason"))
    correction_id: Mapped[int | None] = mapped_column(ForeignKey("corrections.id"))
    answers_correction: Mapped[bool] = mapped_column(default=False)
    pages: Mapped[int] = mapped_column(Integer)
    uploaded_by: Mapped[str] = mapped_column(String(80))
    uploaded_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)


class VoucherPage(Base):
    """One page as a JPEG without metadata, encrypted. Read only when it is shown. Width and height in pixels."""

    __tablename__ = "voucher_pages"

    voucher_id: Mapped[str] = mapped_column(ForeignKey("vouchers.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    picture: Mapped[bytes] = mapped_column(EncryptedBytes("voucher_pages.picture"))
