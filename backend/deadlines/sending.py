"""What staff are sent of a limit, by SMS and by mail, and to whom (notice 四).

It holds nothing of a person: the task's id, the last digits of the case, the matter, the county and the limit's end.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.applications import repository as applications
from backend.catalogue.build import places
from backend.channels.mail import service as mail
from backend.channels.sms import service as sms
from backend.channels.sms.outgoing import template
from backend.db.engine import Unit
from backend.deadlines.rules import PUSH_FAILING, READS, STUCK
from backend.departments import repository as departments
from backend.departments.model import Task
from backend.house import House
from backend.locale.text import SOURCE_LANGUAGE, Joined, T, Text, render
from backend.security.masking import mask_case_number
from backend.staff import service as staff
from backend.time_limits.rules import FOUR_FIFTHS, HALF, OVERDUE

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
SUBJECTS: Mapping[str, Text] = {
    HALF: T("{county}{matter}：时限已过半，最晚{due}办结"),
    FOUR_FIFTHS: T("{county}{matter}：时限快到了，最晚{due}办结"),
    OVERDUE: T("{county}{matter}：已超过时限{due}"),
    PUSH_FAILING: T("{county}{matter}：一小时推送不到承办单位"),
    STUCK: T("{county}{matter}：三天推送不到承办单位"),
}
#: What to do, in the words of a mail.
TO_DO: Mapping[str, Text] = {
    HALF: T("请安排办理，办好后登记结果；缺材料或者不归本单位办的，请尽早登记。"),
    FOUR_FIFTHS: T("请优先办理，到时限前登记结果；缺材料或者不归本单位办的，请马上登记。"),
    OVERDUE: T("请联系承办单位，问清卡在哪里，督促尽快办结并登记结果。"),
    PUSH_FAILING: T("任务已放入承办单位的收件箱，时限照常计算。请告诉承办单位到收件箱办理，并检查他们的接口。"),
    STUCK: T("已停止推送。请联系承办单位检查接口，修好后在卡住的投递里重发。"),
}
NAME = T("归途提醒")
MATTER = T("事项：{matter}（{county}）")
CASE = T("申请：编号{case}，任务{task}")
DUE, PUSHED = T("最晚办结：{due}"), T("首次推送：{due}")
DO = T("怎么办：{todo}")
END = T("这是{window}的系统自动发出的，不用回复。登录后在提醒列表里也能看到。")


@dataclass(frozen=True)
class Receiver:
    """Whom something goes to: `name` (`unit:u_…`, `staff:USER`) is part of its key, so that who looks at a delivery knows whose it is."""

    name: str
    mobile: str | None
    mail: str | None


async def send(unit: Unit, house: House, task: Task, kind: str, roles: Collection[str], about_at: datetime) -> None:
    """Queue it for everybody who has to know in one of `roles`: each mobile and each address once, whoever shares it."""
    if not roles:
        return
    found = [each for role in roles for each in await _receivers(unit, house, task, role)]
    mobiles = {each.mobile: each.name for each in reversed(found) if each.mobile is not None}
    addresses = {each.mail: each.name for each in reversed(found) if each.mail is not None}
    params = _params(house, task, kind, about_at)
    key = f"alert:{task.id}:{kind}:{about_at:%Y%m%d%H%M%S}"
    for mobile, name in reversed(mobiles.items()):
        await _text(unit, task, kind, mobile, params, f"{key}:{name}")
    for address, name in reversed(addresses.items()):
        await _mail(unit, house, task, kind, address, params, f"{key}:{name}")


async def _receivers(unit: Unit, house: House, task: Task, role: str) -> list[Receiver]:
    """The unit that has the task, or the window; and accounts of the role there with a contact of their own. # our reading"""
    office = None
    if role == OFFICER:
        office = await departments.unit_by_id(unit.session, task.unit_id) if task.unit_id else None
    elif role == WINDOW:
        window = house.catalogue.matters[AT_WINDOW].department
        office = await departments.unit_of(unit.session, task.county, window)
    readers = [each for each, reads in READS.items() if reads == role]
    people = await staff.to_reach(unit.session, readers, task.county, task.department if role == OFFICER else None)
    offices = [Receiver(f"unit:{office.id}", office.contact_mobile, office.contact_mail)] if office is not None else []
    return [*offices, *(Receiver(f"staff:{each.username}", each.contact_mobile, each.contact_mail) for each in people)]


def _params(house: House, task: Task, kind: str, about_at: datetime) -> dict[str, Any]:
    provisional = task.provisional and kind not in (PUSH_FAILING, STUCK)
    return {
        "window": house.catalogue.signature_of(task.county),
        "county": house.catalogue.counties[task.county].short,
        "matter": house.catalogue_of(task).matters[task.matter].short,
        "due": T("{due}（暂定）", due=about_at) if provisional else about_at,
        "task": task.id,
    }


async def _text(unit: Unit, task: Task, kind: str, mobile: str, params: Mapping[str, Any], key: str) -> None:
    text = render(Text(TEXTS[kind].source, params))
    shown = {name: value for name, value in params.items() if name in places(TEXTS[kind].source)}
    made_from = template(f"alert_{kind}", VERSION, shown, SOURCE_LANGUAGE)
    await sms.queue_text(unit, mobile, text, key, template=made_from, county=task.county)


async def _mail(unit: Unit, house: House, task: Task, kind: str, address: str, params: Mapping[str, Any], key: str) -> None:
    application = await applications.by_id(unit.session, task.application_id)
    assert application is not None  # a task is always of one
    places_of = {
        **params,
        "matter": house.catalogue_of(task).matters[task.matter].name,
        "case": mask_case_number(application.number),
        "todo": TO_DO[kind],
    }
    when = PUSHED if kind in (PUSH_FAILING, STUCK) else DUE
    lines = [Text(line.source, places_of) for line in (MATTER, CASE, when, DO, END)]
    body = render(Joined([*lines[:-1], "", lines[-1]], "\n"))
    subject, name = render(Text(SUBJECTS[kind].source, params)), render(NAME)
    await mail.queue(unit, house, address, subject, f"{body}\n", name, key, task.county)
