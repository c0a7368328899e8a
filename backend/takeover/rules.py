"""When somebody answers, how long a claim lasts, and what a veteran says to have the bot back. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from backend.clock import SHANGHAI, local
from backend.time_limits.calendar import WorkCalendar
from backend.time_limits.rules import DAY, OfficeHours, is_open

#: A claim of whoever does nothing for so long goes back into the queue.
IDLE = timedelta(minutes=10)
_MOST_DAYS = 60
_BOT_BACK = re.compile(
    r"\s*(?:(?:我)?(?:要|想)?(?:回到?|转回?|切回?|换回?)(?:到)?机器人|(?:我)?(?:不用|不要|不想要?|不需要|取消|算了不用)(?:转)?人工(?:客服|服务)?"
    r"|不(?:排队?|等)(?:人工)?了|back to the (?:bot|robot|assistant)|(?:no|I don[’']t need a) (?:human|person)(?: needed)?)(?:了|吧|啦)?[。.!！~～\s]*",
    re.IGNORECASE,
)


def wants_bot(text: str) -> bool:
    """True for 回到机器人, 不用人工了: the whole of what was said."""
    return bool(_BOT_BACK.fullmatch(text))


def opens_at(moment: datetime, calendar: WorkCalendar, office: OfficeHours) -> datetime | None:
    """When the office opens next (Asia/Shanghai); None while it is open."""
    instant = local(moment)
    day = instant.date()
    for _ in range(_MOST_DAYS):
        if is_open(day, calendar, office):
            for opens, closes in office.sessions_on(day):
                begins, ends = (datetime.combine(day, each, SHANGHAI) for each in (opens, closes))
                if begins <= instant < ends:
                    return None
                if instant < begins:
                    return begins
        day += DAY
    # Closed for two months: that is said as a day, too, and nobody is promised an hour sooner.
    return datetime.combine(day, office.sessions_on(day)[0][0], SHANGHAI)


def percentile(values: Sequence[int], share: float) -> int | None:
    """The nearest-rank percentile: of 1..10, p50 is 5 and p90 is 9. None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    rank = -(-len(ordered) * round(share * 100) // 100)
    return ordered[max(rank, 1) - 1]
