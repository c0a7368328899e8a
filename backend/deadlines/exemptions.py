"""Outages that a supervisor decides not to hold against the departments: on record, and visible wherever a limit is shown.

Our reading of 四: the limit's end stays as it was counted, for the veteran was told it; being late shows as exempted, not late.
Decided afterwards, when it is known from when to when.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.applications.actor import Actor, actor_of
from backend.clock import local, now
from backend.deadlines import repository
from backend.deadlines.model import Exemption
from backend.errors import Forbidden, GuituError, NotFound
from backend.house import House

LONGEST = timedelta(days=31)


async def exempt(
    house: House,
    actor: Actor | str,
    county: str | None,
    department: str | None,
    began_at: datetime,
    ended_at: datetime,
    reason: str,
) -> Exemption:
    """Exempt what ran in an outage, in one transaction with the record of each case. Raises GuituError.

    county, department   None: every one; whoever is of some counties decides for one of those
    """
    _check(house, actor_of(actor), county, department, began_at, ended_at)
    async with house.db.unit() as unit:
        moment = now()
        decided = Exemption(
            county=county,
            department=department,
            began_at=began_at,
            ended_at=ended_at,
            reason=reason,
            by=actor_of(actor).name,
            at=moment,
        )
        unit.session.add(decided)
        await unit.session.flush()
        marked = await repository.exempt(unit.session, decided)
        data = {"exemption": decided.id, "from": local(began_at).isoformat(), "to": local(ended_at).isoformat()}
        events = [
            {
                "application_id": application_id,
                "task_id": task_id,
                "actor": decided.by,
                "command": "exempt",
                "reason": reason,
                "data": data,
                "at": moment,
            }
            for task_id, application_id in marked
        ]
        await repository.write_events(unit.session, events)
        decided.tasks = len(marked)
        await unit.commit()
    return decided


def _check(
    house: House, actor: Actor, county: str | None, department: str | None, began_at: datetime, ended_at: datetime
) -> None:
    if county is not None and county not in house.catalogue.counties:
        raise NotFound(f"没有编号为 {county} 的县（市、区）。", code="unknown_county")
    if department is not None and department not in house.catalogue.departments:
        raise NotFound(f"没有这个部门：{department}。", code="no_department")
    if actor.counties is not None and county not in actor.counties:
        raise Forbidden("只能对自己的县（市、区）作决定。全省的由省级督办决定。", code="wrong_county")
    if not began_at < ended_at <= began_at + LONGEST:
        raise GuituError(f"结束要在开始之后，最长{LONGEST.days}天。", code="bad_span")
    if ended_at > now():
        raise GuituError("故障结束以后再作决定，写明起止时间。", code="not_over")
