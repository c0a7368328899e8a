"""When to remind of what: written into the outbox with what causes it, for a day on which it may still lie there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.model import Application
from backend.clock import SHANGHAI, local
from backend.outbox.service import put

TOPIC = "veteran.remind"
#: An hour when people are awake and may do something about it.
HOUR = time(10)


@dataclass(frozen=True)
class Rhythm:
    """The first reminder after so many days, the others so many days apart, and how many there are at most. Our reading."""

    first: int
    again: int
    times: int = 3


CORRECTION, ORIGINALS, COLLECTION, VETERAN = "remind_correction", "remind_originals", "remind_collection", "remind_veteran"
RHYTHMS = {
    CORRECTION: Rhythm(first=2, again=5),
    ORIGINALS: Rhythm(first=5, again=7),
    VETERAN: Rhythm(first=3, again=7),
    COLLECTION: Rhythm(first=7, again=14),
}


async def plan(
    session: AsyncSession, kind: str, application: Application, subject: str, since: datetime, count: int = 1
) -> None:
    """Plan the `count`-th reminder of `subject` (the case, a task or a product), which lies there since `since`."""
    rhythm = RHYTHMS[kind]
    if count > rhythm.times:
        return
    day = local(since).date() + timedelta(days=rhythm.first + rhythm.again * (count - 1))
    payload = {
        "kind": kind,
        "application": application.id,
        "subject": subject,
        "since": since.isoformat(),
        "count": count,
    }
    key = f"{kind}:{subject}:{since.isoformat()}:{count}"
    await put(session, TOPIC, key, payload, available_at=datetime.combine(day, HOUR, SHANGHAI), county=application.county)
