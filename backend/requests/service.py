"""Asking, listing and answering. Each command is one transaction, or a part of the caller's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import repository as applications
from backend.applications.actor import Actor, actor_of
from backend.applications.case import record
from backend.applications.model import Application
from backend.clock import now
from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.departments.model import Task
from backend.departments.states import TERMINAL
from backend.errors import Conflict, GuituError, NotFound
from backend.house import House
from backend.locale.text import T
from backend.notices.service import tell
from backend.requests import repository
from backend.requests.model import CHANGE, COMPLAINT, TOLD, URGE, CaseRequest
from backend.requests.repository import Reported, count_reported, reported

__all__ = [
    "Asked",
    "Reported",
    "answer",
    "ask",
    "count_reported",
    "of_application",
    "reported",
    "tell_window",
    "waiting",
]

LONGEST_WORDS = 500


@dataclass(frozen=True)
class Asked:
    """The request, and whether it is new: a second one while the first is open adds nothing."""

    request: CaseRequest
    new: bool


async def ask(unit: Unit, application: Application, task: Task | None, kind: str, words: str, actor: Actor | str) -> Asked:
    """Record a 催办 or a complaint in the caller's transaction. What is done needs no urging: Conflict `ended`."""
    if kind not in (URGE, COMPLAINT, *TOLD):
        raise GuituError("只有催办和投诉两种。", code="unknown_kind")
    if kind == URGE and task is not None and task.state in TERMINAL:
        raise Conflict("这一项已经有结果了，不用催。", code="ended", allowed=[COMPLAINT])
    waiting = await repository.open_of_task(unit.session, application.id, task.id if task else None, kind)
    if waiting is not None:
        return Asked(waiting, new=False)
    request = CaseRequest(
        id=new_id("q"),
        application_id=application.id,
        task_id=task.id if task else None,
        kind=kind,
        county=application.county,
        department=task.department if task else None,
        words=words.strip()[:LONGEST_WORDS],
        asked_at=now(),
    )
    unit.session.add(request)
    record(unit, application, actor, kind, task_id=request.task_id)
    await unit.session.flush()
    return Asked(request, new=True)


async def tell_window(unit: Unit, application: Application, kind: str, words: str, actor: Actor | str) -> None:
    """Let the county's window know of something, in the caller's transaction; what comes while it is open is added to it."""
    asked = await ask(unit, application, None, kind, words, actor)
    if not asked.new:
        asked.request.words = f"{asked.request.words}；{words}"[-LONGEST_WORDS:]


async def waiting(
    session: AsyncSession, actor: Actor | str, department: str | None = None, limit: int = 100
) -> Sequence[tuple[CaseRequest, str, str | None]]:
    """What is not answered yet (with number and matter), the oldest first; `department` narrows it to its officers' own."""
    return await repository.waiting(session, actor_of(actor), department, limit)


async def answer(house: House, actor: Actor | str, request_id: str, words: str, department: str | None = None) -> CaseRequest:
    """Answer in words that the veteran reads, once. Raises NotFound, GuituError without words, Conflict when answered."""
    if not words.strip():
        raise GuituError("请写回复，退役士兵会看到。", code="no_answer")
    async with house.db.unit() as unit:
        request = await repository.by_id(unit.session, actor_of(actor), department, request_id)
        if request is None:
            raise NotFound("没有这条催办或投诉，或者它不归你办。", code="no_request")
        if request.answered_at is not None:
            raise Conflict(f"{request.answered_by} 已经回复过了。", code="answered", allowed=[])
        application = await applications.by_id(unit.session, request.application_id, lock=True)
        assert application is not None  # a request points at its case
        request.answer, request.answered_by, request.answered_at = words.strip(), actor_of(actor).name, now()
        record(unit, application, actor, f"answer_{request.kind}", task_id=request.task_id)
        about = {URGE: T("催办"), CHANGE: T("加减事项")}.get(request.kind, T("反映的问题"))
        params = {"about": about, "answer": request.answer}
        await tell(unit, house, application, "request_answered", params, key=f"request:{request.id}")
        await unit.commit()
        return request


async def of_application(session: AsyncSession, application: Application) -> Sequence[CaseRequest]:
    """Everything that was asked in a case."""
    return await repository.of_application(session, application.id)
