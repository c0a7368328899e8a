"""The departments' interface: results posted back, signed."""

from __future__ import annotations

from sanic import Blueprint, Request, json
from sanic.response import HTTPResponse
from sanic_ext import openapi

from backend.departments.results import receive_result
from backend.departments.schemas import ResultIn, ResultOut

blueprint = Blueprint("departments", url_prefix="/api/departments")


@blueprint.post("/<unit_id:str>/results")
@openapi.definition(
    summary="Report a result",
    description=(
        "Signed after the Standard Webhooks form with the unit's secret: webhook-id (the event's id), webhook-timestamp "
        "(within 5 minutes), webhook-signature. The same event id with the same body gets the same answer again; with another "
        "body 409. A report that comes too late or out of order is answered 200 with applied false and the reason."
    ),
    body={"application/json": ResultIn.model_json_schema()},
    response=[
        openapi.definitions.Response({"application/json": ResultOut.model_json_schema()}, status=200, description="Taken."),
        openapi.definitions.Response("No or a wrong signature, or too old.", status=401),
        openapi.definitions.Response("No such task for this unit.", status=404),
        openapi.definitions.Response("The event id was used with other content, or the task was not dispatched.", status=409),
        openapi.definitions.Response("The body is not as described; `fields` says where.", status=422),
    ],
    parameter=[
        openapi.definitions.Parameter(name, str, "header", required=True)
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    ],
    tag="departments",
)
async def post_result(request: Request, unit_id: str) -> HTTPResponse:
    """A department reports about a task."""
    status, answer = await receive_result(request.app.ctx.house, unit_id, dict(request.headers), request.body)
    return json(answer, status=status)
