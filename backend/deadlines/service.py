"""What other rooms and the pages may ask about limits as they run: what is due, alerts, exemptions, counting anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import Actor, actor_of
from backend.deadlines import repository
from backend.deadlines.alerts import raise_alert, remind, see
from backend.deadlines.exemptions import exempt
from backend.deadlines.model import Alert, Exemption
from backend.deadlines.recount import Recounted, recount, recount_changes
from backend.deadlines.repository import DueRow, Reader
from backend.departments.model import Task
from backend.errors import Forbidden, NotFound
from backend.house import House

__all__ = [
    "DueRow",
    "Reader",
    "Recounted",
    "alerts",
    "due_list",
    "exempt",
    "exemptions",
    "raise_alert",
    "recount",
    "recount_changes",
    "remind",
    "see",
]


async def due_list(
    session: AsyncSession,
    house: House,
    actor: Actor | str,
    *,
    county: str | None = None,
    department: str | None = None,
    before: datetime | None = None,
    after: tuple[datetime, str] | None = None,
    limit: int = 50,
) -> Sequence[DueRow]:
    """What is due, the most urgent first. Raises NotFound for unknown codes, Forbidden for another county."""
    counties = actor_of(actor).counties
    if county is not None:
        if county not in house.catalogue.counties:
            raise NotFound(f"没有编号为 {county} 的县（市、区）。", code="unknown_county")
        if counties is not None and county not in counties:
            raise Forbidden("这个县（市、区）不归你管。", code="wrong_county")
        counties = (county,)
    if department is not None and department not in house.catalogue.departments:
        raise NotFound(f"没有这个部门：{department}。", code="no_department")
    return await repository.due_list(session, counties, department, before, after, limit)


async def alerts(
    session: AsyncSession, reader: Reader, *, every: bool = False, before: int | None = None, limit: int = 50
) -> Sequence[tuple[Alert, Task, str]]:
    """The reader's alerts, the newest first: what still holds and is unseen, or `every` one there ever was."""
    return await repository.alerts(session, reader, every=every, before=before, limit=limit)


async def exemptions(session: AsyncSession, actor: Actor | str, limit: int = 100) -> Sequence[Exemption]:
    """Decisions that concern the asker's counties, the newest first."""
    return await repository.exemptions(session, actor_of(actor).counties, limit)
