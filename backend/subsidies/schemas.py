"""What finance and reviewers send about the subsidy's funds."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from backend.edge.reading import Strict

Batch = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class ArrivalIn(Strict):
    """Funds of a batch that arrived."""

    batch: Batch
    # JSON has no dates: 2026-11-20.
    arrived_on: Annotated[date, Field(strict=False)]
    note: Annotated[str, Field(max_length=300)] | None = None


class ListIn(Strict):
    """The batch to pay from."""

    batch: Batch
