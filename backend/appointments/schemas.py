"""What the window sends about an appointment."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from backend.edge.reading import Strict


class BookIn(Strict):
    """A case and the time it takes."""

    number: Annotated[str, Field(max_length=24)]
    # JSON has no times: 2026-11-26T09:00:00+08:00.
    starts_at: Annotated[AwareDatetime, Field(strict=False)]


class CancelIn(Strict):
    """The case whose appointment is given up."""

    number: Annotated[str, Field(max_length=24)]
