"""What staff keep beside conversations: messages that were left, until they are done."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.clock import now
from backend.errors import Conflict, NotFound
from backend.house import House
from backend.locale.text import T
from backend.security.redaction import mask_numbers
from backend.staff.sessions import SignedIn
from backend.takeover import repository, showing
from backend.takeover.model import LeftMessage

MOST = 200


def _task(house: House, task: LeftMessage) -> dict[str, Any]:
    county = house.catalogue.counties.get(task.county or "")
    return {
        "id": task.id,
        "conversation": task.conversation_id,
        "request": task.request_id,
        "county": task.county,
        "county_name": county.name if county else None,
        "text": mask_numbers(task.words),
        "left_at": showing.at(task.left_at),
        "done_at": showing.at(task.done_at),
        "done_by": task.done_by,
        "note": task.note,
    }


async def tasks(house: House, staff: SignedIn, done: bool = False) -> dict[str, Any]:
    """Messages that were left: those that wait, the oldest first; or those that are done."""
    async with house.db.reading() as session:
        found = await repository.left(session, staff.actor, done, MOST)
    return {"tasks": [_task(house, each) for each in found]}


async def left_lines(session: AsyncSession, house: House, staff: SignedIn, limit: int) -> list[dict[str, Any]]:
    """Messages that wait, as in `tasks`, for a page that reads more in the same session."""
    return [_task(house, each) for each in await repository.left(session, staff.actor, False, limit)]


async def finish_task(house: House, staff: SignedIn, task_id: str, text: str | None = None) -> dict[str, Any]:
    """It is done. Raises NotFound, Conflict `done`."""
    async with house.db.unit() as unit:
        task = await repository.one_left(unit.session, staff.actor, task_id)
        if task is None:
            raise NotFound(T("没有这条留言，或者它不归你办。"), code="no_task")
        if task.done_at is not None:
            raise Conflict(T("{name} 已经办完了。", name=task.done_by), code="done", allowed=[])
        task.done_at, task.done_by, task.note = now(), staff.actor.name, text
        await unit.commit()
    return {"task": _task(house, task)}
