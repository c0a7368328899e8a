"""What who waits for a person says about that: a message is left, or nobody need come any more."""

from __future__ import annotations

import re

from backend.conversations.messages import Message
from backend.dialogue import repository
from backend.dialogue.scene import Scene
from backend.takeover import words
from backend.takeover.rules import wants_bot
from backend.takeover.waiting import call_off, leave

_LEFT = re.compile(
    r"\s*(?:(?:我要?)?(?:给工作人员)?留(?:个)?言|(?:leave a )?message)\s*[:：,，]\s*(.+)", re.DOTALL | re.IGNORECASE
)


async def heard(scene: Scene) -> list[Message]:
    """The answer to such a message of who waits; nothing for every other, and for who waits for nobody."""
    value, given = scene.asked.value, (scene.unit, scene.house, scene.asked.conversation)
    left = None if value else _LEFT.fullmatch(scene.text)
    back = value == words.BOT_BACK or (not value and wants_bot(scene.text))
    if not (value == words.LEAVE or left or back):
        return []
    if await repository.open_handover(scene.unit.session, scene.asked.conversation) is None:
        # The press of long ago: whoever was called is not waited for any more.
        return [words.called_off()] if value else []
    if back:
        await call_off(*given, scene.asked.message)
        return [words.called_off()]
    if left is None:
        return [words.leave_how()]
    await leave(*given, scene.asked.message, left[1].strip())
    return [words.left()]
