"""What one turn works with: who speaks, what was said, the draft in hand, and what the message is about."""

from __future__ import annotations

from dataclasses import dataclass

from backend.clock import today
from backend.conversations import service as hub
from backend.conversations.model import Conversation
from backend.db.engine import Unit
from backend.dialogue import repository
from backend.dialogue.model import DraftRow
from backend.dialogue.papers import asks_form, named
from backend.dialogue.schemas import TurnRequest
from backend.house import House
from backend.interview.draft import Draft
from backend.interview.engine import Interview
from backend.interview.heard import sounds_everyday, sounds_like_distress, speaks_of_messages
from backend.interview.questions import Script

#: Steps that Rasa chooses outside the form, and the intent that each stands for.
INTENT_OF_STEP = {"progress": "progress", "handoff": "handoff", "withdraw": "withdraw"}
#: Below this score distress is a guess.
SURE_OF_DISTRESS = 0.35
#: Among everyday words (累死了, 我没事) it takes more; but a high score holds, for despair is also said with such words.
SURE_IN_SPITE_OF_WORDS = 0.8


@dataclass
class Scene:
    """What one turn works with."""

    house: House
    unit: Unit
    script: Script
    asked: TurnRequest
    language: str
    text: str
    row: DraftRow | None
    conversation: Conversation

    @property
    def intent(self) -> str:
        """What the message is about: what the step stands for, what Rasa made of it; but distress by its words is distress.

        The classifier takes distress at a low score, for one word too few may do harm. Where neither the words nor the score
        bear it out, the next best counts: what was said must not be lost for it.
        """
        if sounds_like_distress(self.text):
            return "distress"
        if self.asked.intent.name == "distress" and (
            self.asked.intent.confidence < (SURE_IN_SPITE_OF_WORDS if sounds_everyday(self.text) else SURE_OF_DISTRESS)
        ):
            others = [ranked.name for ranked in self.asked.ranking if ranked.name != "distress"]
            return others[0] if others else "inform"
        if self.asked.value is None and asks_form(self.text) and named(self.house.catalogue, self.text):
            # Original or copy, of a paper that is named: whatever else a classifier takes the paper's name for.
            return "faq/originals"
        if self.asked.intent.name == "unsubscribe" and self.asked.value is None and not speaks_of_messages(self.text):
            # It has to be said: what merely sounds like nothing else (乌拉拉) must not stop anybody's reminders.
            return "nlu_fallback"
        return INTENT_OF_STEP.get(self.asked.step, self.asked.intent.name)

    @property
    def draft(self) -> Draft | None:
        """The open draft, if there is one."""
        return Draft.from_json(self.row.content) if self.row else None

    def interview(self, draft: Draft) -> Interview:
        """The interview as of today, by the rules that the draft's application began with if it has one."""
        return Interview(self.script, self.house.catalogue_of(draft), today())


async def set_scene(house: House, unit: Unit, asked: TurnRequest) -> Scene:
    """The scene of a message. Raises NotFound for a conversation or message that there is not."""
    conversation = await hub.get_conversation(unit.session, asked.conversation)
    text = await hub.resolve_text(unit.session, asked.message)
    row = await repository.open_draft(unit.session, asked.conversation)
    return Scene(house, unit, house.script, asked, conversation.language, text, row, conversation)
