"""Every query of requests. County and department of the asker are part of it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import Actor
from backend.applications.model import Application
from backend.departments.model import Task
from backend.requests.model import CaseRequest


async def open_of_task(session: AsyncSession, application_id: str, task_id: str | None, kind: str) -> CaseRequest | None:
    """What was asked about a task (None: about the case) and is not answered yet."""
    return await session.scalar(
        select(CaseRequest).where(
            CaseRequest.application_id == application_id,
            CaseRequest.task_id.is_(None) if task_id is None else CaseRequest.task_id == task_id,
            CaseRequest.kind == kind,
            CaseRequest.answered_at.is_(None),
        )
    )


async def by_id(session: AsyncSession, actor: Actor, department: str | None, request_id: str) -> CaseRequest | None:
    """One request, if the asker may reach it; held until the transaction ends."""
    statement = select(CaseRequest).where(CaseRequest.id == request_id)
    if actor.counties is not None:
        statement = statement.where(CaseRequest.county.in_(actor.counties))
    if department is not None:
        statement = statement.where(CaseRequest.department == department)
    return await session.scalar(statement.with_for_update().execution_options(populate_existing=True))


async def waiting(
    session: AsyncSession, actor: Actor, department: str | None, limit: int
) -> Sequence[tuple[CaseRequest, str, str | None]]:
    """Unanswered requests with their case's number and their matter, the oldest first."""
    statement = (
        select(CaseRequest, Application.number, Task.matter)
        .join(Application, Application.id == CaseRequest.application_id)
        .outerjoin(Task, Task.id == CaseRequest.task_id)
        .where(CaseRequest.answered_at.is_(None))
    )
    if actor.counties is not None:
        statement = statement.where(CaseRequest.county.in_(actor.counties))
    if department is not None:
        statement = statement.where(CaseRequest.department == department)
    found = await session.execute(statement.order_by(CaseRequest.asked_at).limit(limit))
    return [(row[0], row[1], row[2]) for row in found]


async def of_application(session: AsyncSession, application_id: str) -> Sequence[CaseRequest]:
    """Everything that was asked in a case, in order."""
    found = await session.scalars(
        select(CaseRequest).where(CaseRequest.application_id == application_id).order_by(CaseRequest.asked_at, CaseRequest.id)
    )
    return found.all()
