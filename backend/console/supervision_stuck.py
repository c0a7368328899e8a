"""Deliveries that were given up: what they are, since when, what went wrong; set going again by whoever may."""

from __future__ import annotations

from collections.abc import Collection

from sanic.response import HTTPResponse

from backend.console import supervising, words
from backend.console.desk import Desk
from backend.console.paging import Listing
from backend.console.routes import action, page
from backend.console.supervising import BASE, MOST_ROWS, ROLES, named
from backend.errors import Conflict
from backend.locale.text import T
from backend.outbox import repository, service
from backend.statistics.rules import COUNTY

PATH = f"{BASE}/stuck"
RETRIERS = ("county_supervisor", "administrator")
LIMIT = 20
#: Ids are 32-bit numbers on PostgreSQL.
LARGEST_ID = 2**31 - 1


def _counties(desk: Desk) -> Collection[str] | None:
    """What belongs to no county is the administrator's to see."""
    if desk.staff.counties is not None:
        return desk.staff.counties
    return None if "administrator" in desk.staff.roles else tuple(desk.house.catalogue.counties)


@page("/supervision/stuck", *ROLES)
async def listing(desk: Desk) -> HTTPResponse:
    """The oldest first."""
    form, given = supervising.form_of(desk), desk.asked("after")
    after = min(int(given), LARGEST_ID) if given.isascii() and given.isdigit() and len(given) < 20 and not form else 0
    limit = MOST_ROWS if form else LIMIT + 1
    async with desk.house.db.reading() as session:
        found = await repository.stuck(session, limit, _counties(desk), after)
        last = await repository.last_attempts(session, [row.id for row in found])
    # An error can quote what the other side answered; it is for those who mend it.
    mends = bool(set(RETRIERS) & set(desk.staff.roles))
    if form:
        texts = (
            T("投递"),
            T("县（市、区）"),
            T("从何时起"),
            T("最后一次"),
            T("试了几次"),
            *((T("出了什么错"),) if mends else ()),
        )
        head = [desk.say(each) for each in texts]
        rows = [
            [
                desk.say(words.named(words.TOPICS, row.topic)),
                named(desk, COUNTY, row.county) if row.county else "",
                supervising.moment(row.created_at),
                supervising.moment(last[row.id].at) if row.id in last else "",
                row.attempts,
                *([last[row.id].error if row.id in last else ""] if mends else []),
            ]
            for row in found
        ]
        return supervising.file_of(form, "stuck", "卡住的投递", head, rows)
    shown = found[:LIMIT]
    return desk.page(
        "supervision/stuck.html",
        tabs=supervising.choices(desk, supervising.read_asked(desk))["tabs"],
        rows=[
            (
                row,
                words.named(words.TOPICS, row.topic),
                named(desk, COUNTY, row.county) if row.county else "—",
                last.get(row.id),
            )
            for row in shown
        ],
        mends=mends,
        listing=Listing(PATH, {}, cursor=given or None, after=str(shown[-1].id) if len(found) > LIMIT else None),
        file=lambda form: f"{PATH}?form={form}",
    )


@action("/supervision/stuck/<row:int>/retry", *RETRIERS)
async def retry(desk: Desk, row: int) -> HTTPResponse:
    """Try again at once, and for three days more."""
    try:
        await service.retry(desk.house, min(row, LARGEST_ID), desk.staff.actor.name, _counties(desk))
    except Conflict as error:
        return desk.go(PATH, T("没有变化：{why}"), kind="bad", why=str(error))
    return desk.go(PATH, T("已重新投递，会再试三天。"))
