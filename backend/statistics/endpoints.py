"""How the limits were kept, for supervisors: a county's see their counties, the province's all.

GET /api/statistics?month=2026-11&county=350102&form=json|csv|xlsx          {month, lines}, or the file
GET /api/statistics/satisfaction?month=2026-11&county=350102&form=…         {month, lines}, or the file
GET /api/statistics/satisfaction/words?month=2026-11&county=350102         {month, words}: without a name, the newest 200
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sanic import Blueprint, Request, json, raw
from sanic.response import HTTPResponse

from backend.clock import today
from backend.edge.guard import secure_answers
from backend.errors import GuituError, NotFound
from backend.house import House
from backend.spreadsheets.writing import CONTENT_TYPES, write
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn
from backend.statistics import satisfaction, service

blueprint = Blueprint("statistics", url_prefix="/api/statistics")


LOOKERS = ("county_supervisor", "provincial_supervisor", "administrator")

secure_answers(blueprint)


@blueprint.get("")
@staff_only(*LOOKERS)
async def month(request: Request, staff: SignedIn) -> HTTPResponse:
    """How the limits were kept in one month."""
    house, name, counties = _asked(request, staff)
    async with house.db.reading(long=True) as session:
        lines = await service.month(session, name, counties)
    shown = [service.as_json(line) for line in lines]
    return _answer(request, name, shown, "时效统计", "timeliness", service.HEAD, service.table(house, name, lines))


@blueprint.get("/satisfaction")
@staff_only(*LOOKERS)
async def satisfied(request: Request, staff: SignedIn) -> HTTPResponse:
    """How satisfied those were whose case was completed in one month. # notice 六(三)"""
    house, name, counties = _asked(request, staff)
    async with house.db.reading(long=True) as session:
        lines = await satisfaction.month(session, name, counties)
    shown = [satisfaction.as_json(line) for line in lines]
    rows = satisfaction.table(house, name, lines)
    return _answer(request, name, shown, "满意度统计", "satisfaction", satisfaction.HEAD, rows)


@blueprint.get("/satisfaction/words")
@staff_only(*LOOKERS)
async def words(request: Request, staff: SignedIn) -> HTTPResponse:
    """What veterans wrote, the newest first; of whom is not said."""
    house, name, counties = _asked(request, staff)
    async with house.db.reading(long=True) as session:
        return json({"month": name, "words": await satisfaction.written(session, name, counties)})


def _asked(request: Request, staff: SignedIn) -> tuple[House, str, list[str] | None]:
    house: House = request.app.ctx.house
    name = request.args.get("month") or f"{today():%Y-%m}"
    return house, name, _counties(house, staff, request.args.get("county"))


def _answer(
    request: Request,
    name: str,
    lines: list[dict[str, Any]],
    title: str,
    file: str,
    head: Sequence[str],
    rows: Sequence[Sequence[object]],
) -> HTTPResponse:
    form = request.args.get("form") or "json"
    if form == "json":
        return json({"month": name, "lines": lines})
    if form not in CONTENT_TYPES:
        raise GuituError(f"form 可以是：json、{'、'.join(CONTENT_TYPES)}。", code="form")
    disposition = f'attachment; filename="{file}-{name}.{form}"'
    content = write(form, title, head, rows)
    return raw(content, content_type=CONTENT_TYPES[form], headers={"Content-Disposition": disposition})


def _counties(house: House, staff: SignedIn, county: str | None) -> list[str] | None:
    if county is None:
        return list(staff.counties) if staff.counties is not None else None
    if county not in house.catalogue.counties or (staff.counties is not None and county not in staff.counties):
        raise NotFound(f"没有编号为 {county} 的县（市、区），或者它不归你看。", code="unknown_county")
    return [county]
