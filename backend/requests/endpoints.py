"""催办 and complaints over HTTP, and what the window has to know, for those who answer them.

GET  /api/requests                     {requests}; an officer sees those of their department. kind: urge, complaint, change
                                       (matters added or dropped in the chat)
POST /api/requests/<id>/answer {answer}   {answered_at}
"""

from __future__ import annotations

from sanic import Blueprint, Request, json
from sanic.response import HTTPResponse

from backend.clock import local
from backend.edge.guard import secure_answers
from backend.edge.reading import read_json
from backend.requests import service
from backend.requests.schemas import AnswerIn
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn

blueprint = Blueprint("requests", url_prefix="/api/requests")
#: These see every request of their counties; an officer those of the own department.
ALL_DEPARTMENTS = {"window", "reviewer", "county_supervisor"}


secure_answers(blueprint)


def _department(staff: SignedIn) -> str | None:
    return None if ALL_DEPARTMENTS & set(staff.roles) else staff.department or "none"


@blueprint.get("")
@staff_only("window", "reviewer", "officer", "county_supervisor")
async def waiting(request: Request, staff: SignedIn) -> HTTPResponse:
    """What waits for an answer, the oldest first."""
    async with request.app.ctx.house.db.reading() as session:
        found = await service.waiting(session, staff.actor, _department(staff))
    return json(
        {
            "requests": [
                {
                    "id": each.id,
                    "kind": each.kind,
                    "number": number,
                    "matter": matter,
                    "department": each.department,
                    "words": each.words,
                    "asked_at": local(each.asked_at).isoformat(timespec="seconds"),
                }
                for each, number, matter in found
            ]
        }
    )


@blueprint.post("/<request_id:str>/answer")
@staff_only("window", "reviewer", "officer", "county_supervisor")
async def answer(request: Request, staff: SignedIn, request_id: str) -> HTTPResponse:
    """Answer one."""
    given = read_json(request, AnswerIn)
    answered = await service.answer(request.app.ctx.house, staff.actor, request_id, given.answer, _department(staff))
    assert answered.answered_at is not None
    return json({"answered_at": local(answered.answered_at).isoformat(timespec="seconds")})
