"""What was sent to an outside system holds names and numbers: it ends some months after it has arrived.

That something was sent, when, under which key, and what was answered stays: the answer holds no name, only whether and
under which number. What has not left yet stays whole, for it still has to leave.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from backend.clock import now
from backend.house import House
from backend.systems import repository

log = structlog.get_logger()

BATCH = 500


async def end_bodies(house: House) -> int:
    """The worker's chore: end every body that arrived longer ago than the settings keep it. Returns how many."""
    before = now() - timedelta(days=house.settings.exchange_days)
    ended = 0
    while True:
        # Looking takes no write lock, and there is hardly ever anything to end.
        async with house.db.reading() as session:
            ids = await repository.bodies_to_end(session, before, BATCH)
        if not ids:
            break
        async with house.db.unit() as unit:
            await repository.end_bodies(unit.session, ids, now())
            await unit.commit()
        ended += len(ids)
    if ended:
        log.info("bodies of exchanges were ended", count=ended, days=house.settings.exchange_days)
    return ended
