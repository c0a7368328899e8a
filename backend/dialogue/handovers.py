"""Who waits for a person: what staff are shown of them, the most urgent first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import Actor
from backend.catalogue.load import Catalogue
from backend.clock import local, now
from backend.dialogue import repository
from backend.dialogue.model import HandoverRequest
from backend.security.redaction import mask_numbers

MOST = 200


async def waiting(session: AsyncSession, catalogue: Catalogue, actor: Actor) -> list[dict[str, object]]:
    """The requests that `actor` may see, as plain JSON; numbers in the last words are masked, `county` may be unknown."""
    moment = now()
    return [_shown(catalogue, each, moment) for each in await repository.waiting_handovers(session, actor, MOST)]


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
        "waiting_minutes": int((moment - request.asked_at).total_seconds() // 60),
        "last_words": mask_numbers(request.last_words),
    }
