"""Appointments over HTTP, for the window; the veteran makes them in the chat.

GET  /api/appointments/<county>?from=2026-11-25&days=7   {appointments, free}; masked
POST /api/appointments {number, starts_at}               {starts_at}; one that the case had is moved
POST /api/appointments/cancel {number}                   {cancelled}
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sanic import Blueprint, Request, json
from sanic.response import HTTPResponse

from backend.appointments import schemas, service
from backend.clock import SHANGHAI, local, today
from backend.edge.guard import secure_answers
from backend.edge.reading import read_json, read_seq
from backend.errors import GuituError
from backend.security.masking import mask_name
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn

blueprint = Blueprint("appointments", url_prefix="/api/appointments")
MOST_DAYS = 31
#: Days near the ends of the calendar cannot be put into another time zone, or counted on from.
EARLIEST, LATEST = date(2020, 1, 1), date(2199, 12, 31)


secure_answers(blueprint)


@blueprint.get("/<county:str>")
@staff_only("window", "reviewer", "county_supervisor")
async def week(request: Request, staff: SignedIn, county: str) -> HTTPResponse:
    """Who comes when, and what is free: to whom the county is theirs."""
    first = _day(request.args.get("from"))
    days = read_seq(request, "days", MOST_DAYS) or 7
    house = request.app.ctx.house
    begin = datetime.combine(first, time(), SHANGHAI)
    service.check_county(house, staff.actor, county)
    async with house.db.reading() as session:
        found = await service.week(session, staff.actor, county, begin, begin + timedelta(days=days))
        free = await service.free_slots(session, house, county)
    shown = [
        {
            "number": application.number,
            "name": mask_name(application.answers["name"]),
            "state": application.state,
            "starts_at": local(each.starts_at).isoformat(timespec="minutes"),
            "place": each.place,
        }
        for each, application in found
    ]
    return json(
        {
            "appointments": shown,
            "free": [{"starts_at": slot.starts_at.isoformat(timespec="minutes"), "left": slot.left} for slot in free],
        }
    )


def _day(given: str | None) -> date:
    try:
        day = date.fromisoformat(given) if given else today()
        if not EARLIEST <= day <= LATEST:
            raise ValueError(f"{day} is no day of appointments")
        return day
    except ValueError:
        raise GuituError("from 要写成 2026-11-25 这样的日期。", code="bad_day") from None


@blueprint.post("")
@staff_only("window")
async def book(request: Request, staff: SignedIn) -> HTTPResponse:
    """Make or move one."""
    given = read_json(request, schemas.BookIn)
    made = await service.book(request.app.ctx.house, given.number, staff.actor, given.starts_at)
    return json({"starts_at": local(made.starts_at).isoformat(timespec="minutes")})


@blueprint.post("/cancel")
@staff_only("window")
async def cancel(request: Request, staff: SignedIn) -> HTTPResponse:
    """Give one up."""
    given = read_json(request, schemas.CancelIn)
    return json({"cancelled": await service.cancel(request.app.ctx.house, given.number, staff.actor)})
