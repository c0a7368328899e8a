"""What came and went by WeChat, who can be reached there, pictures whose paper is not yet known, and the access token."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import EncryptedJSON, EncryptedText, Instant

INCOMING, OUTGOING = "in", "out"
KEY = String(200)


class WeChatMessage(Base):
    """One message or event that came (`in`; what it said stands in the transcript), or a piece of what is said (`out`).

    key          of a delivery: the same again is the same row · kind: of what came, as parsing.Incoming.name has it
    piece        what is shown (text.py), and the language of its menu · answers: the key of what it answers
    passive_for  the key of the request in whose answer it left
    wait_until   until then the answer to what came may still leave in the answer to its request
    sms          the text that leaves instead where WeChat cannot deliver: fields of an SmsMessage
    """

    __tablename__ = "wechat_messages"
    __table_args__ = (
        Index("ix_wechat_messages_openid_state", "openid_index", "state"),
        Index("ix_wechat_messages_answers", "answers"),
        {"sqlite_autoincrement": True},
    )

    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True)
    direction: Mapped[str] = mapped_column(String(3))
    openid_index: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(KEY, unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    piece: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON("wechat_messages.piece"))
    answers: Mapped[str | None] = mapped_column(KEY)
    passive_for: Mapped[str | None] = mapped_column(KEY)
    wait_until: Mapped[datetime | None] = mapped_column(Instant)
    sms: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON("wechat_messages.sms"))
    state: Mapped[str] = mapped_column(String(12))
    error: Mapped[str | None] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)


class WeChatUser(Base):
    """Whether, and until when, somebody can be written to. The openid itself is the conversation's address, encrypted."""

    __tablename__ = "wechat_users"

    openid_index: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    subscribed: Mapped[bool] = mapped_column(default=True)
    reachable_until: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)


class WeChatPicture(Base):
    """A picture that lies with WeChat until its veteran has said of which paper it is; WeChat keeps it for three days."""

    __tablename__ = "wechat_pictures"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    media_id: Mapped[str] = mapped_column(EncryptedText("wechat_pictures.media_id"))
    at: Mapped[datetime] = mapped_column(Instant)


class WeChatToken(Base):
    """The access token of an account, for every process. Whoever holds the lease asks for the next; `serial` counts them."""

    __tablename__ = "wechat_tokens"

    appid: Mapped[str] = mapped_column(String(64), primary_key=True)
    token: Mapped[str | None] = mapped_column(EncryptedText("wechat_tokens.token"))
    serial: Mapped[int] = mapped_column(Integer, default=0)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    lease: Mapped[str | None] = mapped_column(String(40))
    leased_until: Mapped[datetime | None] = mapped_column(Instant)
