"""Who one is, proven by a code to the mobile, on whatever channel: asked for, sent, looked at. Nothing here tells whether a
number is known: for one that is not, everything goes the same way, but no SMS leaves and no code is right.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from backend.channels.sms import service as sms
from backend.clock import now
from backend.conversations import service as hub
from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.house import House
from backend.resuming import repository, rules
from backend.resuming.model import CHOICE, CODE, MOBILE, ProofCode, Resuming
from backend.resuming.rules import LIFE, TRIES

__all__ = [
    "CHOICE",
    "CODE",
    "LIFE",
    "MOBILE",
    "TRIES",
    "Looked",
    "Resuming",
    "begin",
    "check",
    "current",
    "leave",
    "send",
    "tidy",
]

NOTICE = "resume_code"
Sent = Literal["sent", "too_soon", "too_many"]
#: How long figures are still kept as a code after one was asked for: people send it late, too.
STILL_SECRET = timedelta(hours=1)


@dataclass(frozen=True)
class Looked:
    """What came of a code: right, wrong (with the tries that are left), or gone (too old, used, or tried too often)."""

    outcome: Literal["right", "wrong", "gone"]
    left: int = 0


async def current(unit: Unit, conversation_id: str) -> Resuming | None:
    """Where the talk about coming back stands here; None where there is none, or it lay too long."""
    row = await repository.of_conversation(unit.session, conversation_id)
    return row if row is not None and now() < row.since + rules.LEFT_AFTER else None


async def begin(unit: Unit, conversation_id: str, stage: str = MOBILE, mobile: str | None = None) -> Resuming:
    """Begin to talk about it, or go on to another stage."""
    row = await repository.of_conversation(unit.session, conversation_id)
    if row is None:
        row = Resuming(conversation_id=conversation_id)
        unit.session.add(row)
    row.stage, row.mobile, row.misses, row.since = stage, mobile, 0, now()
    await unit.session.flush()
    return row


async def leave(unit: Unit, conversation_id: str) -> None:
    """The talk about it is over; a code that was sent is of no use any more."""
    await repository.end_codes(unit.session, conversation_id, now())
    await hub.spend_codes(unit.session, conversation_id)
    row = await repository.of_conversation(unit.session, conversation_id)
    if row is not None:
        await unit.session.delete(row)


async def send(
    unit: Unit, house: House, conversation_id: str, mobile: str, bound: bool, county: str | None, language: str
) -> Sent:
    """Send a code to a mobile (11 digits) when something is bound to it; nothing else that can be seen depends on that.

    The code before it ends. A number and a conversation get only so many.
    """
    moment = now()
    index = sms.mobile_index(mobile)
    await repository.hold_number(unit.session, index, moment)
    to_number = await repository.asked_for(unit.session, index, moment - rules.REMEMBERED)
    here = await repository.asked_here(unit.session, conversation_id, moment - rules.REMEMBERED)
    if rules.too_many(to_number, here, moment):
        return "too_many"
    if rules.too_soon(to_number, moment):
        return "too_soon"
    await repository.end_codes(unit.session, conversation_id, moment)
    code, code_id = f"{secrets.randbelow(10**rules.DIGITS):0{rules.DIGITS}d}", new_id("k")
    hashed = _hash(house, code_id, code)
    row = ProofCode(
        id=code_id,
        conversation_id=conversation_id,
        mobile_index=index,
        code_hash=hashed if bound else None,
        tries=0,
        sent_at=moment,
    )
    unit.session.add(row)
    await unit.session.flush()
    if bound:
        places = {"window": house.catalogue.signature_of(county), "code": code, "minutes": int(LIFE.total_seconds() // 60)}
        row.sms = await sms.queue(unit, house, mobile, NOTICE, places, key=code_id, language=language, county=county)
    await hub.await_code(unit, conversation_id, moment + STILL_SECRET)
    return "sent"


async def check(unit: Unit, house: House, conversation_id: str, code: str) -> Looked:
    """Look at a code that was typed: a try is counted, a right one ends it, and what was typed is forgotten."""
    await hub.spend_codes(unit.session, conversation_id)
    moment = now()
    known = await repository.take_try(unit.session, conversation_id, TRIES)
    if known is None or not rules.holds(known.sent_at, moment):
        return Looked("gone")
    # Compared in constant time, and compared at all where there is none.
    right = hmac.compare_digest(known.code_hash or "-" * 64, _hash(house, known.id, code)) and known.code_hash is not None
    if right:
        await repository.end_codes(unit.session, conversation_id, moment)
        await hub.await_code(unit, conversation_id, moment)
        return Looked("right")
    return Looked("wrong", TRIES - known.tries) if known.tries < TRIES else Looked("gone")


def _hash(house: House, code_id: str, code: str) -> str:
    return house.keys.blind_index(f"{code_id}:{code}", "resuming.code")


async def tidy(house: House) -> None:
    """The worker's chore: end what is of no use any more, the words of the texts with codes among it."""
    moment = now()
    expired, before, left = moment - 2 * LIFE, moment - rules.REMEMBERED, moment - rules.LEFT_AFTER
    async with house.db.reading() as session:
        # Looking takes no write lock, and there is hardly ever anything to end.
        if not await repository.any_to_end(session, expired, before, left):
            return
    async with house.db.unit() as unit:
        await sms.end_words(unit, await repository.expired_texts(unit.session, expired))
        await repository.forget(unit.session, before, left)
        await unit.commit()
