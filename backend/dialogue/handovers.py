"""Who waits for a person: what staff are shown of them, the most urgent first; taking one on, and closing it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import Actor
from backend.catalogue.load import Catalogue
from backend.clock import local, now
from backend.conversations import service as hub
from backend.conversations.outbound import hold
from backend.db.engine import Unit
from backend.dialogue import repository
from backend.dialogue.model import HandoverRequest
from backend.errors import Conflict, NotFound
from backend.house import House
from backend.security.redaction import mask_numbers

MOST = 200


async def waiting(session: AsyncSession, catalogue: Catalogue, actor: Actor) -> list[dict[str, object]]:
    """The requests that `actor` may see, as plain JSON; numbers in the last words are masked, `county` may be unknown."""
    moment = now()
    return [_shown(catalogue, each, moment) for each in await repository.waiting_handovers(session, actor, MOST)]


async def closed(session: AsyncSession, catalogue: Catalogue, actor: Actor) -> list[dict[str, object]]:
    """The newest of those that were closed, with what came of them."""
    moment = now()
    return [_shown(catalogue, each, moment) for each in await repository.closed_handovers(session, actor, MOST)]


async def claim(house: House, actor: Actor, request_id: str, version: int) -> dict[str, object]:
    """Take a request on, so that others see it is looked after. Raises NotFound, Conflict `stale`, `closed` or `claimed`."""
    async with house.db.unit() as unit:
        request = await _take(unit, actor, request_id, version)
        if request.claimed_by not in (None, actor.name):
            raise Conflict(
                f"{request.claimed_by} 已经接手了。", code="claimed", claimed_by=request.claimed_by, allowed=["close"]
            )
        if request.claimed_by is None:
            request.claimed_by = actor.name
            request.claimed_at = request.active_at = request.changed_at = now()
            await _give(unit, request, hub.STAFF, actor.name.removeprefix("staff:"))
        await unit.commit()
        return _shown(house.catalogue, request, now())


async def close(
    house: House, actor: Actor, request_id: str, version: int, outcome: str, note: str | None = None
) -> dict[str, object]:
    """Close a request with what came of it. Raises NotFound, or Conflict `stale` or `closed`.

    Whoever turned to distress since it was read is not closed as an ordinary request: the version has grown.
    """
    async with house.db.unit() as unit:
        request = await _take(unit, actor, request_id, version)
        request.closed_at, request.closed_by = now(), actor.name
        request.outcome, request.note = outcome, note
        request.active_at, request.changed_at = None, now()
        await _give(unit, request, hub.BOT)
        await unit.commit()
        return _shown(house.catalogue, request, now())


async def _give(unit: Unit, request: HandoverRequest, kind: str, owner_id: str | None = None) -> None:
    conversation = await hub.get_conversation(unit.session, request.conversation_id)
    await hub.change_owner(unit, conversation.id, conversation.owner_version, kind, owner_id)


async def _take(unit: Unit, actor: Actor, request_id: str, version: int) -> HandoverRequest:
    named = await unit.session.get(HandoverRequest, request_id)
    if named is not None:
        # Who holds both takes the conversation first, here as everywhere.
        await hold(unit, named.conversation_id)
    request = await repository.handover(unit.session, actor, request_id)
    if request is None:
        raise NotFound("没有这次求助，或者它不归你办。", code="no_handover")
    if request.closed_at is not None:
        raise Conflict(f"{request.closed_by or '有人'} 已经办结了。", code="closed", outcome=request.outcome, allowed=[])
    if request.version != version:
        raise Conflict("这次求助刚刚有变动，请刷新后再处理。", code="stale", version=request.version)
    return request


def _shown(catalogue: Catalogue, request: HandoverRequest, moment: datetime) -> dict[str, object]:
    county = catalogue.counties.get(request.county or "")
    return {
        "id": request.id,
        "conversation": request.conversation_id,
        "county": request.county,
        "county_name": county.name if county else None,
        "reason": request.reason,
        "priority": request.priority,
        "asked_at": local(request.asked_at).isoformat(timespec="seconds"),
        "waiting_minutes": int(((request.closed_at or moment) - request.asked_at).total_seconds() // 60),
        "last_words": mask_numbers(request.last_words),
        "version": request.version,
        "claimed_by": request.claimed_by,
        "claimed_at": _at(request.claimed_at),
        "closed_by": request.closed_by,
        "closed_at": _at(request.closed_at),
        "outcome": request.outcome,
        "note": request.note,
    }


def _at(moment: datetime | None) -> str | None:
    return local(moment).isoformat(timespec="seconds") if moment else None
