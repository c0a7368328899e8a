"""A pressed choice, as the hub sends it: `/choose{"value": "booklet_delivery=collect"}` or `/faq/postage`. Pure.

It is read here, so that it passes neither the classifier nor Rasa's own reader of slashes, which obeys /restart and knows
no retrieval intents.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.core.constants import DEFAULT_INTENTS
from rasa.shared.nlu.constants import FULL_RETRIEVAL_INTENT_NAME_KEY

PRESS = re.compile(r"/(?P<intent>[a-z_]+)(?P<question>/[a-z_]+)?(?P<values>\{.*\})?\s*", re.DOTALL)
# Reads as a slash to a person and as nothing to Rasa.
DIVISION_SLASH = "\u2215"


def read_press(text: str, intents: Collection[str]) -> dict[str, Any] | None:
    """What Rasa calls parse data for a pressed choice, or None when `text` is none.

    `intents` are those of the domain, in their short form. Rasa's own (restart, back, session_start) are never pressed.
    """
    found = PRESS.fullmatch(text)
    if not found or found["intent"] not in intents or found["intent"] in DEFAULT_INTENTS:
        return None
    try:
        values = json.loads(found["values"] or "{}")
    except ValueError:
        return None
    full_name = found["intent"] + (found["question"] or "")
    intent = {"name": found["intent"], "confidence": 1.0}
    if found["question"]:
        intent[FULL_RETRIEVAL_INTENT_NAME_KEY] = full_name
    return {
        "text": text,
        "intent": intent,
        "intent_ranking": [{"name": full_name, "confidence": 1.0}],
        "entities": [{"entity": name, "value": value} for name, value in values.items()],
    }


def defuse(text: str) -> str:
    """`text` with a slash at its beginning made harmless."""
    stripped = text.lstrip()
    return DIVISION_SLASH + stripped[1:] if stripped.startswith(INTENT_MESSAGE_PREFIX) else text
