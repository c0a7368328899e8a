"""What a supervisor or administrator sends about a county's working days."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

from backend.edge.reading import Strict

County = Annotated[str, Field(pattern=r"^\d{6}$")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


def _day(given: Any) -> date:
    """JSON has no days of its own: a text."""
    if not isinstance(given, str):
        raise ValueError("expected a text such as 2026-09-18")
    return date.fromisoformat(given)


Day = Annotated[date, BeforeValidator(_day)]


class ClosuresIn(Strict):
    """Days on which a county does not work, and why."""

    county: County
    days: Annotated[list[Day], Field(min_length=1, max_length=31)]
    reason: Reason


class ReopeningIn(Strict):
    """Why a closure does not hold."""

    reason: Reason


class HoursIn(Strict):
    """When a county closes, from which day on (left out: today), and why."""

    county: County
    close: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    since: Day | None = None
    reason: Reason


class YearIn(Strict):
    """A year's holidays: what a YEAR.yml says, as in backend/catalogue/data/calendar."""

    year: Annotated[int, Field(ge=2000, le=2100)]
    content: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
