"""Deliveries that are stuck, for whoever supervises a county and for the administrator.

GET  /api/deliveries/stuck?after=   {deliveries: [{id, topic, key, county, created_at, attempts: [{at, error}]}], next}
POST /api/deliveries/<id>/retry     202 {delivery}; tried again at once, and for three days more
"""

from __future__ import annotations

from sanic import Blueprint, Request, json
from sanic.response import HTTPResponse

from backend.edge.guard import secure_answers
from backend.edge.reading import read_seq
from backend.house import House
from backend.outbox import repository, service
from backend.outbox.schemas import shown
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn

blueprint = Blueprint("deliveries", url_prefix="/api/deliveries")
MOST = 50
#: Ids are 32-bit numbers on PostgreSQL.
LARGEST_ID = 2**31 - 1


secure_answers(blueprint)


def _house(request: Request) -> House:
    house: House = request.app.ctx.house
    return house


def _counties(staff: SignedIn) -> tuple[str, ...] | None:
    """What belongs to no county is the administrator's to see."""
    return None if "administrator" in staff.roles and staff.counties is None else (staff.counties or ())


@blueprint.get("/stuck")
@staff_only("county_supervisor", "administrator")
async def stuck(request: Request, staff: SignedIn) -> HTTPResponse:
    """The deliveries that were given up, oldest first, each with its attempts."""
    async with _house(request).db.reading() as session:
        rows = await repository.stuck(session, MOST, _counties(staff), read_seq(request, "after", LARGEST_ID))
        deliveries = [shown(row, await repository.attempts_of(session, row.id)) for row in rows]
    return json({"deliveries": deliveries, "next": rows[-1].id if len(rows) == MOST else None})


@blueprint.post("/<row_id:int>/retry")
@staff_only("county_supervisor", "administrator")
async def retry(request: Request, staff: SignedIn, row_id: int) -> HTTPResponse:
    """Set a stuck delivery going again."""
    row, attempts = await service.retry(_house(request), min(row_id, LARGEST_ID), staff.actor.name, _counties(staff))
    return json({"delivery": shown(row, attempts)}, status=202)
