"""Putting something into the outbox, and delivering what is due.

Nothing leaves the house by itself: whoever causes a delivery writes it here, in the same transaction, and a worker delivers
it afterwards. A handler may be called more than once for one row (a worker may die between the delivery and its record), so
what it sends carries the row's key and the receiver can tell a repeat.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from backend.clock import now
from backend.db.engine import notify_on_commit
from backend.db.ids import new_id
from backend.db.keys import fitted
from backend.errors import Conflict, NotFound
from backend.house import House
from backend.logging import hide_numbers
from backend.outbox import repository
from backend.outbox.model import STUCK, WAITING, OutboxAttempt, OutboxRow
from backend.outbox.pauses import next_attempt

log = structlog.get_logger()

PG_CHANNEL = "guitu_outbox"
BATCH = 16
#: Longer than any handler may take; then the row is taken for abandoned.
LEASE = timedelta(minutes=2)
HANDLER_SECONDS = 60.0


@dataclass(frozen=True)
class Delivery:
    """What a handler is given: `key` names the delivery to the outside, `attempts` counts the failed ones before."""

    key: str
    payload: Any
    attempts: int
    created_at: datetime


class DeliveryFailed(Exception):
    """It could not be delivered now; the message says why. It is tried again after a pause."""


class DeliveryRefused(Exception):
    """It can never be delivered; the message says why. It shows as stuck at once."""


Handler = Callable[[House, Delivery], Awaitable[None]]


async def put(
    session: AsyncSession,
    topic: str,
    key: str,
    payload: Any,
    available_at: datetime | None = None,
    *,
    county: str | None = None,
    new_key: bool = False,
) -> bool:
    """Write a delivery in the caller's transaction. False when this key was put before: then nothing is written.

    `new_key`: it was made for this delivery, so nobody needs to look for it. `county`: whose supervisor sees it when it is stuck; None: the administrator only.
    """
    key = fitted(key)
    if not new_key and await repository.exists(session, topic, key):
        return False
    moment = now()
    due = available_at or moment
    # The three days in which it is tried begin when it may first be delivered, not when it was planned.
    session.add(OutboxRow(topic=topic, key=key, payload=payload, available_at=due, created_at=max(moment, due), county=county))
    notify_on_commit(session, PG_CHANNEL)
    return True


async def retry(
    house: House, row_id: int, by: str, counties: Collection[str] | None
) -> tuple[OutboxRow, Sequence[OutboxAttempt]]:
    """Set a stuck delivery going again, for three days more. Raises NotFound, or Conflict when it is not stuck."""
    async with house.db.unit() as unit:
        row = await repository.stuck_row(unit.session, row_id, counties)
        if row is None:
            raise NotFound("没有这次投递，或者它不归你管。", code="no_delivery")
        if row.state != STUCK:
            raise Conflict("这次投递没有卡住，不用重发。", code="not_stuck", state=row.state, allowed=[])
        row.state, row.available_at, row.attempts = WAITING, now(), 0
        row.retried_at, row.retried_by = now(), by
        attempts = await repository.attempts_of(unit.session, row.id)
        notify_on_commit(unit.session, PG_CHANNEL)
        await unit.commit()
        return row, attempts


async def deliver_due(house: House, handlers: Mapping[str, Handler], limit: int = BATCH) -> int:
    """Deliver up to `limit` rows that are due, side by side. Returns how many were taken."""
    lease = new_id("w")
    rows = await _lease(house, handlers, lease, limit)
    await asyncio.gather(*(_deliver(house, handlers[row.topic], row, lease) for row in rows))
    return len(rows)


async def _lease(house: House, handlers: Mapping[str, Handler], lease: str, limit: int) -> list[OutboxRow]:
    topics = list(handlers)
    if house.db.is_sqlite:
        # Looking takes no write lock, so an idle worker never holds up a writer.
        async with house.db.reading() as session:
            if not await repository.due_ids(session, now(), topics, 1):
                return []
    async with house.db.unit() as unit:
        moment = now()
        for row_id in await repository.due_ids(unit.session, moment, topics, limit):
            await repository.take(unit.session, row_id, topics, lease, moment, moment + LEASE)
        rows = list(await repository.leased(unit.session, lease))
        await unit.commit()
    return rows


async def _deliver(house: House, handler: Handler, row: OutboxRow, lease: str) -> None:
    error, final = None, False
    try:
        async with asyncio.timeout(HANDLER_SECONDS):
            await handler(house, Delivery(row.key, row.payload, row.attempts, row.created_at))
    except DeliveryRefused as refused:
        error, final = hide_numbers(str(refused)), True
    except Exception as failure:
        # Whatever a handler raises is an attempt that failed: it is kept with the row, and the row is tried again.
        error = hide_numbers(str(failure) if isinstance(failure, DeliveryFailed) else repr(failure))
        if not isinstance(failure, DeliveryFailed):
            log.error("delivery raised", topic=row.topic, key=row.key, exc_info=failure)
    async with house.db.unit() as unit:
        moment = now()
        again_at = None if final or error is None else next_attempt(row.retried_at or row.created_at, row.attempts + 1, moment)
        await repository.close_attempt(unit.session, row, lease, moment, error, again_at)
        await unit.commit()
    if error is not None:
        log.warning("not delivered", topic=row.topic, key=row.key, attempts=row.attempts + 1, again_at=again_at, error=error)
