"""A county's working days over HTTP. A change answers at once with `changed` (false when it was so already) and `change`,
its number in the list of changes; the worker then counts the open limits anew, and veterans whose day changed are told.

GET  /api/calendar/closures?county=               {closures}
POST /api/calendar/closures                       {county, days, reason}
POST /api/calendar/closures/<id>/reopening        {reason}
GET  /api/calendar/hours?county=                  {hours}
POST /api/calendar/hours                          {county, close, since, reason}
GET  /api/calendar/changes?county=                {changes}: the newest first; recounted_at is null until all is counted anew
GET  /api/calendar/years                          {years}: those that are published
POST /api/calendar/years                          {year, content}: what YEAR.yml says; the whole province's administrator
"""

from __future__ import annotations

from datetime import time

from sanic import Blueprint, Request, json
from sanic.response import HTTPResponse

from backend.calendars import schemas, service, views
from backend.edge.guard import secure_answers
from backend.edge.reading import read_json
from backend.errors import NotFound
from backend.house import House
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn

blueprint = Blueprint("calendar", url_prefix="/api/calendar")

DECIDERS = ("county_supervisor", "administrator")
LOOKERS = ("window", "reviewer", "officer", "provincial_supervisor", "auditor", *DECIDERS)


secure_answers(blueprint)


def _house(request: Request) -> House:
    house: House = request.app.ctx.house
    return house


@blueprint.get("/closures")
@staff_only(*LOOKERS)
async def closures(request: Request, staff: SignedIn) -> HTTPResponse:
    """Closures, by day, also those that were reopened."""
    house = _house(request)
    async with house.db.reading() as session:
        found = await service.closures(session, house, staff.actor, request.args.get("county") or None)
    return json({"closures": [views.closure(each) for each in found]})


@blueprint.post("/closures")
@staff_only(*DECIDERS)
async def close_days(request: Request, staff: SignedIn) -> HTTPResponse:
    """A county does not work on some days. # notice 四(八), our reading"""
    given = read_json(request, schemas.ClosuresIn)
    changed = await service.close_days(_house(request), given.county, given.days, given.reason, staff.actor, wait=False)
    return json(views.changed(changed))


@blueprint.post("/closures/<closure_id:str>/reopening")
@staff_only(*DECIDERS)
async def reopen(request: Request, staff: SignedIn, closure_id: str) -> HTTPResponse:
    """A closure does not hold after all."""
    given = read_json(request, schemas.ReopeningIn)
    if not closure_id.isascii() or not closure_id.isdigit() or len(closure_id) > 9:
        raise NotFound("没有这条停办公记录。请核对编号。", code="no_closure")
    changed = await service.reopen(_house(request), int(closure_id), given.reason, staff.actor, wait=False)
    return json(views.changed(changed))


@blueprint.get("/hours")
@staff_only(*LOOKERS)
async def hours(request: Request, staff: SignedIn) -> HTTPResponse:
    """What counties set as their close of business; 18:00 where none is."""
    house = _house(request)
    async with house.db.reading() as session:
        found = await service.hours(session, house, staff.actor, request.args.get("county") or None)
    return json({"hours": [views.hours(each) for each in found]})


@blueprint.post("/hours")
@staff_only(*DECIDERS)
async def set_hours(request: Request, staff: SignedIn) -> HTTPResponse:
    """A county sets its close of business. # notice 四(八), our reading"""
    given = read_json(request, schemas.HoursIn)
    close = time.fromisoformat(given.close)
    changed = await service.set_hours(_house(request), given.county, close, given.reason, staff.actor, given.since, wait=False)
    return json(views.changed(changed))


@blueprint.get("/changes")
@staff_only(*LOOKERS)
async def changes(request: Request, staff: SignedIn) -> HTTPResponse:
    """What changed, and whether every limit has been counted anew."""
    house = _house(request)
    async with house.db.reading() as session:
        found = await service.changes(session, house, staff.actor, request.args.get("county") or None)
    return json({"changes": [views.change(each) for each in found]})


@blueprint.get("/years")
@staff_only(*LOOKERS)
async def years(request: Request, _staff: SignedIn) -> HTTPResponse:
    """The published years; a limit beyond them is provisional (暂定)."""
    house = _house(request)
    await house.days.read()
    return json({"years": views.years(house)})


@blueprint.post("/years")
@staff_only("administrator")
async def publish_year(request: Request, staff: SignedIn) -> HTTPResponse:
    """Put in a new or corrected year, as `guitu calendar update` does. # notice 四(八), our reading"""
    given = read_json(request, schemas.YearIn)
    return json(views.changed(await service.publish_text(_house(request), given.year, given.content, staff.actor)))
