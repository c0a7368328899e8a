"""Asking once, in the transaction that completes a case; taking the answer, in the caller's transaction. # notice 六(三)"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.model import Application
from backend.channels.sms import service as sms
from backend.clock import local, now
from backend.conversations import service as hub
from backend.conversations.messages import Choice
from backend.db.engine import Unit
from backend.house import House
from backend.notices.service import CHAT, SMS, tell
from backend.satisfaction import repository
from backend.satisfaction.model import Satisfaction
from backend.satisfaction.repository import counted, forget_words, of_application, of_conversation
from backend.satisfaction.rules import LONGEST_WORDS, MOST_CHANGES, SCALE
from backend.security.redaction import mask_numbers

__all__ = ["PRESS", "ask", "choices", "counted", "forget_words", "of_application", "of_conversation", "rate", "write"]

#: What a press of the scale begins with; the application's id and the score follow.
PRESS = "satisfaction="
ASKED = "satisfaction"


async def ask(unit: Unit, house: House, application: Application) -> None:
    """Ask, in the chat; who filed by SMS gets it as a text to reply to. Who refuses reminders is not asked."""
    if await repository.of_application(unit.session, application.id) is not None:
        return
    if await sms.reminders_stopped(unit.session, application.answers["mobile"]):
        return
    moment = now()
    unit.session.add(
        Satisfaction(
            application_id=application.id,
            county=application.county,
            month=f"{local(moment):%Y-%m}",
            asked_at=moment,
            changes=0,
        )
    )
    by_text = await hub.mobile_of(unit.session, application.conversation_id) is not None
    channels: Sequence[str] = (CHAT, SMS) if by_text else (CHAT,)
    await tell(unit, house, application, ASKED, {}, key=ASKED, channels=channels, choices=choices(application.id))


def choices(application_id: str) -> list[Choice]:
    """The scale, to be pressed; the number beside each is its score."""
    return [
        Choice(label, intent="help", value=f"{PRESS}{application_id}:{score}", key=str(score)) for score, label in SCALE.items()
    ]


async def rate(session: AsyncSession, row: Satisfaction, score: int, message_id: str) -> bool:
    """Keep a score. False: it was changed once already, and stays as it is. The same again changes nothing."""
    if row.score is not None and row.score != score:
        if row.changes >= MOST_CHANGES:
            return False
        row.changes += 1
    row.score, row.rated_in, row.answered_at = score, message_id, now()
    await session.flush()
    return True


async def write(session: AsyncSession, row: Satisfaction, words: str) -> None:
    """Keep what the veteran wrote besides, without numbers in full; once."""
    row.words, row.rated_in = mask_numbers(words.strip())[:LONGEST_WORDS], None
    row.answered_at = row.answered_at or now()
    await session.flush()
