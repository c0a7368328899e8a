"""What is counted, and a month's bounds. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from backend.clock import SHANGHAI
from backend.errors import GuituError

Key = tuple[str, str, str]


def rate(on_time: int, late: int) -> float | None:
    """The share (0 to 1) that was on time; None where nothing had a limit."""
    judged = on_time + late
    return on_time / judged if judged else None


@dataclass(frozen=True)
class Line:
    """How one department of one county kept the limits of one matter in a month.

    received      tasks that reached the department · ended: with any result · done: with success
    on_time, late, exempted   of the results, whichever they were, that had a limit; exempted: late, while a recorded outage ran into it
    median_hours  working hours from the department's receipt to the end, of those that ended; None where none did
    open, overdue, as of now   · stuck: deliveries to it that needed a person · urged: times that veterans pressed for it
    """

    county: str
    department: str
    matter: str
    received: int = 0
    ended: int = 0
    done: int = 0
    on_time: int = 0
    late: int = 0
    exempted: int = 0
    median_hours: float | None = None
    open: int = 0
    overdue: int = 0
    stuck: int = 0
    urged: int = 0

    @property
    def on_time_rate(self) -> float | None:
        """The share (0 to 1) that was on time of what had a limit and is not exempted; None where there was nothing."""
        return rate(self.on_time, self.late)


def bounds(month: str) -> tuple[datetime, datetime]:
    """The beginning of a month (`2026-11`, in Asia/Shanghai) and of the next. Raises GuituError for what is no month."""
    found = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", month)
    if found is None:
        raise GuituError("月份要写成 2026-11 这样。", code="month")
    year, number = int(found[1]), int(found[2])
    after = (year, number + 1) if number < 12 else (year + 1, 1)
    return datetime(year, number, 1, tzinfo=SHANGHAI), datetime(*after, 1, tzinfo=SHANGHAI)


def hours(minutes: float) -> float:
    """Working minutes as hours, to a tenth."""
    return round(minutes / 60, 1)


#: What figures are put together by.
MONTH, COUNTY, DEPARTMENT, MATTER = BY = ("month", "county", "department", "matter")
#: What a figure counts, and so which tasks are behind it: by the month in which they came, in which they ended, or as of now.
RECEIVED_KINDS, ENDED_KINDS, OPEN_KINDS = ("received",), ("ended", "on_time", "late", "exempted"), ("open", "overdue")
KINDS = (*RECEIVED_KINDS, *ENDED_KINDS, *OPEN_KINDS)


@dataclass(frozen=True)
class Slice:
    """What somebody looks at: months (2026-11), oldest first; counties (None: all); one department, one matter (None: all)."""

    months: tuple[str, ...]
    counties: tuple[str, ...] | None = None
    department: str | None = None
    matter: str | None = None


@dataclass(frozen=True)
class Sums:
    """Lines of a slice put together: those of one month, county, department or matter, named by `key`. See Line."""

    key: str
    received: int = 0
    ended: int = 0
    on_time: int = 0
    late: int = 0
    exempted: int = 0
    open: int = 0
    overdue: int = 0
    urged: int = 0

    @property
    def on_time_rate(self) -> float | None:
        """As of a Line."""
        return rate(self.on_time, self.late)


def month_before(month: str, count: int = 1) -> str:
    """The month so many before."""
    number = int(month[:4]) * 12 + int(month[5:]) - 1 - count
    return f"{number // 12}-{number % 12 + 1:02d}"


def months_between(first: str, last: str) -> tuple[str, ...]:
    """Every month from first to last, both among them, oldest first; none where the first is the later."""
    found = []
    while last >= first:
        found.append(last)
        last = month_before(last)
    return tuple(reversed(found))
