"""What was not understood, outside the form."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import take_turn


class Fallback(Action):  # type: ignore[misc]  # rasa-sdk ships no types
    """Offers the likeliest choices, and a person when that has failed."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_fallback"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """One turn; no events."""
        await take_turn("fallback", dispatcher, tracker)
        return []
