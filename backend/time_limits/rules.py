"""Counting a limit, and the working time in it. One rule for every start. # notice 四(八)

Times are Asia/Shanghai. Received before 08:00 on a working day, that day is the first; from 08:00:00 to 12:00:00 (inclusive,
our reading) a limit of n days ends at 12:00 on the n-th working day after; later, or on a day off, it is as if received
before 08:00 on the next working day (our reading).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from backend.clock import SHANGHAI, local
from backend.time_limits.calendar import WorkCalendar

MORNING = time(8)
NOON = time(12)
AFTERNOON = time(14)
DAY = timedelta(days=1)
HALF, FOUR_FIFTHS, OVERDUE = "half", "four_fifths", "overdue"
SHARES = ((HALF, 0.5), (FOUR_FIFTHS, 0.8))


type Sessions = tuple[tuple[time, time], ...]


@dataclass(frozen=True)
class OfficeHours:
    """A county's office hours. The end of the last session is its close of business; 18:00 unless it sets its own.

    `sessions` count as working time (the start of the morning and the noon break are our reading); `closures` are days off
    of the county alone, such as a typhoon's, on record there; `changes` are the sessions from a day on, the earliest first.
    """

    sessions: Sessions = ((time(8), time(12)), (AFTERNOON, time(18)))
    closures: frozenset[date] = frozenset()
    changes: tuple[tuple[date, Sessions], ...] = ()

    def sessions_on(self, day: date) -> Sessions:
        """The sessions of a day that is worked."""
        return next((sessions for since, sessions in reversed(self.changes) if since <= day), self.sessions)

    def close_on(self, day: date) -> time:
        """Close of business of that day."""
        return self.sessions_on(day)[-1][1]


DEFAULT_OFFICE = OfficeHours()
#: A county cannot close before its afternoon begins, and a limit ends on the day it is due.
EARLIEST_CLOSE, LATEST_CLOSE = time(14, 30), time(22)


def sessions_until(close: time) -> Sessions:
    """The ordinary sessions of a county that closes at `close`. Raises ValueError for one out of range."""
    if not EARLIEST_CLOSE <= close <= LATEST_CLOSE:
        raise ValueError(f"close of business is between {EARLIEST_CLOSE:%H:%M} and {LATEST_CLOSE:%H:%M}, not {close:%H:%M}")
    return (*DEFAULT_OFFICE.sessions[:-1], (AFTERNOON, close))


@dataclass(frozen=True)
class Due:
    """When a limit ends (aware, Asia/Shanghai); provisional (暂定) when a day that was counted is not published yet."""

    due_at: datetime
    provisional: bool


def due(received: datetime, days: int, calendar: WorkCalendar, office: OfficeHours = DEFAULT_OFFICE) -> Due:
    """The end of a limit of `days` working days that began with `received` (aware). # notice 四(八)

    Raises ValueError for a limit below one day or an instant without a time zone; for nothing else.
    """
    if days < 1:
        raise ValueError(f"a limit has at least one working day, not {days}")
    if received.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    instant = local(received)
    first, moment = instant.date(), instant.time()
    worked = is_open(first, calendar, office)
    early, in_the_morning = worked and moment < MORNING, worked and MORNING <= moment <= NOON
    last = working_day_after(first, days - 1 if early else days, calendar, office)
    end = NOON if in_the_morning else office.close_on(last)
    published = all(calendar.is_published(day) for day in (first, last))
    return Due(_at(last, end), not published)


def is_open(day: date, calendar: WorkCalendar, office: OfficeHours = DEFAULT_OFFICE) -> bool:
    """Whether a county works on that day."""
    return day not in office.closures and calendar.is_working(day)


def working_day_after(day: date, count: int, calendar: WorkCalendar, office: OfficeHours = DEFAULT_OFFICE) -> date:
    """The `count`-th working day after `day`; `day` itself for 0."""
    while count > 0:
        day += DAY
        count -= is_open(day, calendar, office)
    return day


def working_time_between(
    start: datetime, end: datetime, calendar: WorkCalendar, office: OfficeHours = DEFAULT_OFFICE
) -> timedelta:
    """The working time from `start` to `end` (both aware); zero when `end` is not later."""
    start, end = local(start), local(end)
    total, first, last = timedelta(), start.date(), end.date()
    for edge in sorted({first, last}) if first <= last else ():
        for opens, closes in _sessions(edge, edge, calendar, office):
            total += max(min(closes, end) - max(opens, start), timedelta())
    # A list of what is late for months asks this of each of its lines: days in between are whole, and are added as such.
    day = first + DAY
    while day < last:
        if is_open(day, calendar, office):
            total += _length(office.sessions_on(day))
        day += DAY
    return total


def working_minutes_between(
    start: datetime, end: datetime, calendar: WorkCalendar, office: OfficeHours = DEFAULT_OFFICE
) -> int:
    """Whole minutes of working time from `start` to `end`."""
    return working_time_between(start, end, calendar, office) // timedelta(minutes=1)


def working_time_left(
    moment: datetime, due_at: datetime, calendar: WorkCalendar, office: OfficeHours = DEFAULT_OFFICE
) -> timedelta:
    """The working time left until `due_at`; negative, by the working time since, when it is over."""
    if moment <= due_at:
        return working_time_between(moment, due_at, calendar, office)
    return -working_time_between(due_at, moment, calendar, office)


def moment_at(
    received: datetime, due_at: datetime, share: float, calendar: WorkCalendar, office: OfficeHours = DEFAULT_OFFICE
) -> datetime:
    """When `share` (0 to 1) of a limit's working time has passed: reminders come at a half and at four fifths."""
    left = working_time_between(received, due_at, calendar, office) * share
    for opens, closes in _sessions(local(received).date(), local(due_at).date(), calendar, office):
        begins, ends = max(opens, received), min(closes, due_at)
        if ends > begins and left <= ends - begins:
            return local(begins + left)
        left -= max(ends - begins, timedelta())
    return local(due_at)


def reminders(
    received: datetime, due_at: datetime, calendar: WorkCalendar, office: OfficeHours = DEFAULT_OFFICE
) -> list[tuple[str, datetime]]:
    """What is said of a limit, and after which moment: at a half, at four fifths, and when it is over. In their order."""
    moments = [(kind, moment_at(received, due_at, share, calendar, office)) for kind, share in SHARES]
    return [*moments, (OVERDUE, local(due_at))]


@lru_cache(maxsize=256)
def _length(sessions: Sessions) -> timedelta:
    any_day = date(2026, 1, 1)
    spans = (datetime.combine(any_day, closes) - datetime.combine(any_day, opens) for opens, closes in sessions)
    return sum(spans, timedelta())


def _sessions(day: date, last: date, calendar: WorkCalendar, office: OfficeHours) -> Iterator[tuple[datetime, datetime]]:
    while day <= last:
        if is_open(day, calendar, office):
            for opens, closes in office.sessions_on(day):
                yield _at(day, opens), _at(day, closes)
        day += DAY


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, SHANGHAI)
