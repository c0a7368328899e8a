"""Putting on record what was changed of how the service is set up, in the unit that changes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.administration import repository
from backend.administration.model import AdministrationEvent
from backend.clock import now
from backend.db.engine import Unit

__all__ = ["history", "note"]

UNIT, REPLY, LINK = "unit", "reply", "link"


def note(
    unit: Unit,
    actor: str,
    kind: str,
    subject: str,
    about: str,
    command: str,
    county: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write down what was done. `data`: field → [before, after]; never a secret."""
    unit.session.add(
        AdministrationEvent(
            at=now(),
            actor=actor,
            county=county,
            kind=kind,
            subject=subject,
            about=about[:200],
            command=command,
            data=dict(data) if data else None,
        )
    )


async def history(session: AsyncSession, kind: str, subject: str) -> Sequence[AdministrationEvent]:
    """What was done to one thing, the newest first."""
    return await repository.events_of(session, kind, subject)
