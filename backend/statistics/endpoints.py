"""How the limits were kept, for supervisors: a county's see their counties, the province's all.

GET /api/statistics?month=2026-11&county=350102&form=json|csv|xlsx   {month, lines}, or the file
"""

from __future__ import annotations

from sanic import Blueprint, Request, json, raw
from sanic.response import HTTPResponse

from backend.clock import today
from backend.edge.guard import secure_answers
from backend.errors import GuituError, NotFound
from backend.house import House
from backend.spreadsheets.writing import CONTENT_TYPES, write
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn
from backend.statistics import service

blueprint = Blueprint("statistics", url_prefix="/api/statistics")


secure_answers(blueprint)


@blueprint.get("")
@staff_only("county_supervisor", "provincial_supervisor", "administrator")
async def month(request: Request, staff: SignedIn) -> HTTPResponse:
    """One month."""
    house: House = request.app.ctx.house
    name = request.args.get("month") or f"{today():%Y-%m}"
    counties = _counties(house, staff, request.args.get("county"))
    async with house.db.reading(long=True) as session:
        lines = await service.month(session, name, counties)
    form = request.args.get("form") or "json"
    if form == "json":
        return json({"month": name, "lines": [service.as_json(line) for line in lines]})
    if form not in CONTENT_TYPES:
        raise GuituError(f"form 可以是：json、{'、'.join(CONTENT_TYPES)}。", code="form")
    content = write(form, "时效统计", service.HEAD, service.table(house, name, lines))
    disposition = f'attachment; filename="timeliness-{name}.{form}"'
    return raw(content, content_type=CONTENT_TYPES[form], headers={"Content-Disposition": disposition})


def _counties(house: House, staff: SignedIn, county: str | None) -> list[str] | None:
    if county is None:
        return list(staff.counties) if staff.counties is not None else None
    if county not in house.catalogue.counties or (staff.counties is not None and county not in staff.counties):
        raise NotFound(f"没有编号为 {county} 的县（市、区），或者它不归你看。", code="unknown_county")
    return [county]
