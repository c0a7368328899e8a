"""Replies at hand (常用语): everybody's and each county's own. Every change is on record with what was there before."""

from __future__ import annotations

from typing import Any

from backend.administration import service as administration
from backend.clock import now
from backend.db.ids import new_id
from backend.errors import Conflict, Forbidden, NotFound
from backend.house import House
from backend.staff.sessions import SignedIn
from backend.takeover.canned import repository
from backend.takeover.model import CannedReply

MOST_ON_PAGE = 20
#: What counties begin with. They promise nothing that the notice does not, and name no place.
DEFAULTS = (
    ("问好", "你好，我是退役军人服务中心的工作人员，看到你的问题了，我来帮你。"),
    ("请稍等", "我帮你查一下，请稍等几分钟，有结果马上回你。"),
    ("请补材料", "还差一样材料，麻烦你补一下。清楚地拍张照片发过来就行，原件报到时再带来。"),
    ("请本人来窗口", "这件事要你本人带身份证到综合窗口来办。哪天方便？来之前说一声，我们等你。"),
    ("部门在办", "已经转给办理的部门了，有结果会发消息和短信告诉你，不用跑腿。"),
    ("问完了吗", "还有别的要问吗？没有的话，后面由机器人助手接着帮你，想找人随时说“转人工”。"),
)


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
                raise Forbidden("只能给自己的县（市、区）存常用语。", code="wrong_county")
            reply = CannedReply(
                id=new_id("y"), county=own, title=title, text=text, changed_by=staff.actor.name, changed_at=now()
            )
            unit.session.add(reply)
            _note(unit, staff, reply, "add_reply", {"title": [None, title], "text": [None, text]})
        else:
            reply = await _held(unit, staff, reply_id, version)
            _note(unit, staff, reply, "change_reply", {"title": [reply.title, title], "text": [reply.text, text]})
            reply.title, reply.text, reply.changed_by, reply.changed_at = title, text, staff.actor.name, now()
        await unit.session.flush()
        await unit.commit()
    return {"reply": _reply(staff, reply)}


async def delete_canned(house: House, staff: SignedIn, reply_id: str, version: int | None = None) -> None:
    """Forget a reply. What it was stays on record."""
    async with house.db.unit() as unit:
        reply = await _held(unit, staff, reply_id, version)
        _note(unit, staff, reply, "delete_reply", {"title": [reply.title, None], "text": [reply.text, None]})
        await unit.session.delete(reply)
        await unit.commit()


async def canned_page(
    house: House, staff: SignedIn, county: str | None, page: int, limit: int = MOST_ON_PAGE
) -> tuple[list[dict[str, Any]], int]:
    """A page of the replies of everybody and of the own counties (or of one, six digits), and how many there are in all."""
    async with house.db.reading() as session:
        found, count = await repository.canned_page(session, staff.actor, county, page, limit)
    return [_reply(staff, each) | {"changed_by": each.changed_by, "changed_at": each.changed_at} for each in found], count


async def one_canned(house: House, staff: SignedIn, reply_id: str) -> dict[str, Any]:
    """One reply. Raises NotFound."""
    async with house.db.reading() as session:
        found = await repository.one_canned(session, staff.actor, reply_id)
    if found is None:
        raise NotFound("没有这条常用语，可能已经删了。", code="no_reply")
    return _reply(staff, found)


async def add_default_canned(house: House, by: str) -> int:
    """The replies that everybody has at first, where there is none for everybody yet. Returns how many are new."""
    async with house.db.unit() as unit:
        if await repository.shared_canned(unit.session):
            return 0
        for title, text in DEFAULTS:
            unit.session.add(CannedReply(id=new_id("y"), county=None, title=title, text=text, changed_by=by, changed_at=now()))
        await unit.commit()
    return len(DEFAULTS)


def _note(unit: Any, staff: SignedIn, reply: CannedReply, command: str, data: dict[str, list[str | None]]) -> None:
    changed = {name: pair for name, pair in data.items() if pair[0] != pair[1]}
    administration.note(
        unit, staff.actor.name, administration.REPLY, reply.id, reply.title, command, county=reply.county, data=changed
    )


async def _held(unit: Any, staff: SignedIn, reply_id: str, version: int | None) -> CannedReply:
    reply = await repository.one_canned(unit.session, staff.actor, reply_id)
    if reply is None:
        raise NotFound("没有这条常用语，可能已经删了。", code="no_reply")
    if not _may_change(staff, reply.county):
        raise Forbidden("这条是全省共用的，不能在这里改。可以另存一条自己的。", code="shared")
    if version is not None and reply.version != version:
        raise Conflict("这条常用语刚刚有人改过，请刷新后再改。", code="stale", version=reply.version, allowed=["save"])
    return reply
