"""The soldiers a county expects: its list, their archives, and where the list and the applications do not agree. # notice 四(一)"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from sanic.response import HTTPResponse

from backend.applications import service as applications
from backend.archives import desk as archives
from backend.archives import service
from backend.archives.desk import Listed
from backend.clock import today
from backend.console import county as place
from backend.console.desk import Desk
from backend.console.paging import Listing, read_page
from backend.console.routes import action, page
from backend.errors import GuituError
from backend.interview.display import show_value
from backend.locale.text import T, Text
from backend.security.masking import mask_id_number, mask_name
from backend.spreadsheets.reading import BadSheet
from backend.spreadsheets.writing import write_sheet

LIST = "/console/archives"
VIEWS: Mapping[str, Text] = {
    archives.ALL: T("名单上的人"),
    archives.MISSING: T("档案没到"),
    archives.UNAPPLIED: T("档案到了，还没申请"),
    archives.DIFFERS: T("和申请对不上"),
    archives.APPLICANTS: T("申请了，档案没到"),
}
SHOWN_IMPORTS = 5


@page("/archives", "window", "reviewer", "county_supervisor")
async def listing(desk: Desk) -> HTTPResponse:
    """The list, narrowed, sorted and paged in the database."""
    return await _show(desk)


@page("/archives/template.xlsx", "reviewer")
async def template(desk: Desk) -> HTTPResponse:
    """An empty list with its head."""
    content = write_sheet("退役士兵名单", [column.head for column in service.COLUMNS], [])
    return place.download("template.xlsx", content)


@action("/archives/import", "reviewer")
async def take(desk: Desk) -> HTTPResponse:
    """Take a list, whole or not at all."""
    county = place.county_of(desk)
    try:
        done = await service.import_list(desk.house, desk.staff.actor, county, place.uploaded(desk))
    except GuituError as error:
        if error.status == 404:
            raise
        return await _show(desk, error)
    if done.again:
        return desk.go(_address(county), T("这个文件以前收过，共{rows}行，什么也没有变。"), rows=done.rows)
    said = T("收下{rows}行：新的{new}人，{matched}人对上了申请，其中{archives}份申请登记了档案收到。")
    return desk.go(_address(county), said, rows=done.rows, new=done.new, matched=done.matched, archives=done.archives)


@action("/archives/arrived", "reviewer")
async def arrived(desk: Desk) -> HTTPResponse:
    """An archive has come, of somebody on the list or of an applicant who is on none."""
    county, form = place.county_of(desk), desk.form
    try:
        if form.one("number"):
            version = form.number("version")
            await applications.record_archive(desk.house, form.one("number"), desk.staff.actor, version)
        else:
            await archives.record_arrival(desk.house, desk.staff.actor, county, form.number("soldier"), _day(form.one("day")))
    except GuituError as error:
        if error.status == 404:
            raise
        return await _show(desk, error)
    return desk.go(desk.back(form.one("back"), LIST), T("已登记收到档案。"))


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise GuituError("收到日期要写成 2026-09-15 这样。", code="bad_day") from None


def _address(county: str, **more: str) -> str:
    return f"{LIST}?{urlencode({'county': county, **{name: value for name, value in more.items() if value}})}"


async def _show(desk: Desk, error: GuituError | None = None) -> HTTPResponse:
    county, year = place.county_of(desk), place.year_of(desk)
    view = desk.asked("view") if desk.asked("view") in VIEWS else archives.ALL
    columns = ("submitted",) if view == archives.APPLICANTS else archives.COLUMNS
    by = desk.asked("by") if desk.asked("by") in columns else columns[0]
    asked = re.sub(r"\s", "", desk.asked("words"))[:18].upper()
    wanted = archives.Wanted(county, year, view, by, desk.asked("descending") == "1", read_page(desk.asked("page")))
    house, actor = desk.house, desk.staff.actor
    async with house.db.reading() as session:
        found, count = await archives.listing(session, house, actor, wanted, asked)
        counts = await archives.counts(session, house, actor, county, year)
        imports = await archives.imports(session, house, actor, county, SHOWN_IMPORTS)
    query = {"county": county, "year": str(year), "view": view if view != archives.ALL else "", "words": asked}
    shown = Listing(LIST, query, by, wanted.descending, page=wanted.page, count=count, limit=wanted.limit)
    return desk.page(
        "archives/list.html",
        status=error.status if error is not None else 200,
        wrong=str(error) if error is not None else None,
        problems=error.problems if isinstance(error, BadSheet) else [],
        rows=[_row(desk, each) for each in found],
        listing=shown,
        county=county,
        counties=place.choices(desk),
        year=str(year),
        years=place.years(),
        view=view,
        views=[(each, name, counts[each], _address(county, year=str(year), view=each)) for each, name in VIEWS.items()],
        asked=asked,
        imports=imports,
        today=today().isoformat(),
        may_record="reviewer" in desk.staff.roles,
        back=_back(desk, shown),
    )


def _back(desk: Desk, shown: Listing) -> str:
    """Where a form of the list leads back to: the same page of the same view."""
    query = {**shown.query, "by": shown.by, "descending": "1" if shown.descending else "", "page": str(shown.page + 1)}
    return f"{LIST}?{urlencode({name: value for name, value in query.items() if value})}"


def _row(desk: Desk, line: Listed) -> dict[str, Any]:
    facts: Mapping[str, Any] = line.soldier.facts if line.soldier is not None else {}
    answers: Mapping[str, Any] = line.application.answers if line.application is not None else {}
    said = facts or answers
    return {
        "soldier": line.soldier,
        "application": line.application,
        "name": mask_name(str(said["name"])),
        "id_number": mask_id_number(str(said["id_number"])),
        "differences": [_difference(desk, line, name) for name in line.differences],
    }


def _difference(desk: Desk, line: Listed, name: str) -> dict[str, Any]:
    """A field as the list has it and as the application has it, masked."""
    assert line.soldier is not None and line.application is not None  # nothing differs from nothing
    script, catalogue = desk.house.script, desk.house.catalogue_of(line.application)
    answered = line.application.answers.get(name)
    return {
        "label": script.questions[name].label,
        "listed": show_value(script, catalogue, name, line.soldier.facts[name]),
        "applied": show_value(script, catalogue, name, answered) if answered is not None else T("没有填"),
    }
