"""Questions and manners, outside the form."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import take_turn


class Answer(Action):  # type: ignore[misc]  # rasa-sdk ships no types
    """The answer to a question, made for this person where their case says more; or a greeting returned."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """One turn; no events."""
        await take_turn("answer", dispatcher, tracker)
        return []
