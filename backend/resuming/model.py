"""Where the talk about coming back stands in a conversation, and the codes that were asked for."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import EncryptedText, Instant

ID = String(32)
#: What is awaited: a mobile · the code that was sent there · which of two answers is to be kept.
MOBILE, CODE, CHOICE = "mobile", "code", "choice"


class Resuming(Base):
    """One conversation in which somebody wants what they began elsewhere.

    stage    of MOBILE, CODE, CHOICE
    mobile   the number that was given; proven once the stage is CHOICE
    misses   how often in a row what was awaited did not come
    """

    __tablename__ = "resuming"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    stage: Mapped[str] = mapped_column(String(8))
    mobile: Mapped[str | None] = mapped_column(EncryptedText("resuming.mobile"))
    misses: Mapped[int] = mapped_column(Integer, default=0)
    since: Mapped[datetime] = mapped_column(Instant, index=True)


class ProofCode(Base):
    """One code that was asked for. It outlives its conversation: who erases a talk gets no more tries by it.

    code_hash  keyed hash of the code; None where nothing is bound to the number and nothing was sent
    sms        the text that it left in, until the words of that were ended
    tries      that were made · ended_at: when it was used, or another took its place
    """

    __tablename__ = "proof_codes"
    __table_args__ = (
        Index("ix_proof_codes_mobile", "mobile_index", "sent_at"),
        Index("ix_proof_codes_conversation", "conversation_id", "sent_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ID)
    mobile_index: Mapped[str] = mapped_column(String(64))
    code_hash: Mapped[str | None] = mapped_column(String(64))
    sms: Mapped[int | None] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime] = mapped_column(Instant, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class ProofNumber(Base):
    """A number that a code was asked for: held while one is, so that of many who ask at once each is counted."""

    __tablename__ = "proof_numbers"

    mobile_index: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
