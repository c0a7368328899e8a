"""Tables of subsidies: funds that arrived, lists that went to the bank, and each payment of them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from backend.db.base import Base
from backend.db.types import EncryptedJSON, EncryptedText, Instant

ID = String(32)


class FundsArrival(Base):
    """Funds of the finance department that reached a county: one batch, recorded once. # notice 四(二)"""

    __tablename__ = "funds_arrivals"
    __table_args__ = (UniqueConstraint("county", "batch"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    county: Mapped[str] = mapped_column(String(6))
    batch: Mapped[str] = mapped_column(String(40))
    arrived_on: Mapped[date] = mapped_column(Date)
    note: Mapped[str | None] = mapped_column(EncryptedText("funds_arrivals.note"))
    recorded_by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Instant)


class PaymentList(Base):
    """One list for the bank.

    number    counts the lists of a batch
    fetched   who took the list out of the house, and when: [{by, at}]
    """

    __tablename__ = "payment_lists"
    __table_args__ = (UniqueConstraint("funds_id", "number"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    funds_id: Mapped[str] = mapped_column(ForeignKey("funds_arrivals.id"))
    county: Mapped[str] = mapped_column(String(6))
    number: Mapped[int] = mapped_column(Integer)
    rows: Mapped[int] = mapped_column(Integer)
    made_by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Instant)
    fetched: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)


class Payment(Base):
    """One row of a list.

    payee   as it was when the list was made: name, id_number, bank_card
    state   listed → paid | account_closed | name_mismatch | failed; a new card is paid by a new list
    """

    __tablename__ = "payments"
    __table_args__ = (
        UniqueConstraint("list_id", "task_id"),
        Index("ix_payments_task_state", "task_id", "state"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    list_id: Mapped[str] = mapped_column(ForeignKey("payment_lists.id"))
    application_id: Mapped[str] = mapped_column(ForeignKey("applications.id"))
    task_id: Mapped[str] = mapped_column(ForeignKey("tasks.id"))
    payee: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("payments.payee"))
    state: Mapped[str] = mapped_column(String(16))
    outcome_at: Mapped[datetime | None] = mapped_column(Instant)
