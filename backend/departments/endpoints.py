"""The departments' interface, signed: tasks pulled, results posted back. And for staff: a returned task to the right unit.

GET  /api/departments/<unit>/tasks?state=&after=
POST /api/departments/<unit>/results
POST /api/tasks/<task>/redirect          {department?, unit?, version?}: one of the two; for window and reviewer
POST /api/tasks/<task>/party-form        {}: the copy of 入党志愿书 has reached the organisation; for window and reviewer
"""

from __future__ import annotations

from http import HTTPStatus

from sanic import Blueprint, Request, json
from sanic.response import HTTPResponse

from backend.departments import service
from backend.departments.results import receive_result
from backend.departments.schemas import PartyFormIn, RedirectIn, ResultIn, ResultOut, TasksOut
from backend.departments.units import counties_of
from backend.edge.guard import secure_answers
from backend.edge.reading import read_json
from backend.edge.signed import Described, described
from backend.house import House
from backend.security.refusals import Refused, note_refusal, task_in
from backend.staff.guard import staff_only
from backend.staff.sessions import SignedIn

blueprint = Blueprint("departments", url_prefix="/api/departments")
tasks_blueprint = Blueprint("tasks", url_prefix="/api/tasks")


secure_answers(blueprint)


@blueprint.get("/<unit_id:str>/tasks")
@described(
    Described(
        tag="departments",
        summary="Pull the tasks that lie with a unit",
        description=(
            "For a department without an endpoint. Signed like a result, over an empty body. A task that lies in this list has "
            "been received. The earliest dispatched comes first; ask again with `next` as `after`."
        ),
        answers={200: TasksOut},
        refusals=(400, 401, 404),
        query={"state": "Only tasks in this state.", "after": "The last task's id of the page before."},
    )
)
async def get_tasks(request: Request, unit_id: str) -> HTTPResponse:
    """A department fetches what lies with it."""
    state, after = request.args.get("state") or None, request.args.get("after") or None
    return json(await service.pull(request.app.ctx.house, unit_id, dict(request.headers), request.body, state, after))


@blueprint.post("/<unit_id:str>/results")
@described(
    Described(
        tag="departments",
        summary="Report a result",
        description=(
            "Signed with the unit's secret. The same event id with the same body gets the same answer again; with another body "
            "409. A report that comes too late or out of order is answered 200 with applied false and the reason."
        ),
        bodies=(ResultIn,),
        answers={200: ResultOut},
        refusals=(401, 404, 409, 422),
    )
)
async def post_result(request: Request, unit_id: str) -> HTTPResponse:
    """A department reports about a task."""
    house: House = request.app.ctx.house
    status, answer = await receive_result(house, unit_id, dict(request.headers), request.body)
    if status >= HTTPStatus.BAD_REQUEST:
        route, code = f"/{request.route.path}" if request.route else "", str(answer.get("error"))
        counties = await counties_of(house, unit_id)
        actor, named = f"unit:{unit_id}", task_in(request.body)
        await note_refusal(house, Refused(actor, request.method, route, status, code, named, counties))
    return json(answer, status=status)


secure_answers(tasks_blueprint)


@tasks_blueprint.post("/<task_id:str>/redirect")
@staff_only("window", "reviewer")
async def redirect(request: Request, staff: SignedIn, task_id: str) -> HTTPResponse:
    """A task that came back as not theirs goes to the right unit."""
    given = read_json(request, RedirectIn)
    task = await service.redirect(request.app.ctx.house, task_id, staff.actor, given.department, given.version, given.unit)
    return json(
        {
            "task": {
                "id": task.id,
                "department": task.department,
                "unit": task.unit_id,
                "state": task.state,
                "version": task.version,
            }
        }
    )


@tasks_blueprint.post("/<task_id:str>/party-form")
@staff_only("window", "reviewer")
async def party_form(request: Request, staff: SignedIn, task_id: str) -> HTTPResponse:
    """The copy of 《中国共产党入党志愿书》 has reached the grass-roots organisation. # notice 三(十)"""
    read_json(request, PartyFormIn)
    task = await service.form_delivered(request.app.ctx.house, task_id, staff.actor)
    return json({"task": {"id": task.id, "state": task.state}})
