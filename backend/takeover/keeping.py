"""What staff keep beside conversations: messages that were left, until they are done, and replies at hand."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from backend.clock import now
from backend.db.ids import new_id
from backend.errors import Conflict, Forbidden, NotFound
from backend.house import House
from backend.locale.text import T
from backend.security.redaction import mask_numbers
from backend.staff.sessions import SignedIn
from backend.takeover import repository, showing
from backend.takeover.model import CannedReply, LeftMessage

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


def _reply(staff: SignedIn, reply: CannedReply) -> dict[str, Any]:
    return {
        "id": reply.id,
        "county": reply.county,
        "title": reply.title,
        "text": reply.text,
        "version": reply.version,
        "shared": reply.county is None,
        "changeable": _may_change(staff, reply.county),
    }


def _may_change(staff: SignedIn, county: str | None) -> bool:
    return staff.counties is None or county in staff.counties


async def canned(house: House, staff: SignedIn) -> dict[str, Any]:
    """Replies at hand: those of everybody and those of the own counties."""
    async with house.db.reading() as session:
        return {"replies": [_reply(staff, each) for each in await repository.canned(session, staff.actor)]}


async def save_canned(
    house: House,
    staff: SignedIn,
    title: str,
    text: str,
    *,
    reply_id: str | None = None,
    county: str | None = None,
    version: int | None = None,
) -> dict[str, Any]:
    """Keep a reply, or change one. Without a county it is of the only county of who keeps it, or everybody's."""
    async with house.db.unit() as unit:
        if reply_id is None:
            own = county or (staff.counties[0] if staff.counties else None)
            if not _may_change(staff, own):
                raise Forbidden(T("只能给自己的县（市、区）存常用语。"), code="wrong_county")
            reply = CannedReply(
                id=new_id("y"), county=own, title=title, text=text, changed_by=staff.actor.name, changed_at=now()
            )
            unit.session.add(reply)
        else:
            reply = await _held(unit, staff, reply_id, version)
            reply.title, reply.text, reply.changed_by, reply.changed_at = title, text, staff.actor.name, now()
        await unit.session.flush()
        await unit.commit()
    return {"reply": _reply(staff, reply)}


async def delete_canned(house: House, staff: SignedIn, reply_id: str) -> None:
    """Forget a reply."""
    async with house.db.unit() as unit:
        await unit.session.delete(await _held(unit, staff, reply_id, None))
        await unit.commit()


async def _held(unit: Any, staff: SignedIn, reply_id: str, version: int | None) -> CannedReply:
    reply = await repository.one_canned(unit.session, staff.actor, reply_id)
    if reply is None:
        raise NotFound(T("没有这条常用语，可能已经删了。"), code="no_reply")
    if not _may_change(staff, reply.county):
        raise Forbidden(T("这条是全省共用的，不能在这里改。可以另存一条自己的。"), code="shared")
    if version is not None and reply.version != version:
        raise Conflict(T("这条常用语刚刚有人改过，请刷新后再改。"), code="stale", version=reply.version, allowed=["save"])
    return reply
