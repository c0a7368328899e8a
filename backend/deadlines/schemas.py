"""What a supervisor sends about an outage."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from backend.edge.reading import Strict

#: JSON has no instants of its own: a text in ISO 8601, with an offset.
Moment = Annotated[AwareDatetime, Field(strict=False)]


class ExemptionIn(Strict):
    """From when to when, whose (left out: every county's, every department's), and why."""

    county: Annotated[str, Field(pattern=r"^\d{6}$")] | None = None
    department: Annotated[str, Field(max_length=40)] | None = None
    began_at: Moment
    ended_at: Moment
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
