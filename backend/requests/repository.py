"""Every query of requests. County and department of the asker are part of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.actor import Actor
from backend.applications.model import Application
from backend.departments.model import Task
from backend.requests.model import COMPLAINT, URGE, CaseRequest


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


@dataclass(frozen=True)
class Reported:
    """Which problems that veterans reported: asked from `begin` until before `end`, in some counties (None: all).

    kinds: of URGE and COMPLAINT · answered: None for all · after: time and id of the last one of the page before
    """

    begin: datetime
    end: datetime
    counties: Sequence[str] | None = None
    department: str | None = None
    matter: str | None = None
    kinds: tuple[str, ...] = (URGE, COMPLAINT)
    answered: bool | None = None
    after: tuple[datetime, str] | None = None
    limit: int = 20


def _reported(wanted: Reported, *columns: Any) -> Select[Any]:
    statement = (
        select(*columns)
        .select_from(CaseRequest)
        .outerjoin(Task, Task.id == CaseRequest.task_id)
        .where(CaseRequest.asked_at >= wanted.begin, CaseRequest.asked_at < wanted.end, CaseRequest.kind.in_(wanted.kinds))
    )
    if wanted.counties is not None:
        statement = statement.where(CaseRequest.county.in_(wanted.counties))
    if wanted.department is not None:
        statement = statement.where(CaseRequest.department == wanted.department)
    if wanted.matter is not None:
        statement = statement.where(Task.matter == wanted.matter)
    if wanted.answered is not None:
        said = CaseRequest.answered_at
        statement = statement.where(said.is_not(None) if wanted.answered else said.is_(None))
    return statement


async def reported(session: AsyncSession, wanted: Reported) -> Sequence[Any]:
    """Each with its case's number and state and its task's matter and path, the newest first.

    Kind by kind: the index of each has its newest at hand, and only what is shown is read of them.
    """
    columns = (CaseRequest, Application.number, Application.state.label("case_state"), Task.matter, Task.path)
    newest = (CaseRequest.asked_at.desc(), CaseRequest.id.desc())
    found: list[Any] = []
    for kind in wanted.kinds:
        statement = _reported(replace(wanted, kinds=(kind,)), *columns)
        statement = statement.join(Application, Application.id == CaseRequest.application_id)
        if wanted.after is not None:
            statement = statement.where(tuple_(CaseRequest.asked_at, CaseRequest.id) < wanted.after)
        found += (await session.execute(statement.order_by(*newest).limit(wanted.limit))).all()
    return sorted(found, key=lambda row: (row[0].asked_at, row[0].id), reverse=True)[: wanted.limit]


async def count_reported(session: AsyncSession, wanted: Reported) -> dict[str, tuple[int, int]]:
    """How many were reported, and how many of them are answered, by kind."""
    counts = (func.count(), func.count(CaseRequest.answered_at))
    found = await session.execute(_reported(wanted, CaseRequest.kind, *counts).group_by(CaseRequest.kind))
    return {kind: (every, answered) for kind, every, answered in found}
