"""The application is to be taken back, outside the form."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import take_turn


class Withdraw(Action):  # type: ignore[misc]  # rasa-sdk ships no types
    """Asks back before anything is withdrawn; the backend decides."""

    def name(self) -> str:
        """As the rules call it."""
        return "action_withdraw"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """One turn; no events."""
        await take_turn("withdraw", dispatcher, tracker)
        return []
