"""One message through the model before anybody waits for an answer: what is made at first use is made then."""

from __future__ import annotations

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

GREETING = "你好"


async def warm_up(agent: Agent) -> None:
    """Classify a greeting and predict what follows. Nothing is stored and no action is called."""
    processor = agent.processor
    if processor is None:
        raise RuntimeError("the model was not loaded; see the messages above")
    parsed = await processor.parse_message(UserMessage(GREETING))
    said = UserUttered(GREETING, parsed["intent"], parsed["entities"], parsed)
    tracker = DialogueStateTracker.from_events("warm-up", [ActionExecuted(ACTION_LISTEN_NAME), said], processor.domain.slots)
    processor.predict_next_with_tracker(tracker)
