"""What staff see of the exchanges with outside systems: which, when and how they ended; never whose data."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import service as applications
from backend.applications.actor import Actor
from backend.clock import local
from backend.systems import repository
from backend.systems.registry import SYSTEMS


async def exchanges(session: AsyncSession, actor: Actor, number: str) -> list[dict[str, Any]]:
    """What was sent about a case, in order. Raises NotFound when there is none for `actor`."""
    application = await applications.by_number(session, actor, number.replace("\0", ""))
    return [
        {
            "system": each.system,
            "name": SYSTEMS[each.system].name,
            "task": each.task_id,
            "state": each.state,
            "key": each.key,
            "answer": each.answer,
            "body_ended_at": local(each.body_ended_at).isoformat(timespec="seconds") if each.body_ended_at else None,
            "created_at": local(each.created_at).isoformat(timespec="seconds"),
            "answered_at": local(each.answered_at).isoformat(timespec="seconds") if each.answered_at else None,
        }
        for each in await repository.exchanges(session, application.id)
    ]
