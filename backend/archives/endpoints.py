"""The county's list over HTTP, for its reviewers.

POST /api/archives/<county>   body: the .xlsx itself   {rows, new, matched, archives, again}
GET  /api/archives/<county>?year=&after=&limit=        {counts, rows, next}; masked
GET  /api/archives/template.xlsx                       an empty list with its head
"""

from __future__ import annotations

from dataclasses import asdict

from sanic import Blueprint, Request, json, raw
from sanic.response import HTTPResponse

from backend.archives import service
from backend.clock import today
from backend.edge.guard import secure_answers
from backend.edge.reading import read_seq
from backend.spreadsheets.writing import CONTENT_TYPE, write_sheet
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn

blueprint = Blueprint("archives", url_prefix="/api/archives")
MOST_ROWS = 500


secure_answers(blueprint)


@blueprint.get("/template.xlsx")
@staff_only("reviewer")
async def template(_request: Request, _staff: SignedIn) -> HTTPResponse:
    """An empty list."""
    content = write_sheet("退役士兵名单", [column.head for column in service.COLUMNS], [])
    return raw(content, content_type=CONTENT_TYPE, headers={"Content-Disposition": 'attachment; filename="template.xlsx"'})


@blueprint.post("/<county:str>")
@staff_only("reviewer")
async def import_list(request: Request, staff: SignedIn, county: str) -> HTTPResponse:
    """Take a list."""
    imported = await service.import_list(request.app.ctx.house, staff.actor, county, request.body)
    return json(asdict(imported), status=200 if imported.again else 201)


@blueprint.get("/<county:str>")
@staff_only("window", "reviewer", "county_supervisor")
async def listing(request: Request, staff: SignedIn, county: str) -> HTTPResponse:
    """Look at a list."""
    year = read_seq(request, "year", 9999) or today().year
    after, limit = read_seq(request, "after", 2**31 - 1), read_seq(request, "limit", MOST_ROWS) or 100
    async with request.app.ctx.house.db.reading() as session:
        return json(await service.listing(session, request.app.ctx.house, staff.actor, county, year, after, limit))
