"""How a draft is kept: what it is found by, what is left of it when it is filed. For the talk and for the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from backend.applications.service import mobile_index
from backend.clock import now
from backend.conversations import service as hub
from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.dialogue.model import FILED, OPEN, DraftRow
from backend.house import House
from backend.interview.draft import Draft
from backend.interview.outcome import Outcome


def new_row(conversation_id: str, draft: Draft, draft_id: str | None = None) -> DraftRow:
    """A draft that begins."""
    moment = now()
    content = draft.to_json()
    return DraftRow(
        id=draft_id or new_id("d"),
        conversation_id=conversation_id,
        state=OPEN,
        content=content,
        created_at=moment,
        updated_at=moment,
    )


def write(house: House, row: DraftRow, draft: Draft) -> None:
    """Put the draft into its row, which is found again by its mobile from another phone."""
    row.content, row.updated_at = draft.to_json(), now()
    mobile = draft.answers.get("mobile")
    row.mobile_index = mobile_index(house, str(mobile)) if mobile else None


async def close(unit: Unit, row: DraftRow | None, conversation_id: str) -> None:
    """The draft is filed; what was typed lives on only in the application, and Rasa forgets the talk that it came from."""
    await hub.forget_thread_soon(unit, conversation_id)
    if row is not None:
        row.state, row.content, row.updated_at = FILED, Draft().to_json(), now()
        row.mobile_index = None


def with_shown(outcome: Outcome) -> Draft:
    """The draft of what is asked without a turn: a typed number picks one of the choices under it."""
    shown: Sequence[str] = [choice.value for choice in outcome.say[-1].choices] if outcome.say else ()
    return replace(outcome.draft, shown=tuple(shown))
