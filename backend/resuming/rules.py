"""How long a code holds, and how often one may be asked for. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

DIGITS, TRIES = 6, 5
LIFE = timedelta(minutes=5)
#: Between two codes to one number, whoever asks.
PAUSE = timedelta(minutes=1)
#: So many in so long a time: to one number, and asked for in one conversation. Five tries each, they leave a guesser one
#: chance in 33,000 a day.
PER_NUMBER = ((3, timedelta(hours=1)), (6, timedelta(days=1)))
PER_CONVERSATION = ((5, timedelta(hours=1)), (10, timedelta(days=1)))
#: How far back asking counts, and how long rows are kept for it.
REMEMBERED = timedelta(days=1)
#: A talk about coming back that lay for so long is over: a number that is sent then means something else.
LEFT_AFTER = timedelta(minutes=30)


def holds(sent_at: datetime, now: datetime) -> bool:
    """True while a code that was sent then may be used."""
    return now < sent_at + LIFE


def too_soon(to_number: Sequence[datetime], now: datetime) -> bool:
    """True when the last code to a number left just now."""
    return any(now < sent + PAUSE for sent in to_number)


def too_many(to_number: Sequence[datetime], here: Sequence[datetime], now: datetime) -> bool:
    """True when no more codes may be sent to a number, or from a conversation, for the time being."""
    return _over(to_number, PER_NUMBER, now) or _over(here, PER_CONVERSATION, now)


def _over(times: Sequence[datetime], limits: Sequence[tuple[int, timedelta]], now: datetime) -> bool:
    return any(sum(now < each + span for each in times) >= most for most, span in limits)
