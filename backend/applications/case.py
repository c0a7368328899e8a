"""Taking a case in hand, moving it by the table, and writing down who did it. Used by every command on applications."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.applications import repository, states
from backend.applications.actor import Actor, actor_of
from backend.applications.model import Application, CaseEvent
from backend.clock import now
from backend.db.engine import Unit
from backend.errors import Conflict, NotFound
from backend.locale.text import T


@dataclass(frozen=True)
class Assisted:
    """A member of staff who filled in what a veteran files. # notice 六(一), 六(三)

    consented  how the veteran consented · checked: how what was filled in was gone through with them; words of assisting.rules
    """

    actor: Actor
    consented: str
    checked: str
    since: datetime


async def take(unit: Unit, number: str, who: Actor | str, version: int | None = None) -> Application:
    """The application, held until the unit ends. Raises NotFound when there is none for `who`.

    `version` is the one the decision was made on: Conflict when the case has changed since.
    """
    application = await repository.by_number(unit.session, actor_of(who), number, lock=True)
    if application is None:
        raise NotFound(T("没有编号为 {number} 的申请，或者它不归你办。请核对编号。", number=number), code="no_application")
    if version is not None and application.version != version:
        raise Conflict(T("这份申请刚刚有变动，请刷新后再处理。"), code="stale", version=application.version)
    return application


def record(
    unit: Unit,
    application: Application,
    who: Actor | str,
    command: str,
    *,
    from_state: str | None = None,
    to_state: str | None = None,
    task_id: str | None = None,
    reason: str | None = None,
    data: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Write down what was done, in the transaction that does it."""
    unit.session.add(
        CaseEvent(
            application_id=application.id,
            task_id=task_id,
            actor=actor_of(who).name,
            command=command,
            from_state=from_state,
            to_state=to_state,
            reason=reason,
            data=data,
            at=at or now(),
        )
    )


def record_assisted(unit: Unit, application: Application, assisted: Assisted | None) -> None:
    """Write down that staff helped, in the transaction that files what they helped with."""
    if assisted is not None:
        how = {"consented": assisted.consented, "checked": assisted.checked, "since": assisted.since.isoformat()}
        record(unit, application, assisted.actor, "assist", data=how)


def move(
    unit: Unit,
    application: Application,
    who: Actor | str,
    command: str,
    *,
    reason: str | None = None,
    data: dict[str, Any] | None = None,
) -> None:
    """Move the case by the table and record it. Raises Conflict, listing what is allowed."""
    before, moment = application.state, now()
    application.state = states.after(before, command)
    if application.state != before:
        application.state_since = moment
    if application.state in states.ENDED:
        application.ended_at = moment
    record(unit, application, who, command, from_state=before, to_state=application.state, reason=reason, data=data, at=moment)
