"""Who looked at whose data, and what was refused to whom, for auditors; one of a county sees the looks at that county's cases.

GET /api/access?case=&by=&id_number=&since=&until=&before=&limit=   {looks: [{at, by, what, case}], next}, the newest first

case: a number TY-… · by: who looked, a user's name or as the record names them (staff:USER) · id_number: at whose data
since, until: a day (both are meant with it) or an instant with its offset · before: `next` of the page before
GET  /api/access/refusals?by=&code=&case=&task=&since=&until=&before=&limit=
     {refusals: [{at, by, method, route, status, code, case, task, county}], next}: what was refused to staff and departments
Looking at these lists is no look at a case, and leaves none.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sanic import Blueprint, Request, json
from sanic.response import HTTPResponse

from backend.applications import service as applications
from backend.clock import SHANGHAI, local
from backend.edge.guard import secure_answers
from backend.edge.reading import MAX_SEQ, read_seq
from backend.errors import GuituError
from backend.house import House
from backend.security import repository
from backend.security.model import AccessRecord, Refusal
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn

blueprint = Blueprint("access", url_prefix="/api/access")
MOST = 200


secure_answers(blueprint)


@blueprint.get("")
@staff_only("auditor")
async def looks(request: Request, staff: SignedIn) -> HTTPResponse:
    """A page of the record."""
    house: House = request.app.ctx.house
    identity = request.args.get("id_number")
    limit = read_seq(request, "limit", MOST) or 50
    wanted = repository.Wanted(
        case_number=request.args.get("case") or None,
        by=request.args.get("by") or None,
        identity_index=applications.identity_index(house, identity) if identity else None,
        since=_moment(request, "since"),
        until=_moment(request, "until", whole_day=True),
        before=_read_cursor(request.args.get("before")),
        limit=limit,
    )
    async with house.db.reading() as session:
        found = await repository.looks(session, staff.actor, wanted)
    shown = [
        {"at": local(each.at).isoformat(timespec="seconds"), "by": each.actor, "what": each.what, "case": each.case_number}
        for each in found
    ]
    return json({"looks": shown, "next": _write_cursor(found[-1]) if len(found) == limit else None})


@blueprint.get("/refusals")
@staff_only("auditor")
async def refusals(request: Request, staff: SignedIn) -> HTTPResponse:
    """A page of what was refused."""
    house: House = request.app.ctx.house
    limit = read_seq(request, "limit", MOST) or 50
    wanted = repository.Wanted(
        case_number=request.args.get("case") or None,
        task_id=request.args.get("task") or None,
        by=request.args.get("by") or None,
        code=request.args.get("code") or None,
        since=_moment(request, "since"),
        until=_moment(request, "until", whole_day=True),
        before=_read_cursor(request.args.get("before")),
        limit=limit,
    )
    async with house.db.reading() as session:
        found = await repository.refusals(session, staff.actor, wanted)
    shown = [
        {
            "at": local(each.at).isoformat(timespec="seconds"),
            "by": each.actor,
            "method": each.method,
            "route": each.route,
            "status": each.status,
            "code": each.code,
            "case": each.case_number,
            "task": each.task_id,
            "county": each.county,
        }
        for each in found
    ]
    return json({"refusals": shown, "next": _write_cursor(found[-1]) if len(found) == limit else None})


def _moment(request: Request, name: str, whole_day: bool = False) -> datetime | None:
    """The beginning of a day in Shanghai (its end with `whole_day`), or the instant that was given."""
    given = request.args.get(name)
    if not given:
        return None
    try:
        if len(given) == len("2026-11-25"):
            day = date.fromisoformat(given) + timedelta(days=whole_day)
            return datetime.combine(day, time(), SHANGHAI)
        # A plus sign in an address is a blank.
        instant = datetime.fromisoformat(given.replace(" ", "+"))
        if instant.tzinfo is not None and 1970 < instant.year < 9999:
            return instant
    except (ValueError, OverflowError):
        pass
    raise GuituError(f"{name} 要写成 2026-11-25，或带时区的时刻。", code="invalid")


def _write_cursor(last: AccessRecord | Refusal) -> str:
    return f"{last.at.isoformat()}~{last.id}"


def _read_cursor(given: str | None) -> tuple[datetime, int] | None:
    if not given:
        return None
    moment, _, last_id = given.partition("~")
    try:
        instant = datetime.fromisoformat(moment.replace(" ", "+"))
        number = int(last_id) if last_id.isascii() and last_id.isdigit() and len(last_id) <= 16 else None
    except ValueError:
        instant, number = None, None
    if instant is None or instant.tzinfo is None or number is None or number > MAX_SEQ:
        raise GuituError("before 要用上一页给的 next。", code="bad_cursor")
    return instant, number
