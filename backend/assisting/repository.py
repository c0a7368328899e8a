"""Every query about drafts that staff help with. Who asks is part of it: another county's are not there for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import Actor
from backend.assisting.model import Assist, AssistStep, MoveLink
from backend.dialogue.model import OPEN, DraftRow


def _seen_by(actor: Actor) -> Select[Assist]:
    query = select(Assist)
    if actor.counties is not None:
        query = query.where(or_(Assist.county.is_(None), Assist.county.in_(actor.counties)))
    return query


async def one(session: AsyncSession, actor: Actor, draft_id: str) -> Assist | None:
    """What `actor`'s window helps with, by the draft."""
    return await session.scalar(_seen_by(actor).where(Assist.draft_id == draft_id))


async def by_code(session: AsyncSession, actor: Actor, code: str) -> Assist | None:
    """The same by its code."""
    return await session.scalar(_seen_by(actor).where(Assist.code == code))


async def of_draft(session: AsyncSession, draft_id: str) -> Assist | None:
    """Whoever helps with a draft."""
    return await session.get(Assist, draft_id)


async def recent(
    session: AsyncSession, actor: Actor, after: tuple[datetime, str] | None, limit: int
) -> Sequence[tuple[Assist, DraftRow]]:
    """Open drafts that `actor`'s window helps with, the newest first."""
    query = _seen_by(actor).join(DraftRow, DraftRow.id == Assist.draft_id).where(DraftRow.state == OPEN)
    if after is not None:
        moment, last = after
        query = query.where(or_(Assist.opened_at < moment, (Assist.opened_at == moment) & (Assist.draft_id < last)))
    query = query.order_by(Assist.opened_at.desc(), Assist.draft_id.desc()).limit(limit)
    helped = {each.draft_id: each for each in await session.scalars(query)}
    rows = await session.scalars(select(DraftRow).where(DraftRow.id.in_(helped)))
    drafts = {row.id: row for row in rows}
    return [(each, drafts[each.draft_id]) for each in helped.values()]


async def steps(session: AsyncSession, draft_id: str) -> Sequence[AssistStep]:
    """All that was done with a draft, in order."""
    own = select(AssistStep).where(AssistStep.draft_id == draft_id)
    return (await session.scalars(own.order_by(AssistStep.id))).all()


async def take_link(session: AsyncSession, code_hash: str, made_after: datetime, at: datetime) -> MoveLink | None:
    """The link of a code, used up by compare-and-set; None when there is none, it is old, or it was used."""
    statement = (
        update(MoveLink)
        .where(MoveLink.code_hash == code_hash, MoveLink.used_at.is_(None), MoveLink.made_at > made_after)
        .values(used_at=at)
        .returning(MoveLink)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return await session.scalar(statement)


async def link(session: AsyncSession, code_hash: str) -> MoveLink | None:
    """The link of a code, whatever became of it."""
    return await session.get(MoveLink, code_hash)


async def end_links(session: AsyncSession, draft_id: str) -> None:
    """No link that was made for a draft leads anywhere any more."""
    await session.execute(delete(MoveLink).where(MoveLink.draft_id == draft_id, MoveLink.used_at.is_(None)))
