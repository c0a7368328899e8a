"""How the application stands, asked outside the form."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import take_turn


class Progress(Action):  # type: ignore[misc]  # rasa-sdk ships no types
    """Each matter: who holds it, since when, due when."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_progress"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """One turn; no events."""
        await take_turn("progress", dispatcher, tracker)
        return []
