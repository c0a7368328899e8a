"""A department's officer: what lies with it by due time, one task with all that may be done to it. # notice 四"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sanic.response import HTTPResponse

from backend.applications.revealing import MASKED
from backend.clock import now
from backend.console import words
from backend.console.desk import Desk
from backend.console.inbox_forms import CONTENTS, read_report
from backend.console.paging import Listing
from backend.console.routes import action, page
from backend.console.shown import left_of
from backend.departments import inbox
from backend.departments.inbox import CHOICES, Officer, Opened
from backend.departments.model import Task
from backend.departments.states import ABOUT_DELIVERY, DISPATCHED
from backend.departments.telling import PRODUCTS
from backend.errors import GuituError
from backend.interview.display import show_value
from backend.locale.text import T, Text
from backend.security.masking import mask_name, mask_number

LIST = "/console/inbox"
LIMIT = 20
CHOICE_WORDS: Mapping[str, Text] = {
    inbox.OPEN: T("没办完的"),
    inbox.UNDELIVERED: T("证件还没到本人手里的"),
    inbox.ENDED: T("办完的、退回的"),
}
#: Never shown in full without a reason, and hidden from the veteran's own review only by being their own.
CERTIFICATE = "certificate_number"


def _officer(desk: Desk) -> Officer:
    return Officer.of(desk.staff.actor, desk.staff.department)


@page("/inbox", "officer")
async def listing(desk: Desk) -> HTTPResponse:
    """What lies with the department, the soonest due first."""
    officer = _officer(desk)
    matters = {code: each for code, each in desk.house.catalogue.matters.items() if _does(each, officer.department)}
    choice = desk.asked("state") if desk.asked("state") in CHOICES else inbox.OPEN
    matter = desk.asked("matter") if desk.asked("matter") in matters else ""
    cursor = desk.asked("after") or None
    async with desk.house.db.reading() as session:
        found = list(await inbox.page_of(session, officer, choice, matter or None, _read_cursor(cursor), LIMIT + 1))
    after = _write_cursor(found[LIMIT - 1][0]) if len(found) > LIMIT else None
    moment = now()
    rows = [
        {
            "task": task,
            "number": application.number,
            "name": mask_name(str(application.answers["name"])),
            "matter": _named(desk, task),
            "county": desk.house.catalogue.counties[task.county].name,
            "receivable": task.state == DISPATCHED,
            "left": _left(desk, task, moment),
        }
        for task, application in found[:LIMIT]
    ]
    query = {"state": choice if choice != inbox.OPEN else "", "matter": matter}
    return desk.page(
        "inbox/list.html",
        rows=rows,
        department=desk.house.catalogue.departments[officer.department].name,
        one_county=len(desk.staff.counties or ()) == 1,
        receivable=sum(row["receivable"] for row in rows),
        listing=Listing(LIST, query, cursor=cursor, after=after),
        choice=choice,
        choices=[(each, desk.say(CHOICE_WORDS.get(each) or words.TASK_STATES[each])) for each in CHOICES],
        matter=matter,
        matters=[("", desk.say(T("全部"))), *((code, desk.say(each.short)) for code, each in matters.items())],
    )


@action("/inbox/received", "officer")
async def received(desk: Desk) -> HTTPResponse:
    """Several at once: that they are here changes nothing that anybody decided."""
    ticked = desk.form.all("tasks")[: LIMIT * 5]
    if not ticked:
        return desk.go(LIST, T("请先勾选要收下的事项。"), kind="bad")
    count = await inbox.receive_all(desk.house, _officer(desk), ticked)
    if count < len(ticked):
        return desk.go(LIST, T("收下了{count}项。其余的刚刚已有变动，没有动它们。"), count=count)
    return desk.go(LIST, T("收下了{count}项。"), count=count)


@page("/inbox/<task:str>", "officer")
async def one(desk: Desk, task: str) -> HTTPResponse:
    """One task. The look is on record."""
    return await _show(desk, task)


@action("/inbox/<task:str>/report", "officer")
async def report(desk: Desk, task: str) -> HTTPResponse:
    """What came of it: the same as a result by interface."""
    try:
        result = read_report(desk.form, task)
        reason = await inbox.report(desk.house, _officer(desk), task, desk.form.number("version"), result)
    except GuituError as error:
        if error.status == 404:
            raise
        return await _show(desk, task, error=error)
    if reason is None:
        return desk.go(f"{LIST}/{task}", T("已记下：{what}。"), what=words.REPORTS[result.result])
    if result.result == "ready":
        return desk.go(f"{LIST}/{task}", T("已记下做好了。这份要邮寄，寄出时本人会收到消息。"))
    return desk.go(f"{LIST}/{task}", T("没有变化：{why}"), kind="bad", why=reason)


@action("/inbox/<task:str>/reveal", "officer")
async def reveal(desk: Desk, task: str) -> HTTPResponse:
    """What is masked, in full: after a proof, with a reason, on record."""
    if not desk.staff.proved:
        return desk.go(f"/console/prove?next={quote(f'{LIST}/{task}', safe='')}")
    try:
        names, reason = desk.form.all("fields"), desk.form.one("reason")
        shown = await inbox.reveal_told(desk.house, _officer(desk), task, names, reason)
    except GuituError as error:
        if error.status == 404:
            raise
        return await _show(desk, task, error=error)
    return await _show(desk, task, revealed=shown)


async def _show(
    desk: Desk, task_id: str, *, revealed: dict[str, Any] | None = None, error: GuituError | None = None
) -> HTTPResponse:
    opened = await inbox.open_task(desk.house, _officer(desk), task_id)
    task, case, house = opened.task, opened.application, desk.house
    forms = [each for each in CONTENTS if any(CONTENTS[each].is_for(event) for event in opened.reports)]
    told = _told(desk, opened)
    matter = house.catalogue_of(task).matters[task.matter]
    seen = int(desk.form.one("version")) if error is not None and desk.form.one("version").isdecimal() else 0
    return desk.page(
        "inbox/one.html",
        status=error.status if error is not None else 200,
        opened=opened,
        task=task,
        case=case,
        matter=_named(desk, task),
        limit_days=matter.limit_days,
        left=_left(desk, task, now()),
        told=told,
        maskable=[(name, label) for name, label, _ in told if name in MASKED],
        revealed=revealed or {},
        product=PRODUCTS.get(matter.product or ""),
        events=list(reversed(opened.events)),
        work=[each for each in forms if each not in ABOUT_DELIVERY],
        delivering=[each for each in forms if each in ABOUT_DELIVERY],
        contents=CONTENTS,
        by_mail=case.answers.get(f"{matter.product}_delivery") == "mail",
        waits=[
            (each.removeprefix("waiting_"), desk.say(words.TASK_STATES[each]))
            for each in opened.reports
            if each.startswith("waiting_")
        ],
        papers=_papers(desk, task),
        typed=desk.form,
        wrong=desk.refusal(error) if error is not None else None,
        news=[each for each in opened.events if each.id > seen] if error is not None and error.code == "stale" else [],
    )


def _told(desk: Desk, opened: Opened) -> list[tuple[str, Text, Any]]:
    """What the department is told, masked: name of the field, what it is called, what it holds."""
    script, catalogue, answers = desk.house.script, desk.house.catalogue_of(opened.task), opened.application.answers
    shown = []
    for name in opened.told:
        if answers.get(name) is None:
            continue
        value: Any = show_value(script, catalogue, name, answers[name])
        if name == CERTIFICATE:
            value = mask_number(str(answers[name])) or value
        label = script.questions[name].label if name in script.questions else Text(name)
        shown.append((name, label, value))
    return shown


def _papers(desk: Desk, task: Task) -> list[tuple[str, str]]:
    materials = desk.house.catalogue_of(task).materials.values()
    return [
        ("", desk.say(T("不在清单里的"))),
        *((str(each.number), f"{each.number} {desk.say(each.short)}") for each in materials),
    ]


def _does(matter: Any, department: str) -> bool:
    return department in (matter.department, *(path.department for path in matter.paths.values()))


def _named(desk: Desk, task: Task) -> Text:
    matter = desk.house.catalogue_of(task).matters[task.matter]
    return matter.paths[task.path].name if task.path else matter.short


def _left(desk: Desk, task: Task, moment: datetime) -> tuple[Text | None, str]:
    """Time left of a limit that runs; of one that is over, nothing."""
    return left_of(desk.house, task.due_at if task.done_at is None else None, task.county, moment)


def _write_cursor(last: Task) -> str:
    return f"{last.due_at.isoformat() if last.due_at else ''}~{last.id}"


def _read_cursor(given: str | None) -> tuple[datetime | None, str] | None:
    if not given:
        return None
    moment, tilde, last = given.partition("~")
    try:
        due = datetime.fromisoformat(moment) if moment else None
    except ValueError:
        tilde = ""
    if not tilde or (due is not None and (due.tzinfo is None or not 2000 <= due.year <= 2200)):
        raise GuituError(T("这一页的地址不完整，请回到第一页。"), code="bad_cursor")
    return due, last
