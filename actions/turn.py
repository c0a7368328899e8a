"""From Rasa's tracker to the request of a turn, and from its answer to what is said. Every action is this with its step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.backend import Reply, Step, backend

REQUESTED_SLOT = "requested_slot"
VALUE = "value"
RANKED = 3


def intent_name(intent: Mapping[str, Any]) -> str:
    """The full name: `faq/postage` for a question, of which Rasa's rules know only `faq`."""
    return str(intent.get("full_retrieval_intent_name") or intent.get("name") or "nlu_fallback")


def turn_request(tracker: Tracker, step: Step) -> dict[str, Any]:
    """The body of POST /internal/turn: ids, intent and a pressed value, and nothing of what was written."""
    heard = tracker.latest_message
    intent = heard.get("intent") or {}
    pressed = next((entity["value"] for entity in heard.get("entities") or [] if entity.get("entity") == VALUE), None)
    return {
        "conversation": tracker.sender_id,
        "message": (heard.get("metadata") or {}).get("message") or heard.get("message_id") or "",
        "intent": {"name": intent_name(intent), "confidence": float(intent.get("confidence") or 0.0)},
        "ranking": [
            {"name": str(ranked["name"]), "confidence": float(ranked["confidence"])}
            for ranked in (heard.get("intent_ranking") or [])[:RANKED]
        ],
        "value": None if pressed is None else str(pressed),
        "step": step,
        # While the form is being opened, by this very message, nothing has been asked for yet.
        "in_form": step == "form" and tracker.get_slot(REQUESTED_SLOT) is not None,
    }


async def take_turn(step: Step, dispatcher: CollectingDispatcher, tracker: Tracker) -> Reply:
    """Ask the backend and say what it answers. Raises BackendError, upon which Rasa answers the hub with a failure."""
    reply = await backend().turn(turn_request(tracker, step))
    for body in reply.bodies:
        dispatcher.utter_message(json_message=body)
    return reply
