"""The window's week: who comes when, and an applicant's time made, moved or given up. # notice 三(一)"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from babel.dates import format_date
from sanic.response import HTTPResponse

from backend.applications import lists
from backend.applications import service as applications
from backend.applications.lists import Waiting
from backend.applications.model import Application
from backend.appointments import desk as weeks
from backend.appointments import service
from backend.clock import local, today
from backend.console import county as place
from backend.console.cases import search_for
from backend.console.desk import Desk
from backend.console.routes import action, page
from backend.errors import GuituError
from backend.locale.text import SOURCE_LANGUAGE, T
from backend.security.masking import mask_id_number, mask_name

LIST = "/console/appointments"
#: Days near the ends of the calendar cannot be counted on from.
EARLIEST, LATEST = date(2020, 1, 1), date(2199, 12, 1)
FOUND = 20


@page("/appointments", "window", "reviewer", "county_supervisor")
async def week(desk: Desk) -> HTTPResponse:
    """One week."""
    county = place.county_of(desk)
    first = weeks.monday_of(_day(desk.asked("week")))
    async with desk.house.db.reading() as session:
        shown = await weeks.week(session, desk.house, desk.staff.actor, county, first)
    return desk.page(
        "appointments/week.html",
        week=shown,
        days=[(day, *_named(desk, day.date)) for day in shown.days],
        before=_address(county, first - timedelta(days=weeks.DAYS)),
        after=_address(county, first + timedelta(days=weeks.DAYS)),
        this_week=_address(county) if first != weeks.monday_of(today()) else None,
        today=today(),
        masked=lambda application: mask_name(str(application.answers["name"])),
        find=lambda start: f"{LIST}/find?{urlencode({'county': county, 'at': local(start).isoformat()})}",
        may_book="window" in desk.staff.roles,
        county=county,
        counties=place.choices(desk),
    )


@page("/appointments/find", "window")
async def find(desk: Desk) -> HTTPResponse:
    """For whom: somebody who has something to bring, found by number, name, identity number or mobile."""
    asked, at = desk.asked("words")[:200], desk.asked("at")[:40]
    async with desk.house.db.reading() as session:
        if asked:
            found = await applications.search(session, desk.staff.actor, search_for(desk, asked))
            found = [each for each in found if each.state in service.COMING]
        else:
            found = await lists.waiting(session, desk.staff.actor, Waiting(service.COMING, limit=FOUND))
        # Nobody is given a time at another county's window.
        booked = {each.id: await service.of_application(session, each) for each in found}
    if asked and len(found) == 1:
        return desk.go(f"{LIST}/{found[0].number}" + (f"?at={quote(at, safe='')}" if at else ""))
    rows = [_person(each) | {"appointment": booked[each.id]} for each in found]
    return desk.page("appointments/find.html", rows=rows, asked=asked, at=at, when=_moment(at))


@page("/appointments/<number:str>", "window")
async def one(desk: Desk, number: str) -> HTTPResponse:
    """One applicant's time."""
    return await _show(desk, number)


@action("/appointments/<number:str>/book", "window")
async def book(desk: Desk, number: str) -> HTTPResponse:
    """Make it, or move it."""
    form = desk.form
    try:
        wanted = _moment(form.one("starts_at"))
        if wanted is None:
            raise GuituError("请选一个时间。", code="no_such_time")
        made = await service.book(desk.house, number, desk.staff.actor, wanted, seen=form.one("seen"))
    except GuituError as error:
        if error.status == 404:
            raise
        return await _show(desk, number, error)
    said = T("约好了：{at}。本人会收到消息。")
    return desk.go(_address(made.county, local(made.starts_at).date()), said, at=made.starts_at)


@action("/appointments/<number:str>/cancel", "window")
async def cancel(desk: Desk, number: str) -> HTTPResponse:
    """Give it up."""
    try:
        await service.cancel(desk.house, number, desk.staff.actor, seen=desk.form.one("seen"))
    except GuituError as error:
        if error.status == 404:
            raise
        return await _show(desk, number, error)
    return desk.go(f"{LIST}/{number}", T("预约取消了。本人会收到消息。"))


def _day(given: str) -> date:
    """The day that was asked for; today for what is none."""
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return today()
    return day if EARLIEST <= day <= LATEST else today()


def _moment(given: str) -> datetime | None:
    """A time as it stands in a link or a form; None for what is none."""
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None and EARLIEST <= moment.date() <= LATEST else None


def _address(county: str, day: date | None = None) -> str:
    return f"{LIST}?{urlencode({'county': county, **({'week': day.isoformat()} if day else {})})}"


def _named(desk: Desk, day: date) -> tuple[str, str]:
    """A day's weekday and date in the reader's language."""
    chinese = desk.language == SOURCE_LANGUAGE
    weekday = format_date(day, "EEE", locale=desk.language)
    return weekday, format_date(day, "M月d日" if chinese else "d MMM", locale=desk.language)


def _person(case: Application) -> dict[str, Any]:
    name, number = mask_name(str(case.answers["name"])), mask_id_number(str(case.answers["id_number"]))
    return {"case": case, "name": name, "id_number": number}


async def _show(desk: Desk, number: str, error: GuituError | None = None) -> HTTPResponse:
    async with desk.house.db.reading() as session:
        case = await applications.by_number(session, desk.staff.actor, number)
        appointment = await service.of_application(session, case)
        free = await service.free_slots(session, desk.house, case.county)
    wanted = _moment(desk.form.one("starts_at") or desk.asked("at"))
    by_day: dict[str, list[tuple[str, str, int, bool]]] = {}
    for slot in free:
        start = local(slot.starts_at)
        line = (start.isoformat(), f"{start:%H:%M}", slot.left, wanted == slot.starts_at)
        by_day.setdefault(" ".join(_named(desk, start.date())), []).append(line)
    return desk.page(
        "appointments/one.html",
        status=error.status if error is not None else 200,
        wrong=str(error) if error is not None else None,
        case=case,
        person=_person(case),
        appointment=appointment,
        seen=service.seen_as(appointment),
        days=by_day,
        may_come=case.state in service.COMING,
        back=_address(case.county, local(appointment.starts_at).date() if appointment else None),
    )
