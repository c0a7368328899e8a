"""Lists of cases for the pages of staff: what waits in a state, oldest or newest first, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import repository
from backend.applications.actor import Actor
from backend.applications.model import Application
from backend.applications.repository import Waiting

__all__ = ["Waiting", "count", "following", "waiting"]


async def waiting(session: AsyncSession, actor: Actor, wanted: Waiting) -> Sequence[Application]:
    """A page of the cases that `actor` may reach, in the order of their submission."""
    return await repository.waiting(session, actor, wanted)


async def count(session: AsyncSession, actor: Actor, wanted: Waiting, most: int = 100) -> int:
    """How many there are, counted up to `most`: nobody needs to know whether it is 2,317 or 2,318."""
    return await repository.count_waiting(session, actor, wanted, most)


async def following(session: AsyncSession, actor: Actor, after: Application, wanted: Waiting) -> Application | None:
    """The next case of a list after one; from its beginning again after the last. None: there is no other."""
    for cursor in ((after.submitted_at, after.id), None):
        found = await repository.waiting(session, actor, wanted.from_(cursor, limit=2))
        other = next((each for each in found if each.id != after.id), None)
        if other is not None:
            return other
    return None
