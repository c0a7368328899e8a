"""The answer to the question about satisfaction: pressed, typed, and what is written after it. It stands in nobody's way.

What is asked next (进度, a new application, a person) goes its own way; only who plainly answers is taken at their word.
"""

from __future__ import annotations

from datetime import timedelta

from backend.clock import now
from backend.conversations import service as hub
from backend.conversations.messages import Choice, Message
from backend.db.engine import Unit
from backend.interview.heard import sounds_like_question
from backend.interview.questions import Script
from backend.satisfaction import service as satisfaction
from backend.satisfaction.model import Satisfaction
from backend.satisfaction.rules import SCALE, is_nothing, is_opinion, read_answer
from backend.security.redaction import mask_numbers

#: At the lower end of the scale a person is offered.
SORRY = 2
#: Words for an answer are understood so long after the question, where no choices lie before the veteran.
LONGEST = timedelta(days=30)
#: These are meant, whatever was asked before.
_OWN_WAY = frozenset(
    {
        *("progress", "handoff", "withdraw", "distress", "apply", "materials", "correct", "resume", "start_over"),
        *("unsubscribe", "greet", "help", "matters_info", "eligibility"),
    }
)
#: A complaint is taken up as one; its words are kept with the answer too.
_COMPLAINT = "faq/complain"


async def pressed(unit: Unit, script: Script, conversation_id: str, value: str, message_id: str) -> list[Message]:
    """A press of the scale, of whichever application of this conversation."""
    application_id, _, score = value.removeprefix(satisfaction.PRESS).partition(":")
    row = await satisfaction.of_conversation(unit.session, conversation_id, application_id)
    if row is None or score not in {str(each) for each in SCALE}:
        return [Message(script.say("satisfied_gone"))]
    return await _rated(unit, script, row, int(score), message_id)


async def heard(unit: Unit, script: Script, conversation_id: str, message_id: str, text: str, intent: str) -> list[Message]:
    """What a typed message does as an answer, where nothing is being filled in; empty when it is about something else."""
    if intent in _OWN_WAY:
        return []
    row = await satisfaction.of_conversation(unit.session, conversation_id)
    if row is None or now() - row.asked_at > LONGEST:
        return []
    asked_last = await hub.offered_before(unit.session, conversation_id, message_id, satisfaction.PRESS)
    answer = read_answer(text, digits=asked_last)
    if answer is not None:
        said = await _rated(unit, script, row, answer.score, message_id)
        if answer.words and row.rated_in == message_id:
            await satisfaction.write(unit.session, row, answer.words)
            said = [Message(script.say("satisfied_words"))]
        return said
    if row.score is None:
        # Words in place of a score: they are kept, and the scale still lies there to be pressed.
        if not asked_last or row.words is not None or not is_opinion(text) or sounds_like_question(text):
            return []
        await satisfaction.write(unit.session, row, text)
        scale = satisfaction.choices(row.application_id)
        return [] if intent == _COMPLAINT else [Message(script.say("satisfied_score"), scale)]
    if row.rated_in is None or row.rated_in != await hub.message_before(unit.session, conversation_id, message_id):
        return []
    if is_nothing(text):
        return [Message(script.say("satisfied_nothing"))]
    if intent in ("thanks", "bye") or sounds_like_question(text) or _states_a_number(text):
        return []
    await satisfaction.write(unit.session, row, text)
    return [] if intent == _COMPLAINT else [Message(script.say("satisfied_words"))]


def _states_a_number(text: str) -> bool:
    """True where a new mobile or card is told: that is for the case, not for the figures."""
    return mask_numbers(text) != text and not is_opinion(text)


async def _rated(unit: Unit, script: Script, row: Satisfaction, score: int, message_id: str) -> list[Message]:
    before = row.score
    if not await satisfaction.rate(unit.session, row, score, message_id):
        return [Message(script.say("satisfied_kept"))]
    if before is not None and row.words is not None:
        return [Message(script.say("satisfied_changed"))]
    if score <= SORRY:
        return [Message(script.say("satisfied_sorry"), [Choice(script.say("person"), intent="handoff")])]
    return [Message(script.say("satisfied_changed" if before not in (None, score) else "satisfied_thanks"))]
