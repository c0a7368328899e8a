"""A week of a window at the desk: its days, the times of each, who comes, and where a place is free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import Actor
from backend.applications.model import Application
from backend.appointments import rules, service
from backend.appointments.model import Appointment
from backend.calendars import service as calendars
from backend.clock import SHANGHAI, local
from backend.house import House
from backend.time_limits.rules import is_open

DAYS = 7
#: Monday to Friday are shown whether the window is open or not.
WORKDAYS = 5


@dataclass(frozen=True)
class Place:
    """A time of one day: who comes, how many places are free, whether one can still be had, and whether the window is open then."""

    starts_at: datetime
    people: Sequence[tuple[Appointment, Application]]
    left: int
    offered: bool


@dataclass(frozen=True)
class Day:
    """One day. open: the window works · closed_for: why the county is closed, where it says · places: by time of day."""

    date: date
    open: bool
    closed_for: str | None
    places: Mapping[time, Place] = field(default_factory=dict)

    @property
    def coming(self) -> int:
        """How many come."""
        return sum(len(each.people) for each in self.places.values())

    @property
    def left(self) -> int:
        """How many places can still be had."""
        return sum(each.left for each in self.places.values())


@dataclass(frozen=True)
class Week:
    """A week from its Monday: the days that are shown, and every time of day that one of them has."""

    first: date
    days: Sequence[Day]
    times: Sequence[time]
    takes_appointments: bool


def monday_of(day: date) -> date:
    """The first day of its week."""
    return day - timedelta(days=day.weekday())


async def week(session: AsyncSession, house: House, actor: Actor, county: str, first: date) -> Week:
    """A county's week; nobody in it for who may not see the county."""
    begin = datetime.combine(first, time(), SHANGHAI)
    found = await service.week(session, actor, county, begin, begin + timedelta(days=DAYS))
    free = {slot.starts_at: slot.left for slot in await service.free_slots(session, house, county)}
    closures = await calendars.closures(session, house, actor, county)
    closed = {each.day: each.reason for each in closures if each.reopened_at is None}
    window = house.catalogue.window_of(county)
    people: dict[datetime, list[tuple[Appointment, Application]]] = {}
    for each, application in found:
        people.setdefault(local(each.starts_at), []).append((each, application))
    days = []
    for day in (first + timedelta(days=n) for n in range(DAYS)):
        office = house.office(county)
        offered = set(rules.times_of(window, day, house.calendar, office)) if window is not None else set()
        starts = sorted(offered | {start for start in people if start.date() == day})
        places = {start.time(): Place(start, people.get(start, ()), free.get(start, 0), start in offered) for start in starts}
        opens = is_open(day, house.calendar, office)
        if opens or places or day.weekday() < WORKDAYS:
            days.append(Day(day, opens, closed.get(day), places))
    times = sorted({each for day in days for each in day.places})
    return Week(first, days, times, window is not None and window.appointments is not None)
