"""How long a delivery that failed rests before it is tried again. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

#: After three days it shows as stuck: a person must look at it.
GIVE_UP_AFTER = timedelta(days=3)
PAUSES = tuple(
    timedelta(seconds=seconds) for seconds in (5, 15, 60, 300, 900, 1800, 3600, 2 * 3600, 4 * 3600, 8 * 3600, 12 * 3600)
)


def next_attempt(created_at: datetime, attempts: int, now: datetime) -> datetime | None:
    """When to try again after `attempts` failed ones (at least 1); None once three days have passed since `created_at`."""
    last_chance = created_at + GIVE_UP_AFTER
    if now >= last_chance:
        return None
    pause = PAUSES[min(attempts, len(PAUSES)) - 1]
    return min(now + pause, last_chance)
