"""What a veteran says while one of staff answers: the hub lets the room of taking over know, in the storing transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from backend.conversations.model import Conversation, TranscriptMessage
from backend.db.engine import Unit
from backend.house import House

Hear = Callable[[Unit, House, Conversation, TranscriptMessage], Awaitable[None]]
_hearers: list[Hear] = []


def hear(hearer: Hear) -> None:
    """Call `hearer` for each message of a conversation that staff own, in the unit that stores it. The same twice is once."""
    if hearer not in _hearers:
        _hearers.append(hearer)


async def heard_by_staff(unit: Unit, house: House, conversation: Conversation, message: TranscriptMessage) -> None:
    """A message came in a conversation (held) that staff own."""
    for hearer in _hearers:
        await hearer(unit, house, conversation, message)
