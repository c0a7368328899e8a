"""When a window can be come to by appointment. Pure. Times are Asia/Shanghai."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from backend.catalogue.entries import Window
from backend.clock import SHANGHAI, local
from backend.time_limits.calendar import WorkCalendar
from backend.time_limits.rules import DEFAULT_OFFICE, OfficeHours, is_open

#: Somebody has to get there.
SOONEST = timedelta(hours=2)


def times(window: Window, moment: datetime, calendar: WorkCalendar, office: OfficeHours = DEFAULT_OFFICE) -> Iterator[datetime]:
    """Every start that the window offers from `moment` on (aware), within its days ahead; none where it takes no appointments."""
    if window.appointments is None:
        return
    first = local(moment)
    for day in (first.date() + timedelta(days=n) for n in range(window.appointments.days_ahead + 1)):
        yield from (start for start in times_of(window, day, calendar, office) if start >= moment + SOONEST)


def times_of(window: Window, day: date, calendar: WorkCalendar, office: OfficeHours = DEFAULT_OFFICE) -> Iterator[datetime]:
    """Every start of one day, past or to come; none on a day off and where the window takes no appointments."""
    if window.appointments is None or not is_open(day, calendar, office):
        return
    length = timedelta(minutes=window.appointments.minutes)
    for opens, closes in window.sessions:
        start, end = _at(day, opens), _at(day, closes)
        while start + length <= end:
            yield start
            start += length


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, SHANGHAI)
