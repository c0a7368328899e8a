"""A case over HTTP, for staff. What changes one carries the `version` it was decided on: 409 `stale` when that is over.

GET  /api/cases?state=&number=&before=&limit=   {cases, next}; masked
POST /api/cases/search                    {state, number, name, id_number, mobile, before, limit}: {cases, next}; masked
GET  /api/cases/<number>                  {case}; masked, with what is allowed now
POST /api/cases/<number>/archive          {version}
POST /api/cases/<number>/review           {version, outcome, points | reason}
POST /api/cases/<number>/originals        {version}
POST /api/cases/<number>/differences      {version, points}
POST /api/cases/<number>/check-in         {version, lacking, copied, identity, instead, training_need}
POST /api/cases/<number>/papers           {version, brought}
POST /api/cases/<number>/matters          {version, matters, answers}
POST /api/cases/<number>/county           {version, county, reason}
POST /api/cases/<number>/mobile           {version, mobile, proof}
POST /api/cases/<number>/delivery         {version, product, way, address?}; of what came back
POST /api/cases/<number>/withdrawal       {version, reason}
"""

from __future__ import annotations

from sanic import Blueprint, Request, json
from sanic.response import HTTPResponse

from backend.applications import schemas, service, views
from backend.applications.model import Application
from backend.applications.repository import Search
from backend.applications.states import STATES
from backend.departments.redelivery import change_delivery
from backend.edge.guard import secure_answers
from backend.edge.reading import read_json, read_seq
from backend.errors import GuituError
from backend.house import House
from backend.security.service import CASE, note_access
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn

blueprint = Blueprint("cases", url_prefix="/api/cases")

LOOKERS = ("window", "reviewer", "county_supervisor", "auditor")
MOST_CASES, USUAL_CASES = schemas.MOST_CASES, 20
#: Addresses lie in the logs of servers and proxies, and in the history of browsers.
PERSONAL = ("name", "id_number", "mobile")


secure_answers(blueprint)


def _house(request: Request) -> House:
    house: House = request.app.ctx.house
    return house


async def _after(request: Request, application: Application) -> HTTPResponse:
    """The case as a command has left it, for whom the command has let through."""
    house = _house(request)
    async with house.db.reading() as session:
        return json({"case": await views.case(session, house, application)})


@blueprint.get("")
@staff_only(*LOOKERS)
async def listing(request: Request, staff: SignedIn) -> HTTPResponse:
    """Cases of the asker's counties, the newest first. What tells who somebody is does not belong into an address."""
    if any(request.args.get(name) for name in PERSONAL):
        raise GuituError(
            "姓名、身份证号、手机号不能写在网址里。请用 POST /api/cases/search。", code="personal_in_address", allowed=["POST"]
        )
    limit = read_seq(request, "limit", MOST_CASES) or USUAL_CASES
    given = {name: request.args.get(name) or None for name in ("state", "number")}
    return await _found(request, staff, Search(**given, before=views.read_cursor(request.args.get("before")), limit=limit))


@blueprint.post("/search")
@staff_only(*LOOKERS)
async def search(request: Request, staff: SignedIn) -> HTTPResponse:
    """The same, by what tells who somebody is too. Numbers are looked up exactly; they are in no address book."""
    house, given = _house(request), read_json(request, schemas.SearchIn)
    wanted = Search(
        state=given.state,
        number=given.number,
        name_index=service.name_index(house, given.name) if given.name else None,
        identity_index=service.identity_index(house, given.id_number) if given.id_number else None,
        mobile_index=service.mobile_index(house, given.mobile) if given.mobile else None,
        before=views.read_cursor(given.before),
        limit=given.limit,
    )
    return await _found(request, staff, wanted)


async def _found(request: Request, staff: SignedIn, wanted: Search) -> HTTPResponse:
    if wanted.state is not None and wanted.state not in STATES:
        raise GuituError(
            f"没有状态 {wanted.state[:40]}。可以：{'、'.join(STATES)}。", code="unknown_state", allowed=list(STATES)
        )
    house = _house(request)
    async with house.db.reading() as session:
        found = await service.search(session, staff.actor, wanted)
    after = views.write_cursor(found[-1]) if len(found) == wanted.limit else None
    return json({"cases": [views.row(house, each) for each in found], "next": after})


@blueprint.get("/<number:str>")
@staff_only(*LOOKERS)
async def show(request: Request, staff: SignedIn, number: str) -> HTTPResponse:
    """One case. Each look is on record before it is shown."""
    house = _house(request)
    async with house.db.unit() as unit:
        application = await service.by_number(unit.session, staff.actor, number)
        shown = await views.case(unit.session, house, application)
        note_access(unit, staff.actor.name, CASE, application.number)
        await unit.commit()
    return json({"case": shown})


@blueprint.post("/<number:str>/archive")
@staff_only("reviewer")
async def archive(request: Request, staff: SignedIn, number: str) -> HTTPResponse:
    """The soldier's archive has come. # notice 四(一)"""
    given = read_json(request, schemas.OnVersion)
    return await _after(request, await service.record_archive(_house(request), number, staff.actor, given.version))


@blueprint.post("/<number:str>/review")
@staff_only("reviewer")
async def review(request: Request, staff: SignedIn, number: str) -> HTTPResponse:
    """Decide the pre-review. # notice 三(二)"""
    given = read_json(request, schemas.ReviewIn)
    application = await service.review_application(
        _house(request),
        number,
        staff.actor,
        accepted=given.outcome == "accept",
        corrections=[(point.name, point.reason) for point in given.points],
        rejected=given.reason,
        version=given.version,
    )
    return await _after(request, application)


@blueprint.post("/<number:str>/originals")
@staff_only("window")
async def originals(request: Request, staff: SignedIn, number: str) -> HTTPResponse:
    """The originals are at the window. # notice 四(一)"""
    given = read_json(request, schemas.OnVersion)
    return await _after(request, await service.receive_originals(_house(request), number, staff.actor, given.version))


@blueprint.post("/<number:str>/differences")
@staff_only("window", "reviewer")
async def differences(request: Request, staff: SignedIn, number: str) -> HTTPResponse:
    """The originals are not what the copies showed."""
    given = read_json(request, schemas.DifferIn)
    points = [(point.name, point.reason) for point in given.points]
    return await _after(request, await service.differ(_house(request), number, staff.actor, points, given.version))


@blueprint.post("/<number:str>/check-in")
@staff_only("window")
async def check_in(request: Request, staff: SignedIn, number: str) -> HTTPResponse:
    """Reporting in ends, the matters go to their departments. # notice 三(二)"""
    given = read_json(request, schemas.CheckInIn)
    seen = service.Seen(given.lacking, given.copied, given.identity, given.training_need, given.instead)
    return await _after(request, await service.check_in(_house(request), number, staff.actor, seen, given.version))


@blueprint.post("/<number:str>/papers")
@staff_only("window")
async def papers(request: Request, staff: SignedIn, number: str) -> HTTPResponse:
    """Papers were brought later. # notice 三(二)"""
    given = read_json(request, schemas.PapersIn)
    return await _after(request, await service.bring_papers(_house(request), number, staff.actor, given.brought, given.version))


@blueprint.post("/<number:str>/matters")
@staff_only("window")
async def matters(request: Request, staff: SignedIn, number: str) -> HTTPResponse:
    """Add or drop matters, at the veteran's wish, until check-in."""
    given = read_json(request, schemas.MattersIn)
    if (given.answers.keys() & {"consent", "consent_sensitive", "county"}) or "matters" in given.answers:
        raise GuituError("这里只能补办理这些事项要的资料。", code="not_correctable")
    application = await service.change_matters(
        _house(request), number, staff.actor, given.matters, given.answers, given.version
    )
    return await _after(request, application)


@blueprint.post("/<number:str>/county")
@staff_only("window", "reviewer")
async def county(request: Request, staff: SignedIn, number: str) -> HTTPResponse:
    """Hand the case to the county where the veteran settles. It is gone from here afterwards, so nothing of it is shown."""
    given = read_json(request, schemas.TransferIn)
    application = await service.transfer(_house(request), number, staff.actor, given.county, given.reason, given.version)
    return json({"number": application.number, "county": application.county})


@blueprint.post("/<number:str>/mobile")
@staff_only("window")
async def mobile(request: Request, staff: SignedIn, number: str) -> HTTPResponse:
    """Another mobile, after proof."""
    given = read_json(request, schemas.MobileIn)
    application = await service.change_mobile(_house(request), number, staff.actor, given.mobile, given.proof, given.version)
    return await _after(request, application)


@blueprint.post("/<number:str>/delivery")
@staff_only("window", "reviewer")
async def delivery(request: Request, staff: SignedIn, number: str) -> HTTPResponse:
    """What came back by post is mailed anew or collected. # notice 五"""
    given = read_json(request, schemas.RedeliveryIn)
    application = await change_delivery(
        _house(request), number, staff.actor, given.product, given.way, given.address, given.version
    )
    return await _after(request, application)


@blueprint.post("/<number:str>/withdrawal")
@staff_only("window")
async def withdrawal(request: Request, staff: SignedIn, number: str) -> HTTPResponse:
    """Withdraw for the veteran, before check-in."""
    given = read_json(request, schemas.WithdrawIn)
    return await _after(request, await service.withdraw(_house(request), number, staff.actor, given.reason, given.version))
