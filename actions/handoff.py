"""A person is asked for, outside the form."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import take_turn


class Handoff(Action):  # type: ignore[misc]  # rasa-sdk ships no types
    """Puts the conversation in the queue of the window."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_handoff"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """One turn; no events."""
        await take_turn("handoff", dispatcher, tracker)
        return []
