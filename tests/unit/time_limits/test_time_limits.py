"""Counting a limit (notice 四(八)): the vectors, the rule case by case, closures, years that are not published, properties."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.catalogue.load import DATA
from backend.clock import SHANGHAI
from backend.time_limits.calendar import CatalogueError, load_calendar, read_year
from backend.time_limits.rules import (
    OfficeHours,
    due,
    is_open,
    moment_at,
    reminders,
    sessions_until,
    working_day_after,
    working_minutes_between,
    working_time_left,
)

VECTORS = Path(__file__).parent / "vectors" / "time-limits.csv"
CALENDAR = load_calendar(DATA / "calendar")
DEMO_HOURS = OfficeHours(sessions=((time(8), time(12)), (time(14, 30), time(17, 30))))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def vectors() -> list[tuple[str, int, str]]:
    with VECTORS.open(encoding="utf-8", newline="") as file:
        return [(row["received_at"], int(row["working_days"]), row["due_at"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize(("received", "days", "expected"), vectors())
def test_every_vector_comes_out_exactly_and_is_not_provisional(received, days, expected):  # notice 四(八)
    result = due(at(received), days, CALENDAR)
    assert (result.due_at, result.provisional) == (at(expected), False)


def test_an_instant_is_counted_in_shanghai_whatever_zone_it_comes_in():  # notice 四(八)
    assert due(datetime(2026, 11, 22, 23, 59, 59, tzinfo=UTC), 1, CALENDAR).due_at == at("2026-11-23 18:00:00")
    assert due(datetime(2026, 11, 23, 0, 0, tzinfo=UTC), 1, CALENDAR).due_at == at("2026-11-24 12:00:00")


def test_a_fraction_of_a_second_after_noon_is_after_noon():  # notice 四(八), our reading of 12 noon
    assert due(at("2026-11-23 12:00:00.000001"), 1, CALENDAR).due_at == at("2026-11-24 18:00:00")


def test_a_county_may_close_earlier_and_a_typhoon_is_a_day_off():  # notice 四(八), our reading
    closed = OfficeHours(sessions=DEMO_HOURS.sessions, closures=frozenset({date(2026, 11, 24)}))
    assert due(at("2026-11-23 16:00"), 1, CALENDAR, DEMO_HOURS).due_at == at("2026-11-24 17:30")
    assert due(at("2026-11-23 16:00"), 1, CALENDAR, closed).due_at == at("2026-11-25 17:30")
    assert due(at("2026-11-23 10:00"), 1, CALENDAR, closed).due_at == at("2026-11-25 12:00")
    assert due(at("2026-11-24 07:00"), 1, CALENDAR, closed).due_at == at("2026-11-25 17:30")


@pytest.mark.parametrize(
    ("received", "days", "expected", "provisional"),
    [
        ("2026-12-31 07:30", 1, "2026-12-31 18:00", False),  # no unpublished day is counted
        ("2026-12-31 10:30", 1, "2027-01-04 12:00", True),  # 1 January is statutory, 2 and 3 a weekend
        ("2026-12-31 16:00", 3, "2027-01-06 18:00", True),
        ("2027-05-01 09:00", 1, "2027-05-03 18:00", True),  # Saturday; days in lieu are not known before publication
        ("2027-10-01 09:00", 1, "2027-10-04 18:00", True),
        ("2027-02-05 07:00", 1, "2027-02-09 18:00", True),  # New Year's Eve to the third day
        ("2024-12-31 16:00", 1, "2025-01-02 18:00", True),  # before the first year we hold
    ],
)
def test_beyond_the_published_years_a_limit_is_computed_and_provisional(received, days, expected, provisional):  # notice 四(八)
    result = due(at(received), days, CALENDAR)
    assert (result.due_at, result.provisional) == (at(expected), provisional)


def test_a_limit_below_one_day_and_an_instant_without_zone_are_refused():
    with pytest.raises(ValueError, match="at least one"):
        due(at("2026-11-23 08:00"), 0, CALENDAR)
    with pytest.raises(ValueError, match="time zone"):
        due(datetime(2026, 11, 23, 8), 1, CALENDAR)


def test_the_fifth_working_day_after_skips_moved_days():  # notice 三(六)
    assert working_day_after(date(2026, 9, 30), 5, CALENDAR) == date(2026, 10, 13)
    assert working_day_after(date(2026, 11, 23), 5, CALENDAR) == date(2026, 11, 30)


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_published_years_agree_with_the_holidays_package(year):
    import holidays

    off = holidays.country_holidays("CN", years=year)
    moved = {day for day in off.weekend_workdays if day.year == year}
    day = date(year, 1, 1)
    while day.year == year:
        assert CALENDAR.is_working(day) == (day in moved or (day.weekday() < 5 and day not in off)), day
        day += timedelta(days=1)


def test_working_time_is_that_of_the_office_sessions():
    assert working_minutes_between(at("2026-11-23 07:00"), at("2026-11-23 23:00"), CALENDAR) == 480
    assert working_minutes_between(at("2026-11-23 11:00"), at("2026-11-23 15:00"), CALENDAR) == 120
    assert working_minutes_between(at("2026-11-27 17:30"), at("2026-11-30 08:30"), CALENDAR) == 60
    assert working_minutes_between(at("2026-11-30 08:30"), at("2026-11-27 17:30"), CALENDAR) == 0
    assert working_time_left(at("2026-11-30 08:30"), at("2026-11-27 17:30"), CALENDAR) == -timedelta(hours=1)
    assert working_time_left(at("2026-11-27 17:30"), at("2026-11-30 08:30"), CALENDAR) == timedelta(hours=1)


def test_reminders_come_at_a_half_and_at_four_fifths_of_the_working_time():
    received, ends = at("2026-11-23 08:00"), at("2026-11-24 12:00")  # 12 hours of work
    assert moment_at(received, ends, 0.5, CALENDAR) == at("2026-11-23 16:00")
    assert moment_at(received, ends, 0.8, CALENDAR) == at("2026-11-24 09:36")
    assert moment_at(received, ends, 1, CALENDAR) == ends


instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 12, 31, 23, 59), timezones=st.just(SHANGHAI))
limits = st.integers(1, 30)


@settings(max_examples=200, deadline=None)
@given(instants, limits)
def test_due_is_always_at_the_end_of_a_working_day_or_its_noon_and_never_raises(received, days):  # notice 四(八)
    result = due(received, days, CALENDAR)
    assert is_open(result.due_at.date(), CALENDAR)
    assert result.due_at.time() in (time(12), time(18))
    assert result.due_at > received
    assert result.provisional == (not {received.year, result.due_at.year} <= {2025, 2026})


@settings(max_examples=200, deadline=None)
@given(instants, st.timedeltas(timedelta(0), timedelta(days=20)), limits)
def test_what_is_received_later_is_never_due_earlier(received, later, days):  # notice 四(八)
    assert due(received, days, CALENDAR).due_at <= due(received + later, days, CALENDAR).due_at


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("year: 2026", "year: 2027"), "but the file is named 2026.yml"),
        (("2026-10-01, to: 2026-10-07", "2026-10-01, to: 2026-09-07"), ":11: days_off: 2026-09-07 is before 2026-10-01"),
        (("2026-01-04, ", "2026-01-05, "), "2026-01-05 is no weekend day"),
        (("2026-01-04, ", "2026-01-03, "), "2026-01-03 is a day off and a working day"),
        (("2026-05-01, to: 2026-05-05", "2026-05-02, to: 2026-05-05"), "2026-05-01 is a statutory day off"),
        (("2026-01-04, ", "2025-01-04, "), "2025-01-04 is not in 2026"),
        (("working_weekends:", "working_weekend:"), "not known here"),
        (("2026-01-04, ", "soon, "), "expected dates such as"),
    ],
)
def test_a_mistake_in_a_published_year_is_named_with_file_and_line(tmp_path, change, said):
    source = (DATA / "calendar" / "2026.yml").read_text("utf-8")
    assert change[0] in source
    file = tmp_path / "2026.yml"
    file.write_text(source.replace(*change), "utf-8")
    with pytest.raises(CatalogueError, match=r"2026\.yml:\d+: ") as error:
        read_year(file)
    assert said in str(error.value)


def test_a_calendar_without_any_year_is_refused(tmp_path):
    with pytest.raises(CatalogueError, match="no published year"):
        load_calendar(tmp_path)


def test_a_new_close_of_business_holds_from_its_day_on():  # notice 四(八), our reading
    office = OfficeHours(
        changes=((date(2026, 11, 25), sessions_until(time(17, 30))), (date(2026, 11, 27), sessions_until(time(17))))
    )
    assert due(at("2026-11-23 16:00"), 1, CALENDAR, office).due_at == at("2026-11-24 18:00")
    assert due(at("2026-11-24 16:00"), 1, CALENDAR, office).due_at == at("2026-11-25 17:30")
    assert due(at("2026-11-26 16:00"), 1, CALENDAR, office).due_at == at("2026-11-27 17:00")
    assert due(at("2026-11-24 10:00"), 1, CALENDAR, office).due_at == at("2026-11-25 12:00")
    assert working_minutes_between(at("2026-11-24 17:00"), at("2026-11-25 18:00"), CALENDAR, office) == 60 + 240 + 210


@pytest.mark.parametrize("close", [time(14), time(8), time(22, 1)])
def test_a_close_of_business_out_of_range_is_refused(close):
    with pytest.raises(ValueError, match="close of business"):
        sessions_until(close)


def test_the_stages_of_a_limit_come_in_their_order():
    received, ends = at("2026-11-23 08:00"), at("2026-11-24 12:00")
    assert reminders(received, ends, CALENDAR) == [
        ("half", at("2026-11-23 16:00")),
        ("four_fifths", at("2026-11-24 09:36")),
        ("overdue", ends),
    ]


closed_days = st.frozensets(st.integers(0, 40), max_size=8)


@settings(max_examples=200, deadline=None)
@given(instants, limits, closed_days)
def test_closures_never_bring_a_limit_forward_and_those_after_its_end_do_not_touch_it(received, days, offsets):  # notice 四(八)
    closures = frozenset(received.date() + timedelta(days=offset) for offset in offsets)
    plain, closed = due(received, days, CALENDAR), due(received, days, CALENDAR, OfficeHours(closures=closures))
    assert closed.due_at >= plain.due_at
    assert closed.due_at.date() not in closures
    later = frozenset(day for day in closures if day > plain.due_at.date())
    assert due(received, days, CALENDAR, OfficeHours(closures=later)) == plain


@settings(max_examples=200, deadline=None)
@given(instants, limits, closed_days)
def test_stages_lie_within_the_limit_in_their_order_and_counting_again_gives_the_same(received, days, offsets):
    office = OfficeHours(closures=frozenset(received.date() + timedelta(days=offset) for offset in offsets))
    limit = due(received, days, CALENDAR, office)
    moments = [moment for _, moment in reminders(received, limit.due_at, CALENDAR, office)]
    assert received <= moments[0] <= moments[1] <= moments[2] == limit.due_at
    assert due(received, days, CALENDAR.with_years(CALENDAR.years), office) == limit
