"""The whole interview, as one action of one form: each message while it is open, and the one that opens it."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import REQUESTED_SLOT, take_turn

SLOT = "answer"


class ValidateCaseForm(Action):  # type: ignore[misc]  # rasa-sdk ships no types
    """Keeps the form open for as long as the backend says so.

    The slot that is asked for is never filled. Setting it, even to nothing, is what tells Rasa that the form has dealt with
    the message; were it left out, Rasa would look for a rule and ask a second time.
    """

    def name(self) -> str:
        """Rasa calls it at every turn of case_form."""
        return "validate_case_form"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """One turn; events that keep the form open or close it."""
        reply = await take_turn("form", dispatcher, tracker)
        return [SlotSet(SLOT, None), SlotSet(REQUESTED_SLOT, SLOT if reply.open else None)]
