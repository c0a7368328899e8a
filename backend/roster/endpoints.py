"""The roster over HTTP (notice 三(二), 附表).

POST /api/roster/<number>/units              {version, large, brigade}   window: typed from the certificate
GET  /api/roster/<number>/units              {large, brigade}            window; each look is recorded
GET  /api/roster?county=&year=               {rows: [{number, name, typed, handed_over}]}
POST /api/roster/exports                     {county, year?}   201 {export, password, waiting}: the password is told this once
GET  /api/roster/exports?county=             {exports: […]}
GET  /api/roster/exports/<id>/file           the encrypted .xlsx, until it is handed over
POST /api/roster/exports/<id>/handed-over           {to, way}
POST /api/roster/exports/<id>/password-handed-over  {way, to?}: another way than the file's
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sanic import Blueprint, Request, empty, json, raw
from sanic.response import HTTPResponse

from backend.clock import local
from backend.edge.guard import secure_answers
from backend.edge.reading import read_json, read_seq
from backend.errors import GuituError
from backend.house import House
from backend.roster import schemas, service
from backend.roster.model import RosterExport
from backend.roster.rules import Units
from backend.security.masking import mask_name
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn

blueprint = Blueprint("roster", url_prefix="/api/roster")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


secure_answers(blueprint)


def _house(request: Request) -> House:
    house: House = request.app.ctx.house
    return house


@blueprint.get("")
@staff_only("window", "reviewer")
async def rows(request: Request, staff: SignedIn) -> HTTPResponse:
    """Who has reported in, whose units are typed, who was handed over."""
    county = request.args.get("county") or ""
    if not county:
        raise GuituError("请写明是哪个县（市、区）：county=六位编号。", code="no_county")
    year = read_seq(request, "year", 9999) or None
    found = await service.collected(_house(request), staff.actor, county, year)
    return json(
        {
            "rows": [
                {
                    "number": each.application.number,
                    "name": mask_name(each.application.answers["name"]),
                    "typed": each.units is not None,
                    "handed_over": each.handed_over,
                }
                for each in found
            ]
        }
    )


@blueprint.post("/<number:str>/units")
@staff_only("window")
async def type_units(request: Request, staff: SignedIn, number: str) -> HTTPResponse:
    """Type the two columns. The answer does not repeat them."""
    given = read_json(request, schemas.UnitsIn)
    await service.type_units(_house(request), number, staff.actor, Units(given.large, given.brigade), given.version)
    return empty()


@blueprint.get("/<number:str>/units")
@staff_only("window")
async def show_units(request: Request, staff: SignedIn, number: str) -> HTTPResponse:
    """What was typed; null where nothing was."""
    units = await service.show_units(_house(request), number, staff.actor)
    return json({"large": units.large if units else None, "brigade": units.brigade if units else None})


@blueprint.post("/exports")
@staff_only("reviewer")
async def export(request: Request, staff: SignedIn) -> HTTPResponse:
    """Write the roster of what was not handed over yet."""
    given = read_json(request, schemas.ExportIn)
    made = await service.export(_house(request), staff.actor, given.county, given.year)
    return json({"export": _as_json(made.export, made.cases), "password": made.password, "waiting": made.waiting}, status=201)


@blueprint.get("/exports")
@staff_only("reviewer", "armed_forces", "auditor")
async def exports(request: Request, staff: SignedIn) -> HTTPResponse:
    """What was exported for the asker's counties and how it went on, the newest first."""
    found = await service.exports(_house(request), staff.actor, request.args.get("county") or None)
    return json({"exports": [_as_json(each, numbers) for each, numbers in found]})


@blueprint.get("/exports/<export_id:str>/file")
@staff_only("reviewer")
async def file(request: Request, staff: SignedIn, export_id: str) -> HTTPResponse:
    """The encrypted file."""
    found, content = await service.fetch(_house(request), export_id, staff.actor)
    name = f"roster-{found.county}-{local(found.made_at):%Y%m%d-%H%M}.xlsx"
    return raw(content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@blueprint.post("/exports/<export_id:str>/handed-over")
@staff_only("reviewer")
async def handed_over(request: Request, staff: SignedIn, export_id: str) -> HTTPResponse:
    """The file went to the armed-forces department. # notice 三(二)"""
    given = read_json(request, schemas.HandedOverIn)
    found = await service.hand_over(_house(request), export_id, staff.actor, given.to, given.way)
    return json({"export": _as_json(found)})


@blueprint.post("/exports/<export_id:str>/password-handed-over")
@staff_only("reviewer")
async def password_handed_over(request: Request, staff: SignedIn, export_id: str) -> HTTPResponse:
    """The password went, by another way."""
    given = read_json(request, schemas.PasswordHandedOverIn)
    found = await service.hand_over_password(_house(request), export_id, staff.actor, given.way, given.to)
    return json({"export": _as_json(found)})


def _as_json(each: RosterExport, numbers: list[str] | None = None) -> dict[str, Any]:
    return {
        "id": each.id,
        "county": each.county,
        "made_by": each.made_by,
        "made_at": _at(each.made_at),
        "rows": each.row_count,
        "sha256": each.sha256,
        "fetched": each.fetched,
        "handed_over": {
            "at": _at(each.handed_over_at),
            "by": each.handed_over_by,
            "to": each.handed_over_to,
            "way": each.handed_over_way,
        },
        "password_handed_over": {
            "at": _at(each.password_at),
            "by": each.password_by,
            "to": each.password_to,
            "way": each.password_way,
        },
        **({"cases": numbers} if numbers is not None else {}),
    }


def _at(moment: datetime | None) -> str | None:
    return local(moment).isoformat(timespec="seconds") if moment else None
