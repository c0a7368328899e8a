"""While a one-time code is awaited, what may be one is kept as a secret, never in clear; once it was looked at, not at all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend import clock
from backend.conversations import repository
from backend.conversations.model import Conversation
from backend.conversations.outbound import hold
from backend.db.engine import Unit


def awaits_code(conversation: Conversation) -> bool:
    """True while a one-time code may be typed here."""
    return conversation.awaits_code_until is not None and clock.now() < conversation.awaits_code_until


async def await_code(unit: Unit, conversation_id: str, until: datetime) -> None:
    """From now until then, figures that may be a one-time code are kept as secrets. Raises NotFound."""
    (await hold(unit, conversation_id)).awaits_code_until = until


async def spend_codes(session: AsyncSession, conversation_id: str) -> None:
    """Forget every code that was typed in a conversation; that one was typed is still to be seen."""
    await repository.spend_codes(session, conversation_id)
