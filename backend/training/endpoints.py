"""Training needs over HTTP, for window and reviewers of a county.

GET  /api/training                      {referrals: [{number, name, county, referred_at}]}; masked
GET  /api/training/<number>/contact     {name, mobile, survey: [[question, answer]]}; each look is on record
POST /api/training/<number>/contacted {}   {contacted_at}
"""

from __future__ import annotations

from sanic import Blueprint, Request, json
from sanic.response import HTTPResponse

from backend.applications.training import survey_in_words
from backend.clock import local
from backend.edge.guard import secure_answers
from backend.edge.reading import read_json
from backend.house import House
from backend.security.masking import mask_name
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn
from backend.training import service
from backend.training.schemas import ContactedIn

blueprint = Blueprint("training", url_prefix="/api/training")
CALLERS = ("window", "reviewer")


secure_answers(blueprint)


@blueprint.get("")
@staff_only(*CALLERS, "county_supervisor")
async def waiting(request: Request, staff: SignedIn) -> HTTPResponse:
    """Who waits to hear from the county. # notice 三(三)"""
    async with request.app.ctx.house.db.reading() as session:
        found = await service.waiting(session, staff.actor)
    return json(
        {
            "referrals": [
                {
                    "number": application.number,
                    "name": mask_name(application.answers["name"]),
                    "county": referral.county,
                    "referred_at": local(referral.referred_at).isoformat(timespec="seconds"),
                }
                for referral, application in found
            ]
        }
    )


@blueprint.get("/<number:str>/contact")
@staff_only(*CALLERS)
async def contact(request: Request, staff: SignedIn, number: str) -> HTTPResponse:
    """Whom to call, and what they said in the survey of the chat."""
    house: House = request.app.ctx.house
    application = await service.contact(house, staff.actor, number)
    survey = survey_in_words(house.catalogue.questions["questions"], application.answers)
    return json({"name": application.answers["name"], "mobile": application.answers["mobile"], "survey": survey})


@blueprint.post("/<number:str>/contacted")
@staff_only(*CALLERS)
async def contacted(request: Request, staff: SignedIn, number: str) -> HTTPResponse:
    """The county has been in touch."""
    read_json(request, ContactedIn)
    referral = await service.contacted(request.app.ctx.house, staff.actor, number)
    assert referral.contacted_at is not None
    return json({"contacted_at": local(referral.contacted_at).isoformat(timespec="seconds")})
