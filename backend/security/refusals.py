"""Keeping what was refused to whom: bad input, another county's case, another department's task, a report without proof.

A refusal is kept in a transaction of its own, after the refused one has left nothing behind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from backend.clock import now
from backend.errors import GuituError, TooMany, TryAgain
from backend.house import House
from backend.security import repository
from backend.security.model import Refusal
from backend.security.rate_limits import RateLimit

log = structlog.get_logger()

#: How long a refusal is kept, and how many are forgotten at a time. # our reading
KEPT = timedelta(days=180)
BATCH = 500
#: Whoever is refused more often than this stands in the log only: nobody can fill the database with refusals.
OFTEN = RateLimit(burst=200, per_second=0.2)
#: Behind the name of who gave no good proof; all of them together are one source, for names cost nothing.
NO_PROOF = "?"
SENDER = re.compile(r"[A-Za-z0-9_-]{1,40}")
CASE, TASK = re.compile(r"TY-[0-9A-Z-]{1,21}"), re.compile(r"t_[A-Za-z0-9_-]{1,30}")


@dataclass(frozen=True)
class Refused:
    """What was asked, by whom, and with which code it was refused; `named`: the places of the route, by name."""

    actor: str
    method: str
    route: str
    status: int
    code: str
    named: Mapping[str, Any]
    counties: Sequence[str] | None = None


async def note_refusal(house: House, refused: Refused) -> None:
    """Put a refusal on record. It never raises: that something was refused must not become another failure."""
    try:
        OFTEN.check(NO_PROOF if refused.actor.endswith(NO_PROOF) else refused.actor)
        async with house.db.unit() as unit:
            unit.session.add(
                Refusal(
                    at=now(),
                    actor=refused.actor[:80],
                    county=refused.counties[0] if refused.counties and len(refused.counties) == 1 else None,
                    method=refused.method[:8],
                    route=refused.route[:160],
                    status=refused.status,
                    code=refused.code[:60],
                    case_number=_first(CASE, refused.named),
                    task_id=_first(TASK, refused.named),
                )
            )
            await unit.commit()
    except TooMany:
        log.warning("refused so often that it is not kept", actor=refused.actor, code=refused.code)
    except (SQLAlchemyError, OSError, TryAgain, GuituError) as error:
        log.error("a refusal could not be kept", actor=refused.actor, code=refused.code, exc_info=error)


def unproved(unit_id: str) -> str:
    """The actor of a report that says it is of this unit and gave no good proof."""
    return f"unit:{unit_id if SENDER.fullmatch(unit_id) else ''}{NO_PROOF}"


def task_in(body: bytes) -> dict[str, Any]:
    """The task that a refused report names, if it can be read at all."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return {"task": given.get("task")} if isinstance(given, dict) else {}


async def forget_refusals(house: House) -> int:
    """The worker's chore: forget what is older than KEPT. Returns how many."""
    forgotten = 0
    while True:
        # Looking takes no write lock, and there is hardly ever anything to forget.
        async with house.db.reading() as session:
            ids = await repository.refusals_before(session, now() - KEPT, BATCH)
        if not ids:
            return forgotten
        async with house.db.unit() as unit:
            await repository.forget_refusals(unit.session, ids)
            await unit.commit()
        forgotten += len(ids)


def _first(pattern: re.Pattern[str], named: Mapping[str, Any]) -> str | None:
    return next((value for value in named.values() if isinstance(value, str) and pattern.fullmatch(value)), None)
