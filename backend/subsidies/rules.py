"""What may come of a payment, as banks write it back, and what follows from it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

LISTED, PAID, ACCOUNT_CLOSED, NAME_MISMATCH, FAILED = "listed", "paid", "account_closed", "name_mismatch", "failed"
OUTCOMES = (PAID, ACCOUNT_CLOSED, NAME_MISMATCH, FAILED)
WORDS: Mapping[str, str] = {
    "已付": PAID,
    "成功": PAID,
    "账户已销户": ACCOUNT_CLOSED,
    "销户": ACCOUNT_CLOSED,
    "户名不符": NAME_MISMATCH,
    "失败": FAILED,
}
#: What the veteran is told, with what to do about it. # notice 三(四)
REASONS: Mapping[str, str] = {
    ACCOUNT_CLOSED: "这张卡已经销户",
    NAME_MISMATCH: "卡的户名和你的姓名不一样",
    FAILED: "这张卡没有收到",
}


def read_outcome(word: str) -> str | None:
    """The outcome that a bank's word means; None when it is none of ours."""
    return WORDS.get(word.strip())


def read_day(text: str, earliest: date, today: date) -> date | None:
    """A day of payment as 2026-11-20, from `earliest` (the list was made) to today; None for anything else."""
    try:
        day = date.fromisoformat(text.strip().replace("/", "-").replace(".", "-"))
    except ValueError:
        return None
    return day if earliest <= day <= today else None
