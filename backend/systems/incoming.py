"""What an outside system reports over HTTP: verified, taken once, answered the same again (Standard Webhooks)."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import IntegrityError

from backend.applications import repository as applications
from backend.clock import now
from backend.db.engine import Unit
from backend.departments.results import CLOCKS_APART, EARLIEST
from backend.departments.signing import good_secrets, verify
from backend.departments.states import WAITING_PAPERS
from backend.errors import Conflict, GuituError, NotFound, Unauthorised
from backend.house import House
from backend.systems import repository
from backend.systems.adapters import ADAPTERS
from backend.systems.model import SystemEvent, SystemLink
from backend.systems.registry import SYSTEMS
from backend.systems.schemas import ReportTaken

log = structlog.get_logger()

type Answer = tuple[int, dict[str, Any]]
#: (link, the parsed body, event id) → status and JSON. It commits what it does, with the event (`remember`), or raises.
type Take = Callable[[SystemLink, Any, "Event"], Awaitable[Answer]]


class Event:
    """One report that is being taken: which, and with what content."""

    def __init__(self, link: SystemLink, event_id: str, body: bytes) -> None:
        self.link = link
        self.event_id = event_id
        self.digest = hashlib.sha256(body).hexdigest()

    def remember(self, unit: Unit, status: int, answer: dict[str, Any]) -> None:
        """Write down the answer in the transaction that earned it."""
        unit.session.add(
            SystemEvent(
                link_id=self.link.id,
                event_id=self.event_id,
                body_hash=self.digest,
                status=status,
                response=answer,
                at=now(),
            )
        )


async def receive_report(house: House, system: str, headers: Mapping[str, str], body: bytes) -> Answer:
    """A report about a task. Raises Unauthorised, or Conflict for an event id used with other content."""

    async def take(link: SystemLink, report: Any, event: Event) -> Answer:
        return await apply_report(house, link, report, event)

    adapter = ADAPTERS.get(system)
    if adapter is None or adapter.reported is None:
        raise NotFound("这个系统没有回报接口。", code="unknown_system")
    return await receive(house, system, headers, body, take)


async def receive(house: House, system: str, headers: Mapping[str, str], body: bytes, take: Take) -> Answer:
    """Verify, look up, parse and take: the frame of every report."""
    link, event_id = await _sender(house, system, headers, body)
    event = Event(link, event_id, body)
    known = await _known(house, event)
    if known is not None:
        return known
    try:
        return await take(link, _parse(system, body), event)
    except GuituError as refusal:
        answer = {"error": refusal.code, "message": str(refusal), **refusal.details}
        return await _refuse(house, event, refusal.status, answer)
    except IntegrityError:
        # The same event came twice at once; the other one was first.
        known = await _known(house, event)
        if known is None:
            raise
        return known


async def _sender(house: House, system: str, headers: Mapping[str, str], body: bytes) -> tuple[SystemLink, str]:
    async with house.db.reading() as session:
        listening = await repository.listening(session, system)
    for link in listening:
        try:
            return link, verify(good_secrets(link), headers, body)
        except Unauthorised:
            continue
    log.warning("a system's report without proof was refused", system=system[:24], links=len(listening))
    raise Unauthorised("签名不对、过期或缺少。请用登记的密钥，按 Standard Webhooks 规范签名后重发。", code="bad_signature")


async def _known(house: House, event: Event) -> Answer | None:
    async with house.db.reading() as session:
        found = await repository.event_of(session, event.link.id, event.event_id)
    if found is None:
        return None
    if found.body_hash != event.digest:
        log.warning("an event id was used with other content", system=event.link.system, event_id=event.event_id)
        raise Conflict("这个事件编号已经用过，内容不同。新的结果请用新的编号。", code="event_reused", allowed=[])
    return found.status, found.response


async def _refuse(house: House, event: Event, status: int, answer: dict[str, Any]) -> Answer:
    """A refusal is an answer too: it is kept, and given again."""
    try:
        async with house.db.unit() as unit:
            event.remember(unit, status, answer)
            await unit.commit()
    except IntegrityError:
        return await _known(house, event) or (status, answer)
    return status, answer


def _parse(system: str, body: bytes) -> BaseModel:
    form = SYSTEMS[system].reports
    assert form is not None  # only systems that report have an endpoint
    try:
        report = form.model_validate_json(body)
    except ValidationError as error:
        raise invalid({".".join(map(str, each["loc"])) or "body": each["msg"] for each in error.errors()}) from None
    check_time(report)
    return report


def invalid(fields: Mapping[str, str]) -> GuituError:
    """A refusal (422) that says which fields are not as described."""
    refusal = GuituError("内容不符合接口说明，见 fields。", code="invalid_report", fields=dict(fields))
    refusal.status = 422
    return refusal


def check_time(report: BaseModel) -> None:
    """Refuse a report whose time lies more than 5 minutes ahead, or before anything was reported."""
    at = getattr(report, "at", None)
    if at is not None and at.year < EARLIEST:
        raise invalid({"at": "too long ago"})
    if at is not None and at > now() + CLOCKS_APART:
        raise invalid({"at": "ahead of our clock"})


async def apply_report(house: House, link: SystemLink, report: Any, event: Event) -> Answer:
    """Apply a report about a task and remember its answer, in one transaction."""
    async with house.db.unit() as unit:
        answer = await apply_in(unit, house, link.system, link.county, report, event.event_id)
        event.remember(unit, 200, answer)
        await unit.commit()
    return 200, answer


async def apply_in(unit: Unit, house: House, system: str, county: str, report: Any, key: str) -> dict[str, Any]:
    """Apply a report in the caller's transaction. Raises NotFound for a task that is not of this county."""
    adapter = ADAPTERS[system]
    task = await repository.task_of(unit.session, report.task, county)
    application = await applications.by_id(unit.session, task.application_id, lock=True) if task else None
    if task is None or application is None:
        raise NotFound("这里没有这项任务。请核对任务编号。", code="no_task", task=report.task)
    # Read again under the case's lock: somebody may have changed it meanwhile.
    await unit.session.refresh(task)
    if task.state == WAITING_PAPERS:
        raise Conflict("这项任务还没有分发。", code="not_dispatched", state=task.state, allowed=[])
    assert adapter.reported is not None
    reason = await adapter.reported(unit, house, application, task, report, f"{system}:{key}")
    return ReportTaken(applied=reason is None, state=task.state, reason=reason).model_dump()
