"""Taking a department's report: verified, once, by the table, and told to the veteran, in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError

from backend.applications import repository as applications
from backend.applications.ending import complete_if_ended
from backend.applications.model import Application
from backend.applications.papers import DONE_AT_CHECK_IN
from backend.clock import local, now
from backend.db.engine import Unit
from backend.db.ids import is_id
from backend.departments import outcomes, repository, signing
from backend.departments.model import DepartmentEvent, DepartmentUnit, Task
from backend.departments.schemas import ResultIn, ResultOut
from backend.departments.states import WAITING_PAPERS
from backend.errors import Conflict, GuituError, NotFound, Unauthorised
from backend.house import House

log = structlog.get_logger()

Answer = tuple[int, dict[str, Any]]
#: How far a department's clock may be from ours, ahead of now and before the dispatch alike. # our reading
AHEAD = timedelta(minutes=5)
#: Nothing was reported before; years near the beginning of the calendar cannot even be put into another time zone.
EARLIEST = 2020


async def receive_result(house: House, unit_id: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """HTTP status and JSON for a report. Raises Unauthorised, or Conflict for an event id used with other content."""
    async with house.db.reading() as session:
        sender = await repository.unit_by_id(session, unit_id) if is_id(unit_id) else None
    try:
        event_id = signing.verify(signing.good_secrets(sender) if sender else [], headers, body)
    except Unauthorised:
        log.warning("a report without proof was refused", unit=unit_id, known=sender is not None)
        raise
    assert sender is not None  # without a sender there is no secret, and nothing verifies
    digest = hashlib.sha256(body).hexdigest()
    known = await _known(house, sender, event_id, digest)
    if known is not None:
        return known
    try:
        return await _take(house, sender, event_id, digest, body)
    except GuituError as refusal:
        answer = {"error": refusal.code, "message": str(refusal), **refusal.details}
        return await _remember(house, sender, event_id, digest, refusal.status, answer)
    except IntegrityError:
        # The same event came twice at once; the other one was first.
        known = await _known(house, sender, event_id, digest)
        if known is None:
            raise
        return known


async def _known(house: House, sender: DepartmentUnit, event_id: str, digest: str) -> Answer | None:
    async with house.db.reading() as session:
        event = await repository.event_of(session, sender.id, event_id)
    if event is None:
        return None
    if event.body_hash != digest:
        log.warning("an event id was used with other content", unit=sender.id, event_id=event_id)
        raise Conflict("这个事件编号已经用过，内容不同。新的结果请用新的编号。", code="event_reused", allowed=[])
    return event.status, event.response


def _parse(body: bytes) -> ResultIn:
    try:
        result = ResultIn.model_validate_json(body)
    except ValidationError as error:
        fields = {".".join(map(str, each["loc"])) or "body": each["msg"] for each in error.errors()}
        refusal = GuituError("内容不符合接口说明，见 fields。", code="invalid_result", fields=fields)
        refusal.status = 422
        raise refusal from None
    if result.at.year < EARLIEST:
        refusal = GuituError(f"at 在{EARLIEST}年以前，请核对。", code="at_too_old", fields={"at": "too long ago"})
        refusal.status = 422
        raise refusal
    if result.at > now() + AHEAD:
        refusal = GuituError("at 比现在晚了5分钟以上，请校准时钟。", code="at_ahead", fields={"at": "ahead of our clock"})
        refusal.status = 422
        raise refusal
    return result


async def _take(house: House, sender: DepartmentUnit, event_id: str, digest: str, body: bytes) -> Answer:
    result = _parse(body)
    async with house.db.unit() as unit:
        task = await repository.task_of_unit(unit.session, sender.id, result.task)
        application = await applications.by_id(unit.session, task.application_id, lock=True) if task else None
        # Read again under the case's lock: somebody may have changed it meanwhile.
        task = await repository.task_by_id(unit.session, result.task)
        if task is None or application is None or task.unit_id != sender.id:
            raise NotFound("本单位没有这项任务。请核对任务编号。", code="no_task")
        reason = await settle(unit, house, application, task, result, f"unit:{sender.id}", event_id)
        answer = ResultOut(applied=reason is None, state=task.state, reason=reason).model_dump()
        _write(unit, sender, event_id, digest, 200, answer)
        await unit.commit()
    return 200, answer


async def settle(
    unit: Unit, house: House, application: Application, task: Task, result: ResultIn, actor: str, event_id: str
) -> str | None:
    """Take a report in the caller's transaction, whichever way it came. Returns None when applied, else why it changes nothing."""
    if task.matter in DONE_AT_CHECK_IN:
        # No secret does what needs the originals before a clerk's eyes. # notice 四(一)
        raise Conflict(
            "这一项由窗口收原件、办理报到时办结，不收部门的结果。请在窗口办理报到。",
            code="done_at_check_in",
            state=task.state,
            allowed=[],
        )
    if task.state == WAITING_PAPERS:
        raise Conflict("这项任务还没有分发。", code="not_dispatched", state=task.state, allowed=[])
    if task.dispatched_at is not None and result.at < task.dispatched_at - AHEAD:
        # The signed time decides whether it was on time, so nobody may date it back to before the department had it.
        refusal = GuituError(
            "at 比分发这项任务的时间还早，请核对时间，也请校准时钟。",
            code="at_before_dispatch",
            fields={"at": "before the dispatch"},
            dispatched_at=local(task.dispatched_at).isoformat(),
        )
        refusal.status = 422
        raise refusal
    reason = await outcomes.apply(unit, house, application, task, result, actor, event_id)
    if reason is None:
        await complete_if_ended(unit, house, application, "system")
    return reason


async def _remember(
    house: House, sender: DepartmentUnit, event_id: str, digest: str, status: int, answer: dict[str, Any]
) -> Answer:
    """A refusal is an answer too: it is kept, and given again."""
    try:
        async with house.db.unit() as unit:
            _write(unit, sender, event_id, digest, status, answer)
            await unit.commit()
    except IntegrityError:
        return await _known(house, sender, event_id, digest) or (status, answer)
    return status, answer


def _write(unit: Unit, sender: DepartmentUnit, event_id: str, digest: str, status: int, answer: dict[str, Any]) -> None:
    unit.session.add(
        DepartmentEvent(unit_id=sender.id, event_id=event_id, body_hash=digest, status=status, response=answer, at=now())
    )
