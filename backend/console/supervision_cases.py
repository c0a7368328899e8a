"""The cases behind a figure: number, county, matter, state and times; nothing of a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sanic.response import HTTPResponse

from backend.clock import now
from backend.console import supervising, words
from backend.console.desk import Desk
from backend.console.paging import Listing, read_page
from backend.console.routes import page
from backend.console.shown import left_of
from backend.console.supervising import BASE, MOST_ROWS, ROLES, matter_of, named
from backend.locale.text import T, Text
from backend.statistics import figures
from backend.statistics.rules import COUNTY, DEPARTMENT, KINDS, MONTH, OPEN_KINDS

PATH = f"{BASE}/cases"
LIMIT = 20
KIND_WORDS: Mapping[str, Text] = {
    "late": T("超时办结"),
    "overdue": T("在办已超时"),
    "open": T("在办"),
    "exempted": T("豁免"),
    "on_time": T("按时办结"),
    "ended": T("办结"),
    "received": T("接收"),
}
HEAD: Sequence[Text] = (
    T("编号"),
    T("县（市、区）"),
    T("部门"),
    T("事项"),
    T("状态"),
    T("部门收到"),
    T("时限"),
    T("办结时间"),
    T("豁免"),
)


@page("/supervision/cases", *ROLES)
async def listing(desk: Desk) -> HTTPResponse:
    """A page of them, of one kind and, unless they are open now, one month."""
    asked, form = supervising.read_asked(desk), supervising.form_of(desk)
    kind = desk.asked("kind") if desk.asked("kind") in KINDS else "late"
    month = desk.asked("month") if desk.asked("month") in figures.choices() else asked.last
    of_now = kind in OPEN_KINDS
    wanted = supervising.of_month(asked, month).wanted
    here = read_page(desk.asked("after"))
    moment = now()
    offset, limit = (0, MOST_ROWS) if form else (here * LIMIT, LIMIT + 1)
    async with desk.house.db.reading(long=True) as session:
        found = await figures.tasks(session, kind, wanted, moment, offset, limit)
    if form:
        head = [desk.say(each) for each in HEAD]
        name = f"cases-{kind}" if of_now else f"cases-{kind}-{month}"
        return supervising.file_of(form, name, "个案", head, [_line(desk, row) for row in found])
    query = asked.query(by="", kind=kind, month="" if of_now else month)
    after = str(here + 2) if len(found) > LIMIT else None
    return desk.page(
        "supervision/cases.html",
        **supervising.choices(desk, asked),
        kind=kind,
        kinds=[(each, desk.say(text)) for each, text in KIND_WORDS.items()],
        month=month,
        of_now=of_now,
        months_beside=[] if of_now else await _months(desk, asked, kind, month),
        rows=[(row, _shown(desk, row, moment)) for row in found[:LIMIT]],
        head=HEAD,
        listing=Listing(PATH, query, cursor=str(here + 1) if here else None, after=after),
        file=lambda form: asked.address(PATH, by="", kind=kind, month=month, form=form),
        opens=supervising.near(desk),
    )


async def _months(desk: Desk, asked: supervising.Asked, kind: str, month: str) -> list[tuple[str, int, str, bool]]:
    """The months that were asked for, with how many of the kind each has, and where they are."""
    await figures.asked_for(desk.house, asked.wanted.months)
    async with desk.house.db.reading() as session:
        sums = await figures.sums(session, asked.wanted, MONTH, MONTH, False)
    counts = {each.key: int(getattr(each, kind)) for each in sums}
    return [
        (named(desk, MONTH, each), counts.get(each, 0), asked.address(PATH, by="", kind=kind, month=each), each == month)
        for each in asked.wanted.months
    ]


def _shown(desk: Desk, row: Any, moment: datetime) -> dict[str, Any]:
    late = row.done_at is not None and row.due_at is not None and row.done_at > row.due_at
    left = None
    if late or row.done_at is None:
        left = left_of(desk.house, row.due_at, row.county, row.done_at or moment)
    if left is not None and left[1] != "bad" and row.due_at is not None and row.due_at < (row.done_at or moment):
        # Late by less than a minute of working time: in the night, or on a day off.
        left = (T("超时"), "bad")
    return {
        "county": named(desk, COUNTY, row.county, short=True),
        "department": named(desk, DEPARTMENT, row.department),
        "matter": matter_of(desk, row.matter, row.path),
        "left": left,
    }


def _line(desk: Desk, row: Any) -> list[object]:
    times = [supervising.moment(each) for each in (row.received_at, row.due_at, row.done_at)]
    return [
        row.number,
        named(desk, COUNTY, row.county),
        named(desk, DEPARTMENT, row.department),
        matter_of(desk, row.matter, row.path),
        desk.say(words.named(words.TASK_STATES, row.state)),
        *times,
        desk.say(T("是")) if row.exemption_id is not None else "",
    ]
