"""Working days as staff see them over HTTP: plain JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from backend.calendars.model import CalendarChange, Closure, CountyHours
from backend.calendars.service import Changed
from backend.clock import local
from backend.house import House


def changed(done: Changed) -> dict[str, Any]:
    """What a command did. The limits are counted anew by the worker; `change` is its number in the list of changes."""
    return {"changed": done.changed, "change": done.change}


def change(found: CalendarChange) -> dict[str, Any]:
    """One change of the working days; recounted_at is null while limits are still being counted anew."""
    return {
        "id": found.id,
        "county": found.county,
        "kind": found.kind,
        "about": found.about,
        "by": found.by,
        "at": _at(found.at),
        "recounted_at": _at(found.recounted_at),
    }


def closure(found: Closure) -> dict[str, Any]:
    """One closed day."""
    return {
        "id": found.id,
        "county": found.county,
        "day": found.day.isoformat(),
        "reason": found.reason,
        "by": found.by,
        "at": _at(found.at),
        "reopened_by": found.reopened_by,
        "reopened_at": _at(found.reopened_at),
        "reopened_why": found.reopened_why,
    }


def hours(found: CountyHours) -> dict[str, Any]:
    """A close of business, from a day on."""
    return {
        "county": found.county,
        "since": found.since.isoformat(),
        "close": f"{found.close:%H:%M}",
        "reason": found.reason,
        "by": found.by,
        "at": _at(found.at),
    }


def years(house: House) -> list[dict[str, Any]]:
    """The published years and their sources."""
    return [{"year": year, "source": found.source} for year, found in sorted(house.calendar.years.items())]


def _at(moment: datetime | None) -> str | None:
    return local(moment).isoformat(timespec="seconds") if moment else None
