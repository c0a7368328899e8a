"""The outside systems' interface, signed; and for staff: how each is reached, what was sent, and the files.

POST /api/systems/<system>/reports            signed; party_members, league, post
POST /api/systems/hall/applications           signed; an application that was begun in the province's hall
GET  /api/systems                             {systems}; supervisors and administrator
GET  /api/systems/exchanges?number=           {exchanges}; what was sent about a case, without what was in it
POST /api/systems/<system>/files/out?county=&form=xlsx|csv&again=FILE_ID   what waits, or an earlier file's rows; reviewer
POST /api/systems/<system>/files/in?county=   a result file as the body; {rows, applied}; reviewer
GET  /api/systems/<system>/months/<month>?form=&county=      the timeliness of a month; supervisors
"""

from __future__ import annotations

from sanic import Blueprint, Request, json, raw
from sanic.response import HTTPResponse

from backend.db.ids import is_id
from backend.edge.guard import secure_answers
from backend.edge.signed import Described, described
from backend.errors import Forbidden, GuituError
from backend.house import House
from backend.spreadsheets.writing import CONTENT_TYPES, XLSX
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn
from backend.systems import begun, files, incoming, links, timeliness, views
from backend.systems.registry import PROVINCE
from backend.systems.schemas import HallApplication, HallTaken, LeagueResult, MailResult, PartyResult, ReportTaken

blueprint = Blueprint("systems", url_prefix="/api/systems")


secure_answers(blueprint)


def _house(request: Request) -> House:
    house: House = request.app.ctx.house
    return house


@blueprint.post("/hall/applications")
@described(
    Described(
        tag="systems",
        summary="Go on with an application that was begun in the province's hall",
        description=(
            "For 福建省网上办事大厅 only. Checked by the same rules as in the chat. The hall's number makes a repeat harmless: it "
            "gets 200 and the same application, the first one 201. One live application for each person and year."
        ),
        bodies=(HallApplication,),
        answers={201: HallTaken, 200: HallTaken},
        refusals=(400, 401, 409, 422),
    )
)
async def begun_in_hall(request: Request) -> HTTPResponse:
    """An application comes from the hall."""
    status, answer = await begun.receive_application(_house(request), dict(request.headers), request.body)
    return json(answer, status=status)


@blueprint.post("/<system:str>/reports")
@described(
    Described(
        tag="systems",
        summary="Report about a task",
        description=(
            "For party_members (党员e家: how a transfer stands), league (智慧团建: 团员报到 confirmed) and post (mailed, delivered, "
            "came back); the body is the system's own form. The same event id with the same body gets the same answer again."
        ),
        bodies=(PartyResult, LeagueResult, MailResult),
        answers={200: ReportTaken},
        refusals=(401, 404, 409, 422),
    )
)
async def report(request: Request, system: str) -> HTTPResponse:
    """A system reports."""
    status, answer = await incoming.receive_report(_house(request), system, dict(request.headers), request.body)
    return json(answer, status=status)


@blueprint.get("")
@staff_only("county_supervisor", "provincial_supervisor", "administrator")
async def overview(request: Request, staff: SignedIn) -> HTTPResponse:
    """How each system is reached, and what waits."""
    async with _house(request).db.reading() as session:
        return json({"systems": await links.overview(session, staff.counties)})


@blueprint.get("/exchanges")
@staff_only("window", "reviewer", "county_supervisor")
async def exchanges(request: Request, staff: SignedIn) -> HTTPResponse:
    """What was sent about a case."""
    async with _house(request).db.reading() as session:
        return json({"exchanges": await views.exchanges(session, staff.actor, request.args.get("number") or "")})


@blueprint.post("/<system:str>/files/out")
@staff_only("reviewer")
async def file_out(request: Request, staff: SignedIn, system: str) -> HTTPResponse:
    """What waits, as a file."""
    form, county, again = _form(request), _county(request, staff), request.args.get("again")
    if again:
        written = await files.write_again(_house(request), system, county, again if is_id(again) else "", form)
    else:
        written = await files.write_file(_house(request), system, county, form, staff.actor.name)
    return _file(written, form, system)


@blueprint.post("/<system:str>/files/in")
@staff_only("reviewer")
async def file_in(request: Request, staff: SignedIn, system: str) -> HTTPResponse:
    """A result file."""
    county = _county(request, staff)
    return json(await files.read_file(_house(request), system, county, request.body, staff.actor.name))


@blueprint.get("/<system:str>/months/<month:str>")
@staff_only("county_supervisor", "provincial_supervisor")
async def month(request: Request, staff: SignedIn, system: str, month: str) -> HTTPResponse:
    """How the limits were kept in a month."""
    form, county = _form(request), _county(request, staff)
    return _file(await timeliness.write_month(_house(request), system, month, form, staff.actor.name, county), form, system)


def _form(request: Request) -> str:
    form = request.args.get("form") or XLSX
    if form not in CONTENT_TYPES:
        raise GuituError(f"form 可以是：{'、'.join(CONTENT_TYPES)}。", code="form", allowed=list(CONTENT_TYPES))
    return str(form)


def _county(request: Request, staff: SignedIn) -> str:
    """The county that was asked for; where none was, the asker's only one, or the province."""
    asked = request.args.get("county")
    if staff.counties is None:
        if asked and asked not in _house(request).catalogue.counties:
            raise GuituError("没有这个县（市、区）。请写六位编号，不写就是全省。", code="unknown_county")
        return str(asked or PROVINCE)
    if asked is None and len(staff.counties) == 1:
        return staff.counties[0]
    if asked not in staff.counties:
        raise Forbidden("请写明你管的县（市、区）：county=六位编号。", code="wrong_county", counties=list(staff.counties))
    return str(asked)


def _file(written: files.Written, form: str, system: str) -> HTTPResponse:
    return raw(
        written.content,
        content_type=CONTENT_TYPES[form],
        headers={"Content-Disposition": f'attachment; filename="{system}.{form}"', "X-File-Id": written.id},
    )
