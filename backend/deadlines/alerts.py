"""Reminding staff of a limit, in their list of alerts and by SMS where a unit has a number for it (notice 四).

What is sent holds nothing of a person: the task's id, the matter, the county and the limit's end.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import structlog

from backend.catalogue.build import places
from backend.channels.sms import service as sms
from backend.channels.sms.outgoing import template
from backend.clock import now
from backend.db.engine import Unit
from backend.deadlines import repository
from backend.deadlines.model import Alert
from backend.deadlines.repository import Reader
from backend.deadlines.rules import PUSH_FAILING, STUCK, TOLD, next_after, reached
from backend.departments import clocks
from backend.departments import repository as departments
from backend.departments.model import DepartmentUnit, Task
from backend.errors import NotFound
from backend.house import House
from backend.locale.text import SOURCE_LANGUAGE, T, Text, render
from backend.time_limits.rules import FOUR_FIFTHS, HALF, OVERDUE

log = structlog.get_logger()

BATCH = 100
OFFICER, WINDOW = "officer", "window"
#: Its unit in a county is the window.
AT_WINDOW = "report_in"
#: Raise it when a text below changes: providers of templates know a wording by it.
VERSION = 1
TEXTS: Mapping[str, Text] = {
    HALF: T("【{window}】{county}{matter}时限已过半，最晚{due}办结。任务{task}"),
    FOUR_FIFTHS: T("【{window}】{county}{matter}时限快到了，最晚{due}办结。任务{task}"),
    OVERDUE: T("【{window}】{county}{matter}已超过时限{due}，请跟进。任务{task}"),
    PUSH_FAILING: T("【{window}】{county}{matter}一小时推送不到承办单位，已放入其收件箱，请跟进。任务{task}"),
    STUCK: T("【{window}】{county}{matter}三天推送不到承办单位，请跟进。任务{task}"),
}


async def remind(house: House) -> int:
    """Write the reminders that are due, each once. The worker's chore. Returns how many tasks were looked at."""
    async with house.db.reading() as session:
        waiting = await repository.to_remind(session, now(), BATCH)
    for task_id in waiting:
        try:
            async with house.db.unit() as unit:
                await _remind_of(unit, house, task_id)
                await unit.commit()
        except Exception as error:
            # It is tried again at the next round, and must not keep the others from theirs.
            log.error("a reminder could not be written", task=task_id, exc_info=error)
    return len(waiting)


async def _remind_of(unit: Unit, house: House, task_id: str) -> None:
    task = await departments.task_by_id(unit.session, task_id)
    moment = now()
    if task is None or task.next_alert_at is None or task.next_alert_at >= moment:
        return
    stages = clocks.moments(house, task) if task.done_at is None else []
    # Of several that passed while nobody looked, only the latest still says something.
    kind = reached(stages, moment)
    if await repository.set_next_alert(unit.session, task, next_after(stages, moment)) and kind is not None:
        await raise_alert(unit, house, task, kind)


async def raise_alert(unit: Unit, house: House, task: Task, kind: str) -> None:
    """Tell those who must know, once, in the caller's transaction."""
    about_at = task.dispatched_at if kind in (PUSH_FAILING, STUCK) else task.due_at
    if about_at is None:
        return
    for role in TOLD[kind]:
        if await repository.alert_exists(unit.session, task.id, kind, role, about_at):
            continue
        unit.session.add(
            Alert(
                task_id=task.id,
                kind=kind,
                role=role,
                county=task.county,
                department=task.department,
                about_at=about_at,
                at=now(),
            )
        )
        await _send(unit, house, task, kind, role, about_at)
    await unit.session.flush()


async def _send(unit: Unit, house: House, task: Task, kind: str, role: str, about_at: datetime) -> None:
    log.info("an alert", kind=kind, role=role, task=task.id, matter=task.matter, county=task.county)
    receiver = await _receiver(unit, house, task, role)
    if receiver is None or receiver.contact_mobile is None:
        return
    params = {
        "window": house.catalogue.signature_of(task.county),
        "county": house.catalogue.counties[task.county].short,
        "matter": house.catalogue_of(task).matters[task.matter].short,
        "due": about_at,
        "task": task.id,
    }
    text = render(Text(TEXTS[kind].source, params))
    key = f"alert:{task.id}:{kind}:{role}:{about_at:%Y%m%d%H%M%S}"
    shown = {name: value for name, value in params.items() if name in places(TEXTS[kind].source)}
    made_from = template(f"alert_{kind}", VERSION, shown, SOURCE_LANGUAGE)
    await sms.queue_text(unit, receiver.contact_mobile, text, key, template=made_from, county=task.county)


async def _receiver(unit: Unit, house: House, task: Task, role: str) -> DepartmentUnit | None:
    """Whose number it goes to: the unit that has the task, or the window. A supervisor has the list of alerts."""
    if role == OFFICER:
        return await departments.unit_by_id(unit.session, task.unit_id) if task.unit_id else None
    if role == WINDOW:
        window = house.catalogue.matters[AT_WINDOW].department
        return await departments.unit_of(unit.session, task.county, window)
    return None


async def see(house: House, reader: Reader, alert_id: int, by: str) -> Alert:
    """Somebody has seen an alert; the first who did stays on record. Raises NotFound when it is not theirs."""
    async with house.db.unit() as unit:
        alert = await repository.alert_by_id(unit.session, reader, alert_id)
        if alert is None:
            raise NotFound("没有这条提醒，或者它不归你看。", code="no_alert")
        if alert.seen_at is None:
            alert.seen_by, alert.seen_at = by, now()
            await unit.commit()
        return alert
