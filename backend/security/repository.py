"""Every query of the record of looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import Actor
from backend.applications.model import Application
from backend.security.model import AccessRecord


@dataclass(frozen=True)
class Wanted:
    """Which looks: whatever is given has to agree. since, until: from, and before. before: instant and id of the last look seen.

    by              who looked, as the record names them or by the name alone
    identity_index  at whose data: blind index of the identity number
    """

    case_number: str | None = None
    by: str | None = None
    identity_index: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: tuple[datetime, int] | None = None
    limit: int = 50


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
