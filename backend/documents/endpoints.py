"""A case's papers over HTTP, for window and pre-review. Everything that is printed stands in the case's record.

GET /api/cases/<number>/documents              {documents: [{name, title, available, reason, printed}]}
GET /api/cases/<number>/documents/<name>.pdf   the PDF; 404 no such case or paper, 409 `not_applicable` with the reason

`X-Guitu-Template` says which template made it: `house`, or the county's code. A county's template that does not compile is
named, with file and line, in the log and by `guitu templates`; the paper is then ours and says so at its foot.
"""

from __future__ import annotations

from sanic import Blueprint, Request, json, raw
from sanic.response import HTTPResponse

from backend.clock import local
from backend.documents import service
from backend.documents.rules import PAPERS
from backend.edge.guard import secure_answers
from backend.errors import NotFound
from backend.house import House
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn

blueprint = Blueprint("documents", url_prefix="/api/cases")

PRINTERS = ("window", "reviewer")
SUFFIX = ".pdf"


secure_answers(blueprint)


@blueprint.get("/<number:str>/documents")
@staff_only(*PRINTERS)
async def overview(request: Request, staff: SignedIn, number: str) -> HTTPResponse:
    """Which papers this case has, and who printed them."""
    house: House = request.app.ctx.house
    lines = await service.overview(house, number, staff.actor)
    return json(
        {
            "documents": [
                {
                    "name": line.paper.name,
                    "title": line.paper.title,
                    "matter": line.paper.matter,
                    "available": line.why_not is None,
                    "reason": line.why_not,
                    "printed": [{"by": each.by, "at": local(each.at).isoformat(timespec="seconds")} for each in line.printed],
                }
                for line in lines
            ]
        }
    )


@blueprint.get("/<number:str>/documents/<file:str>")
@staff_only(*PRINTERS)
async def document(request: Request, staff: SignedIn, number: str, file: str) -> HTTPResponse:
    """One paper, to be shown and printed by the browser."""
    house: House = request.app.ctx.house
    if not file.endswith(SUFFIX):
        raise NotFound(f"只有 PDF。可以是：{'、'.join(name + SUFFIX for name in PAPERS)}。", code="no_document")
    printed = await service.produce(house, number, file.removesuffix(SUFFIX), staff.actor)
    return raw(
        printed.pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'inline; filename="{number}-{file}"',
            "X-Guitu-Template": printed.template,
        },
    )
