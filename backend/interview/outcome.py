"""What a turn of the interview came to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from backend.conversations.messages import Message
from backend.interview.draft import Draft


@dataclass(frozen=True)
class Outcome:
    """What a turn came to.

    say     messages, in order
    side    the intent of a question that others answer first (faq/…, progress, handoff, distress), before `say`
    act     what the service must do: file, correct, change (matters of what was filed), drop (that change), decline, cancel,
            stop; else None
    filed   the answers to file or to correct with, for `act` file, correct and change
    """

    draft: Draft
    say: Sequence[Message] = ()
    side: str | None = None
    act: str | None = None
    filed: dict[str, Any] = field(default_factory=dict)
