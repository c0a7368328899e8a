"""Who answers in a conversation: the bot, the queue (the bot goes on meanwhile), or one of staff; one at a time."""

from __future__ import annotations

from backend.conversations import repository
from backend.conversations.live import announce
from backend.conversations.outbound import hold
from backend.db.engine import Unit
from backend.errors import Conflict

#: The kinds of owner. Under STAFF Rasa sees nothing.
BOT, QUEUE, STAFF = "bot", "queue", "staff"


async def change_owner(
    unit: Unit, conversation_id: str, expected_version: int, kind: str, owner_id: str | None = None, cause: str | None = None
) -> int:
    """Give a conversation to the bot, the queue or one of staff (`kind`: bot, queue, staff). Returns the new version.

    `cause` is the inbound id when a turn itself hands over: the answer to that message is still sent. Raises Conflict with
    the present owner when the version is no longer the expected one: of two who press at once, one gets it.
    """
    conversation = await hold(unit, conversation_id)
    if conversation.owner_version != expected_version:
        raise Conflict("这段对话刚刚有人接手了。", owner_kind=conversation.owner_kind, owner_id=conversation.owner_id)
    conversation.owner_kind, conversation.owner_id, conversation.owner_cause = kind, owner_id, cause
    conversation.owner_version += 1
    if kind == STAFF:
        # What waits for Rasa is theirs now, and stays theirs: when they give back, nothing of it is taken up.
        await repository.pass_pending(unit.session, conversation_id)
    await announce(unit, conversation_id, people=True)
    return conversation.owner_version
