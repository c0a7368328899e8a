"""Which days are working days in China. # notice 四(八)

The years that the State Council has published are data of ours (backend/catalogue/data/calendar/YEAR.yml), with the moved
working days. Beyond them a day is computed: Monday to Friday less the statutory days, nothing moved; whatever rests on such
a day is provisional (暂定). A library alone will not do: it guesses without saying so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from backend.catalogue.reading import CatalogueError, Entry, Mapped, parse_yaml, read_source

SATURDAY = 5
#: Statutory days of the solar calendar, for years that the library's lunar tables do not reach.
FIXED_DAYS = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))


@dataclass(frozen=True)
class PublishedYear:
    """One published year: days off (weekends may be among them) and weekend days that are worked."""

    year: int
    source: str
    days_off: frozenset[date]
    working_weekends: frozenset[date]


@dataclass(frozen=True)
class WorkCalendar:
    """The working days of the country. A county's own closures are in its OfficeHours."""

    years: Mapping[int, PublishedYear]

    def with_years(self, years: Mapping[int, PublishedYear]) -> WorkCalendar:
        """This calendar with some years put in or in the place of its own."""
        return WorkCalendar({**self.years, **years})

    def is_published(self, day: date) -> bool:
        """Whether the State Council's arrangement of that year is known."""
        return day.year in self.years

    def is_working(self, day: date) -> bool:
        """Whether `day` is a working day: published, or else computed. Never raises."""
        published = self.years.get(day.year)
        if published is None:
            return day.weekday() < SATURDAY and day not in statutory_days(day.year)
        if day in published.working_weekends:
            return True
        return day.weekday() < SATURDAY and day not in published.days_off


@lru_cache(maxsize=256)
def statutory_days(year: int) -> frozenset[date]:
    """The statutory days off of a year, without days in lieu and without moved days."""
    # Imported late: it takes a while, and only a limit beyond the published years needs it.
    import holidays

    return frozenset(holidays.country_holidays("CN", years=year, observed=False)) | {
        date(year, month, day) for month, day in FIXED_DAYS
    }


def load_calendar(directory: Path) -> WorkCalendar:
    """The calendar of a directory of YEAR.yml files. Raises CatalogueError `file:line: what is wrong and what is expected`."""
    files = sorted(directory.glob("[0-9][0-9][0-9][0-9].yml"))
    if not files:
        raise CatalogueError(f"{directory}:1: no published year; expected files such as 2026.yml.")
    return WorkCalendar({year.year: year for year in map(read_year, files)})


def read_year(path: Path) -> PublishedYear:
    """One published year. Raises CatalogueError."""
    return parse_year(read_source(path), path)


#: Longer than any holiday; what is longer is a slip of the pen.
LONGEST_SPAN = timedelta(days=60)


def parse_year(source: str, path: Path) -> PublishedYear:
    """One published year from the content of a file that is, or was, named YEAR.yml. Raises CatalogueError."""
    top = parse_yaml(source, path)
    entry = Entry(path.stem, top, top, "")
    year = entry.number("year") or 0
    if str(year) != path.stem:
        raise entry.fail("year", f"year is {year}, but the file is named {path.name}.")
    days_off = frozenset(_days_off(entry))
    working = frozenset(_days(entry, "working_weekends", entry.raw("working_weekends") or []))
    _check(entry, year, days_off, working)
    found = PublishedYear(year, entry.text("source"), days_off, working)
    entry.done()
    return found


def _check(entry: Entry, year: int, days_off: frozenset[date], working: frozenset[date]) -> None:
    stray = next((day for day in sorted(days_off | working) if day.year != year), None)
    if stray is not None:
        raise entry.fail("days_off", f"{stray} is not in {year}; a year's file holds that year's days only.")
    both = next(iter(sorted(days_off & working)), None)
    if both is not None:
        raise entry.fail("working_weekends", f"{both} is a day off and a working day; it can be one of them only.")
    weekday = next((day for day in sorted(working) if day.weekday() < SATURDAY), None)
    if weekday is not None:
        raise entry.fail("working_weekends", f"{weekday} is no weekend day; leave it out.")
    missing = next((date(year, month, day) for month, day in FIXED_DAYS if date(year, month, day) not in days_off), None)
    if missing is not None and not (missing.month == 5 and missing.day == 2 and year < 2025):
        raise entry.fail("days_off", f"{missing} is a statutory day off and must be among days_off.")


def _days_off(entry: Entry) -> Iterator[date]:
    spans = entry.raw("days_off")
    if not isinstance(spans, list) or not spans:
        raise entry.fail("days_off", "days_off: expected a list of {from: DATE, to: DATE, name: …}.")
    for span in spans:
        if not isinstance(span, Mapped):
            raise entry.fail("days_off", f"{span!r}: expected {{from: DATE, to: DATE, name: …}}.")
        own = Entry("days_off", span, span, "")
        first, last = _days(own, "from", [own.raw("from")])[0], _days(own, "to", [own.raw("to")])[0]
        if last < first:
            raise own.fail("to", f"{last} is before {first}.")
        if last - first > LONGEST_SPAN:
            raise own.fail("to", f"{first} to {last} is longer than any holiday.")
        own.text("name")
        own.done()
        yield from (first + timedelta(days=number) for number in range((last - first).days + 1))


def _days(entry: Entry, key: str, values: Any) -> list[date]:
    if not isinstance(values, list) or not all(type(value) is date for value in values):
        raise entry.fail(key, f"{key}: expected dates such as 2026-10-01.")
    return values
