"""What was begun or filed in another conversation is brought into this one, once its mobile is proven. Nothing typed is lost:
what stands on one side only is kept, and where both sides say something else the veteran is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from backend.applications import service as applications
from backend.applications.states import MAY_APPLY_AGAIN
from backend.clock import now
from backend.conversations import service as hub
from backend.conversations.messages import Message
from backend.dialogue import repository
from backend.dialogue.model import DraftRow
from backend.dialogue.scene import Scene
from backend.errors import NotFound
from backend.interview.draft import Draft
from backend.interview.flow import CONSENTS, settle
from backend.vouchers import owning as vouchers


@dataclass(frozen=True)
class Known:
    """What is bound to a mobile: the open draft that was worked on last, and the newest application."""

    draft: DraftRow | None
    application: applications.Application | None

    @property
    def county(self) -> str | None:
        """Whose window speaks to them."""
        if self.application is not None:
            return self.application.county
        county = self.draft.content["answers"].get("county") if self.draft is not None else None
        return str(county) if county else None

    @property
    def live(self) -> bool:
        """True when the application is neither rejected nor withdrawn."""
        return self.application is not None and self.application.state not in MAY_APPLY_AGAIN

    def __bool__(self) -> bool:
        return self.draft is not None or self.application is not None


async def known_of(scene: Scene, mobile: str) -> Known:
    """What is bound to a mobile (11 digits)."""
    session, house = scene.unit.session, scene.house
    draft = await repository.open_draft_of_mobile(session, applications.mobile_index(house, mobile))
    return Known(draft, await applications.latest_for_mobile(session, house, mobile))


def said_here(draft: Draft | None) -> dict[str, Any]:
    """What was answered in this conversation, the consents aside."""
    return {name: value for name, value in (draft.answers if draft else {}).items() if name not in CONSENTS}


def differing(then: Draft, here: Mapping[str, Any]) -> list[str]:
    """The fields to which two answers were given that differ."""
    return [name for name, value in here.items() if name in then.answers and then.answers[name] != value]


async def take_draft(scene: Scene, row: DraftRow, here: Mapping[str, Any], keep: str | None) -> Draft:
    """Bring a draft here, with what was answered here as well; where both answered, `keep` says which holds (then, now).

    The draft that was here is gone afterwards: there is one.
    """
    draft = Draft.from_json(row.content)
    before = dict(draft.answers)
    for name, value in here.items():
        if name not in draft.answers or (keep == "now" and draft.answers[name] != value):
            draft = draft.put(name, value)
    if draft.answers != before:
        draft = settle(before, draft, scene.house.catalogue_of(draft)).draft
    session, left = scene.unit.session, row.conversation_id
    if scene.row is not None and scene.row.id != row.id:
        await session.delete(scene.row)
        # One open draft a conversation: the old one has to go before the other comes.
        await session.flush()
    draft = replace(draft, paused=False, confirming=None, shown=(), misses=0, shown_step=None)
    row.conversation_id, row.content, row.updated_at = scene.asked.conversation, draft.to_json(), now()
    scene.row = row
    await session.flush()
    if left != scene.asked.conversation:
        await vouchers.move(session, left, scene.asked.conversation)
        await _say_goodbye(scene, left)
    return draft


async def take_application(scene: Scene, application: applications.Application) -> None:
    """Bring a filed application here: its news is told here from now on, and here it is corrected and withdrawn."""
    left = application.conversation_id
    if left != scene.asked.conversation:
        await applications.join_conversation(scene.unit, application, scene.asked.conversation)
        await _say_goodbye(scene, left)


async def _say_goodbye(scene: Scene, conversation_id: str) -> None:
    """Where it was left it is said where it went, in case it was not the veteran; Rasa forgets the talk that it came from."""
    try:
        await hub.say(
            scene.unit,
            conversation_id,
            [Message(scene.script.say("resumed_elsewhere"))],
            author="system",
            key=f"left:{scene.asked.message}:{conversation_id}",
        )
        await hub.forget_thread_soon(scene.unit, conversation_id)
    except NotFound:
        return  # erased meanwhile
