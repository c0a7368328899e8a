"""Every query of the records of looks and of refusals."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import Actor
from backend.applications.model import Application
from backend.security.model import AccessRecord, Refusal


@dataclass(frozen=True)
class Wanted:
    """Which looks: whatever is given has to agree. since, until: from, and before. before: instant and id of the last look seen.

    by              who looked, as the record names them or by the name alone
    code, task_id   of a refusal only
    identity_index  of a look only: at whose data: blind index of the identity number
    """

    case_number: str | None = None
    by: str | None = None
    identity_index: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: tuple[datetime, int] | None = None
    limit: int = 50
    code: str | None = None
    task_id: str | None = None


async def of_case(session: AsyncSession, case_number: str) -> Sequence[AccessRecord]:
    """Who looked at a case, in order."""
    found = await session.scalars(select(AccessRecord).where(AccessRecord.case_number == case_number).order_by(AccessRecord.id))
    return found.all()


async def looks(session: AsyncSession, actor: Actor, wanted: Wanted) -> Sequence[AccessRecord]:
    """Looks at cases that `actor` may reach, the newest first."""
    statement = select(AccessRecord)
    if actor.counties is not None or wanted.identity_index is not None:
        statement = statement.join(Application, Application.number == AccessRecord.case_number)
    if actor.counties is not None:
        statement = statement.where(Application.county.in_(actor.counties))
    if wanted.identity_index is not None:
        statement = statement.where(Application.identity_index == wanted.identity_index)
    if wanted.case_number is not None:
        statement = statement.where(AccessRecord.case_number == wanted.case_number)
    if wanted.by is not None:
        names = [wanted.by] if ":" in wanted.by else [f"staff:{wanted.by}", f"cli:{wanted.by}"]
        statement = statement.where(or_(*(AccessRecord.actor == name for name in names)))
    if wanted.since is not None:
        statement = statement.where(AccessRecord.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(AccessRecord.at < wanted.until)
    if wanted.before is not None:
        statement = statement.where(tuple_(AccessRecord.at, AccessRecord.id) < wanted.before)
    newest = (AccessRecord.at.desc(), AccessRecord.id.desc())
    return (await session.scalars(statement.order_by(*newest).limit(wanted.limit))).all()


async def refusals(session: AsyncSession, actor: Actor, wanted: Wanted) -> Sequence[Refusal]:
    """Refusals, the newest first; for one of a county, those to that county's own staff and units."""
    statement = select(Refusal)
    if actor.counties is not None:
        statement = statement.where(Refusal.county.in_(actor.counties))
    if wanted.by is not None:
        names = [wanted.by] if ":" in wanted.by else [f"staff:{wanted.by}", f"unit:{wanted.by}", f"unit:{wanted.by}?"]
        statement = statement.where(Refusal.actor.in_(names))
    for column, value in (
        (Refusal.code, wanted.code),
        (Refusal.case_number, wanted.case_number),
        (Refusal.task_id, wanted.task_id),
    ):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.since is not None:
        statement = statement.where(Refusal.at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(Refusal.at < wanted.until)
    if wanted.before is not None:
        statement = statement.where(tuple_(Refusal.at, Refusal.id) < wanted.before)
    return (await session.scalars(statement.order_by(Refusal.at.desc(), Refusal.id.desc()).limit(wanted.limit))).all()


async def refusals_before(session: AsyncSession, moment: datetime, limit: int) -> Sequence[int]:
    """The oldest refusals of before then."""
    old = select(Refusal.id).where(Refusal.at < moment).order_by(Refusal.at, Refusal.id).limit(limit)
    return (await session.scalars(old)).all()


async def forget_refusals(session: AsyncSession, ids: Collection[int]) -> None:
    """Delete these refusals."""
    await session.execute(delete(Refusal).where(Refusal.id.in_(ids)))
