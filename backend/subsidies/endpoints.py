"""The subsidy's money over HTTP, for finance and reviewers of a county.

GET  /api/subsidies/<county>                        {batches}
POST /api/subsidies/<county>/funds {batch, arrived_on, note}   201 {batch, waiting}
POST /api/subsidies/<county>/lists {batch}          201 {list, rows}
GET  /api/subsidies/<county>/lists/<list>/sheet.xlsx   the list for the bank
POST /api/subsidies/<county>/lists/<list>/outcomes  body: the .xlsx that came back   {taken, known, without_effect}
"""

from __future__ import annotations

from dataclasses import asdict

from sanic import Blueprint, Request, json, raw
from sanic.response import HTTPResponse

from backend.edge.guard import secure_answers
from backend.edge.reading import read_json
from backend.spreadsheets.writing import CONTENT_TYPE
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn
from backend.subsidies import schemas, service

blueprint = Blueprint("subsidies", url_prefix="/api/subsidies")
PAYERS = ("finance", "reviewer")


secure_answers(blueprint)


@blueprint.get("/<county:str>")
@staff_only(*PAYERS, "county_supervisor")
async def overview(request: Request, staff: SignedIn, county: str) -> HTTPResponse:
    """Batches, lists, and how far their payments are."""
    house = request.app.ctx.house
    async with house.db.reading() as session:
        return json({"batches": await service.overview(session, house, staff.actor, county)})


@blueprint.post("/<county:str>/funds")
@staff_only(*PAYERS)
async def funds(request: Request, staff: SignedIn, county: str) -> HTTPResponse:
    """Funds arrived. # notice 四(二)"""
    given = read_json(request, schemas.ArrivalIn)
    arrived, waiting = await service.record_arrival(
        request.app.ctx.house, staff.actor, county, given.batch, given.arrived_on, given.note
    )
    return json({"batch": arrived.batch, "waiting": waiting}, status=201)


@blueprint.post("/<county:str>/lists")
@staff_only(*PAYERS)
async def make_list(request: Request, staff: SignedIn, county: str) -> HTTPResponse:
    """Make the next list."""
    made = await service.make_list(request.app.ctx.house, staff.actor, county, read_json(request, schemas.ListIn).batch)
    return json({"list": made.id, "number": made.number, "rows": made.rows}, status=201)


@blueprint.get("/<county:str>/lists/<list_id:str>/sheet.xlsx")
@staff_only(*PAYERS)
async def sheet(request: Request, staff: SignedIn, county: str, list_id: str) -> HTTPResponse:
    """The list as the bank gets it."""
    content = await service.list_sheet(request.app.ctx.house, staff.actor, county, list_id)
    return raw(content, content_type=CONTENT_TYPE, headers={"Content-Disposition": f'attachment; filename="{list_id}.xlsx"'})


@blueprint.post("/<county:str>/lists/<list_id:str>/outcomes")
@staff_only(*PAYERS)
async def take_outcomes(request: Request, staff: SignedIn, county: str, list_id: str) -> HTTPResponse:
    """What the bank wrote back. # notice 三(四)"""
    done = await service.import_outcomes(request.app.ctx.house, staff.actor, county, list_id, request.body)
    return json(asdict(done))
