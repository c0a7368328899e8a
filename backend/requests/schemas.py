"""What staff answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from backend.edge.reading import Strict


class AnswerIn(Strict):
    """The answer that the veteran reads."""

    answer: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
