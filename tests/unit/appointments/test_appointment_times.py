"""Which times a window offers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

from backend.appointments.rules import times
from backend.catalogue.entries import Appointments, Window
from backend.catalogue.load import DATA, load_catalogue
from backend.clock import SHANGHAI
from backend.time_limits.calendar import load_calendar
from backend.time_limits.rules import OfficeHours

CALENDAR = load_calendar(DATA / "calendar")
GIVEN = next(iter(load_catalogue(DATA).windows.values()))


def window(**changes: object) -> Window:
    asked = {"sessions": ((time(9), time(10)),), "appointments": Appointments(minutes=30, places=2, days_ahead=7), **changes}
    return replace(GIVEN, **asked)  # type: ignore[arg-type]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A time of November 2026 in Shanghai; the 25th is a Wednesday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def test_times_fill_the_sessions_of_working_days() -> None:
    found = list(times(window(), at(26, 18), CALENDAR))
    assert found[:3] == [at(27, 9), at(27, 9, 30), at(30, 9)]


def test_a_time_that_is_too_soon_to_get_there_is_not_offered() -> None:
    assert next(times(window(), at(25, 7, 1), CALENDAR)) == at(25, 9, 30)


def test_one_that_does_not_end_before_the_window_closes_is_not_offered() -> None:
    long = window(appointments=Appointments(minutes=45, places=1, days_ahead=1))
    assert list(times(long, at(25, 6), CALENDAR)) == [at(25, 9), at(26, 9)]


def test_a_closed_county_offers_nothing_on_that_day() -> None:
    typhoon = OfficeHours(closures=frozenset({date(2026, 11, 26)}))
    assert at(26, 9) not in times(window(), at(25, 6), CALENDAR, typhoon)


def test_where_nobody_needs_an_appointment_there_are_no_times() -> None:
    assert list(times(window(appointments=None), at(25, 6), CALENDAR)) == []
