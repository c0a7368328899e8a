"""Units that do the departments' work: who they are, where tasks are pushed, and their secrets, each shown once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from sanic.response import HTTPResponse

from backend.administration import service as administration
from backend.console.desk import Desk
from backend.console.paging import Listing, read_page
from backend.console.routes import action, page
from backend.console.settings import ADMINISTRATOR, HOME, changes_of, counties_of
from backend.departments import repository, service
from backend.departments.model import DepartmentUnit
from backend.departments.repository import UnitList
from backend.departments.units import LONGEST_GRACE
from backend.errors import Conflict, GuituError, NotFound
from backend.locale.text import T

LIST = f"{HOME}/units"
COLUMNS = ("name", "county", "department")
STATES = {"working": True, "retired": False, "all": None}
#: How long the old secret stays good, in hours, to choose from. 0: it may be in wrong hands and ends now.
GRACES = (24, 72, 168, 0)


@page("/settings/units", *ADMINISTRATOR)
async def listing(desk: Desk) -> HTTPResponse:
    """The list: narrowed, sorted and paged in the database."""
    departments = desk.house.catalogue.departments
    counties = counties_of(desk)
    county = desk.asked("county") if desk.asked("county") in dict(counties) else ""
    department = desk.asked("department") if desk.asked("department") in departments else ""
    state = desk.asked("state") if desk.asked("state") in STATES else "working"
    by = desk.asked("by") if desk.asked("by") in COLUMNS else "county"
    wanted = UnitList(
        county=county or None,
        department=department or None,
        working=STATES[state],
        words=desk.asked("words")[:40] or None,
        by=by,
        descending=desk.asked("descending") == "1",
        page=read_page(desk.asked("page")),
    )
    async with desk.house.db.reading() as session:
        found, count = await repository.unit_list(session, desk.staff.actor.counties, wanted)
        last = await repository.last_reports(session, [each.id for each in found])
    query = {
        "words": wanted.words or "",
        "county": county,
        "department": department,
        "state": state if state != "working" else "",
    }
    every = ("", desk.say(T("全部")))
    return desk.page(
        "settings/units.html",
        units=found,
        last=last,
        listing=Listing(LIST, query, by, wanted.descending, page=wanted.page, count=count, limit=wanted.limit),
        query={**query, "state": state},
        counties=[every, *counties],
        departments=[every, *((code, desk.say(each.short)) for code, each in departments.items())],
        place=LIST,
    )


@page("/settings/units/new", *ADMINISTRATOR)
async def new(desk: Desk) -> HTTPResponse:
    """The form of a new unit."""
    return await _show(desk, None)


@action("/settings/units/new", *ADMINISTRATOR)
async def create(desk: Desk) -> HTTPResponse:
    """Make it, and show its secret this once."""
    if not desk.staff.proved:
        return desk.go(f"/console/prove?next={LIST}/new")
    form = desk.form
    try:
        if form.one("county") not in dict(counties_of(desk)):
            raise GuituError("请选县（市、区）和部门。", code="unknown_code")
        given = (form.one("county"), form.one("department"), form.one("name"), form.one("endpoint") or None)
        added = await service.add_unit(desk.house, *given, areas=read_areas(form.one("areas")), by=desk.staff.actor.name)
    except GuituError as error:
        return await _show(desk, None, wrong=str(error), status=error.status)
    return desk.page("settings/secret.html", unit=added, secret=added.secret, until=None, place=LIST)


@page("/settings/units/<unit:str>", *ADMINISTRATOR)
async def one(desk: Desk, unit: str) -> HTTPResponse:
    """One unit, to be changed."""
    return await _show(desk, await _find(desk, unit))


@action("/settings/units/<unit:str>", *ADMINISTRATOR)
async def change(desk: Desk, unit: str) -> HTTPResponse:
    """Another name, address, areas; where reminders go."""
    form, found = desk.form, await _find(desk, unit)
    try:
        await service.change(
            desk.house,
            unit,
            form.number("version"),
            name=form.one("name"),
            endpoint=form.one("endpoint") or None,
            areas=read_areas(form.one("areas")),
            by=desk.staff.actor.name,
        )
    except GuituError as error:
        return await _refused(desk, found, error)
    return desk.go(f"{LIST}/{unit}", T("已保存，马上生效。"))


@action("/settings/units/<unit:str>/contact", *ADMINISTRATOR)
async def contact(desk: Desk, unit: str) -> HTTPResponse:
    """Where reminders of limits go besides the list of alerts. An empty field takes it away, unless it was left as it was."""
    found = await _find(desk, unit)
    try:
        mobile = None if desk.form.one("no_mobile") else desk.form.one("mobile") or found.contact_mobile
        mail = None if desk.form.one("no_mail") else desk.form.one("mail") or found.contact_mail
        await service.set_contact(desk.house, unit, mobile, mail, desk.staff.actor.name)
    except GuituError as error:
        return await _refused(desk, found, error)
    return desk.go(f"{LIST}/{unit}", T("提醒的去处已保存。"))


@action("/settings/units/<unit:str>/default", *ADMINISTRATOR)
async def default(desk: Desk, unit: str) -> HTTPResponse:
    """It gets what no area is named for."""
    found = await _find(desk, unit)
    try:
        await service.make_default(desk.house, unit, desk.staff.actor.name, desk.form.number("version"))
    except Conflict as error:
        return await _refused(desk, found, error)
    return desk.go(f"{LIST}/{unit}", T("已设为默认单位。"))


@action("/settings/units/<unit:str>/retire", *ADMINISTRATOR)
async def retire(desk: Desk, unit: str) -> HTTPResponse:
    """Nothing new comes to it any more."""
    found = await _find(desk, unit)
    try:
        await service.retire(desk.house, unit, desk.staff.actor.name, desk.form.number("version"))
    except Conflict as error:
        return await _refused(desk, found, error)
    return desk.go(f"{LIST}/{unit}", T("已撤下：不再派新任务，手上的还能报结果。"))


@action("/settings/units/<unit:str>/secret", *ADMINISTRATOR)
async def secret(desk: Desk, unit: str) -> HTTPResponse:
    """A new secret, shown this once; both are good until the old one ends. After a proof, as all that opens something."""
    found = await _find(desk, unit)
    if not desk.staff.proved:
        return desk.go(f"/console/prove?next={quote(f'{LIST}/{unit}', safe='')}")
    hours = desk.form.one("grace")
    if hours not in map(str, GRACES):
        raise GuituError("请选旧密钥还能用多久。", code="invalid")
    grace = min(timedelta(hours=int(hours)), LONGEST_GRACE)
    given = await service.rotate_secret(desk.house, unit, grace, desk.staff.actor.name)
    found = await _find(desk, unit)
    return desk.page(
        "settings/secret.html", unit=found, secret=given, until=found.previous_until if grace else None, place=LIST
    )


def read_areas(given: str) -> list[str]:
    """Areas as they were typed: a line each, or with commas between."""
    return [area for area in re.split(r"[\s,，、;；]+", given) if area]


async def _find(desk: Desk, unit_id: str) -> DepartmentUnit:
    async with desk.house.db.reading() as session:
        found = await repository.unit_by_id(session, unit_id)
    if found is None or not desk.staff.actor.reaches(found.county):
        raise NotFound("没有这个单位，或者它不归你管。", code="no_unit")
    return found


async def _refused(desk: Desk, unit: DepartmentUnit, error: GuituError) -> HTTPResponse:
    # What somebody else has changed is shown; what was typed on the older one is not put over it.
    typed = not isinstance(error, Conflict) and "name" in desk.form.fields
    return await _show(desk, await _find(desk, unit.id), wrong=str(error), status=error.status, typed=typed)


async def _show(
    desk: Desk, unit: DepartmentUnit | None, *, wrong: str | None = None, status: int = 200, typed: bool = True
) -> HTTPResponse:
    events: list[Any] = []
    last = None
    if unit is not None:
        async with desk.house.db.reading() as session:
            events = [
                (each, changes_of(desk, each)) for each in await administration.history(session, administration.UNIT, unit.id)
            ]
            last = (await repository.last_reports(session, [unit.id])).get(unit.id)
    form = desk.form
    posted = desk.request.method == "POST" and typed
    catalogue = desk.house.catalogue
    choose = ("", desk.say(T("请选择")))
    return desk.page(
        "settings/unit.html",
        status=status,
        unit=unit,
        last=last,
        name=form.one("name") if posted else unit.name if unit else "",
        endpoint=form.one("endpoint") if posted else (unit.endpoint or "") if unit else "",
        areas=form.one("areas") if posted else "、".join(unit.areas) if unit else "",
        county=form.one("county") or desk.asked("county"),
        department=form.one("department") or desk.asked("department"),
        counties=[choose, *counties_of(desk)],
        departments=[choose, *((code, desk.say(each.short)) for code, each in catalogue.departments.items())],
        graces=[
            (str(hours), desk.say(T("{count}小时", count=hours) if hours else T("马上作废（怀疑泄露时）"))) for hours in GRACES
        ],
        events=events,
        place=LIST,
        wrong=wrong,
    )
