"""Limits as they run, for staff over HTTP.

GET  /api/tasks/due?county=&department=&before=&after=&limit=   {tasks, next}; an officer's own department only
GET  /api/alerts?all=1&before=&limit=                           {alerts, next}; those of the asker's roles
POST /api/alerts/<id>/seen                                      {alert}
GET  /api/exemptions                                            {exemptions}
POST /api/exemptions         {county, department, began_at, ended_at, reason}   201 {exemption}
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sanic import Blueprint, Request, json
from sanic.response import HTTPResponse

from backend.clock import now
from backend.deadlines import rules, schemas, service, views
from backend.deadlines.service import Reader
from backend.edge.guard import secure_answers
from backend.edge.reading import read_json, read_seq
from backend.errors import Forbidden, GuituError, NotFound
from backend.house import House
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn

blueprint = Blueprint("deadlines", url_prefix="/api")

SUPERVISORS = ("county_supervisor", "provincial_supervisor")
COUNTY_WIDE = ("window", "reviewer", *SUPERVISORS)
MOST = 100


secure_answers(blueprint)


def _house(request: Request) -> House:
    house: House = request.app.ctx.house
    return house


def _reader(staff: SignedIn) -> Reader:
    lists = frozenset(rules.READS[role] for role in staff.roles if role in rules.READS)
    return Reader(lists, staff.counties, staff.department)


def _department(request: Request, staff: SignedIn) -> str | None:
    """What was asked for; for one who is an officer only, their own."""
    asked: str | None = request.args.get("department") or None
    if set(COUNTY_WIDE) & set(staff.roles):
        return asked
    if staff.department is None:
        raise Forbidden("你的账号没有写明部门，请找管理员补上。", code="no_department")
    if asked not in (None, staff.department):
        raise Forbidden("只能看本部门的任务。", code="wrong_department")
    return staff.department


def _moment(request: Request, name: str) -> datetime | None:
    given = request.args.get(name)
    if not given:
        return None
    try:
        # A plus sign in an address is a blank.
        instant = datetime.fromisoformat(given.replace(" ", "+"))
        if instant.tzinfo is not None and 2000 <= instant.year <= 2100:
            return instant
    except ValueError:
        pass
    raise GuituError(f"{name} 要是带时区的时间，例如 2026-11-24T12:00:00+08:00。", code="bad_time")


@blueprint.get("/tasks/due")
@staff_only("officer", *COUNTY_WIDE)
async def due(request: Request, staff: SignedIn) -> HTTPResponse:
    """What is due, the most urgent first, with the working time left."""
    house, limit = _house(request), read_seq(request, "limit", MOST) or 50
    async with house.db.reading() as session:
        found = await service.due_list(
            session,
            house,
            staff.actor,
            county=request.args.get("county") or None,
            department=_department(request, staff),
            before=_moment(request, "before"),
            after=views.read_cursor(request.args.get("after")),
            limit=limit,
        )
    moment = now()
    rows = [views.due(house, row, moment) for row in found]
    return json({"tasks": rows, "next": views.write_cursor(found[-1].task) if len(found) == limit else None})


@blueprint.get("/alerts")
@staff_only(*rules.READS)
async def alerts(request: Request, staff: SignedIn) -> HTTPResponse:
    """What the asker must know of, the newest first; with `all=1` also what was seen or holds no more."""
    house, limit = _house(request), read_seq(request, "limit", MOST) or 50
    async with house.db.reading() as session:
        found = await service.alerts(
            session,
            _reader(staff),
            every=request.args.get("all") == "1",
            before=read_seq(request, "before") or None,
            limit=limit,
        )
    rows: list[dict[str, Any]] = [views.alert(house, *each) for each in found]
    return json({"alerts": rows, "next": found[-1][0].id if len(found) == limit else None})


@blueprint.post("/alerts/<alert_id:str>/seen")
@staff_only("officer", "window", "reviewer", "county_supervisor")
async def seen(request: Request, staff: SignedIn, alert_id: str) -> HTTPResponse:
    """The asker has seen an alert."""
    if not alert_id.isascii() or not alert_id.isdigit() or len(alert_id) > 9:
        raise NotFound("没有这条提醒，或者它不归你看。", code="no_alert")
    alert = await service.see(_house(request), _reader(staff), int(alert_id), staff.actor.name)
    return json({"alert": views.seen(alert)})


@blueprint.get("/exemptions")
@staff_only("window", "reviewer", "auditor", *SUPERVISORS)
async def exemptions(request: Request, staff: SignedIn) -> HTTPResponse:
    """Outages that were decided not to be held against the departments."""
    async with _house(request).db.reading() as session:
        found = await service.exemptions(session, staff.actor)
    return json({"exemptions": [views.exemption(each) for each in found]})


@blueprint.post("/exemptions")
@staff_only(*SUPERVISORS)
async def exempt(request: Request, staff: SignedIn) -> HTTPResponse:
    """Decide on an outage. # notice 四, our reading"""
    given = read_json(request, schemas.ExemptionIn)
    decided = await service.exempt(
        _house(request), staff.actor, given.county, given.department, given.began_at, given.ended_at, given.reason
    )
    return json({"exemption": views.exemption(decided)}, status=201)
