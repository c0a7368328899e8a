"""What a supervisor sends about an outage."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, Field, StringConstraints

from backend.edge.reading import Strict


def _instant(given: Any) -> datetime:
    """JSON has no instants of its own: a text in ISO 8601, with an offset, of a year that can be counted with."""
    if not isinstance(given, str):
        raise ValueError("expected a text such as 2026-11-23T09:00:00+08:00")
    instant = datetime.fromisoformat(given)
    if not 2000 <= instant.year <= 2100:
        raise ValueError("expected a year from 2000 to 2100")
    return instant


Moment = Annotated[AwareDatetime, BeforeValidator(_instant)]


class ExemptionIn(Strict):
    """From when to when, whose (left out: every county's, every department's), and why."""

    county: Annotated[str, Field(pattern=r"^\d{6}$")] | None = None
    department: Annotated[str, Field(max_length=40)] | None = None
    began_at: Moment
    ended_at: Moment
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
