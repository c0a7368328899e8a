"""The pull list and the redirecting of returned tasks, over real HTTP (notice 四(八))."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import time_machine
from sanic import Request, empty
from sanic.response import HTTPResponse
from sqlalchemy import update

from backend.departments import endpoints, push, signing
from backend.departments.escalation import lay_in_inboxes
from backend.departments.model import DepartmentUnit, Task
from backend.departments.schemas import TasksOut
from backend.departments.service import add_unit
from backend.edge.application import new_app
from backend.edge.serving import serve
from backend.house import House
from backend.outbox.service import deliver_due
from tests.support.people import COUNTY, in_progress, send, tasks_of, unit_of
from tests.support.staff import desk, served

MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 10:00 in Shanghai
HANDLERS = {push.TOPIC: push.deliver}


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with served(house, endpoints.blueprint, endpoints.tasks_blueprint) as url:
        yield url


async def fetch(address: str, unit: DepartmentUnit, headers: dict[str, str] | None = None, **params: str) -> httpx.Response:
    signed = signing.sign([unit.secret], "pull_1", "") if headers is None else headers
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
        return await http.get(f"{address}/api/departments/{unit.id}/tasks", params=params, headers=signed)


async def medical(house: House) -> tuple[Task, DepartmentUnit]:
    application = await in_progress(house, matters=["report_in", "medical_transfer"])
    task = (await tasks_of(house, application))["medical_transfer"]
    return task, await unit_of(house, task)


async def test_a_task_that_lies_in_the_pull_list_has_been_received(house: House, address: str) -> None:
    # domain.md, Counting a limit, 7: the push failed so far, the pull makes it received
    with time_machine.travel(MORNING):
        task, unit = await medical(house)
        await deliver_due(house, HANDLERS)
        answer = await fetch(address, unit)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    (pulled,) = TasksOut.model_validate(answer.json()).tasks
    assert (pulled.task, pulled.state, pulled.due_at) == (task.id, "received", datetime(2026, 11, 24, 4, tzinfo=UTC))
    assert pulled.provisional is False
    with time_machine.travel(MORNING + timedelta(hours=2)):
        assert (await fetch(address, unit)).json() == answer.json()  # fetching again moves no clock
        assert await lay_in_inboxes(house) == 0


async def test_the_pull_list_goes_on_after_a_task_and_by_state(house: House, address: str) -> None:
    task, unit = await medical(house)
    other, _ = await medical(house)
    both = (await fetch(address, unit)).json()["tasks"]
    assert [each["task"] for each in both] == [task.id, other.id]
    assert [each["task"] for each in (await fetch(address, unit, after=task.id)).json()["tasks"]] == [other.id]
    assert (await fetch(address, unit, state="waiting_veteran")).json() == {"tasks": [], "next": None}
    await send(house, task, "done")
    assert [each["task"] for each in (await fetch(address, unit)).json()["tasks"]] == [other.id]


async def test_a_pull_without_proof_or_for_what_is_not_there_is_refused(house: House, address: str) -> None:
    _, unit = await medical(house)
    assert (await fetch(address, unit, headers={})).status_code == 401
    assert (await fetch(address, unit, headers=signing.sign([signing.new_secret()], "p", ""))).status_code == 401
    assert (await fetch(address, unit, headers=signing.sign([unit.secret], "p", "{}"))).status_code == 401
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=6)):
        late = signing.sign([unit.secret], "p", "")
    assert (await fetch(address, unit, headers=late)).status_code == 401
    real = unit.id
    for unknown in ("u_nobody", "u_%00", "示例"):
        unit.id = unknown
        assert (await fetch(address, unit)).status_code == 401
    unit.id = real
    assert (await fetch(address, unit, after="\0")).status_code == 404
    assert (await fetch(address, unit, state="eaten")).json()["error"] == "unknown_state"
    police = await in_progress(house, matters=["report_in", "household_restoration"])
    foreign = (await tasks_of(house, police))["household_restoration"]
    assert (await fetch(address, unit, after=foreign.id)).status_code == 404


async def test_a_returned_task_is_given_to_the_right_unit(house: House, address: str) -> None:
    task, _ = await medical(house)
    async with desk(house, address, "window") as clerk, desk(house, address, "reviewer", county="350582") as other:
        early = await clerk.post(f"/api/tasks/{task.id}/redirect", department="human_resources")
        assert (early.status_code, early.json()["error"]) == (409, "not_allowed")
        await send(house, task, "returned", reason="归人社办")
        assert (await other.post(f"/api/tasks/{task.id}/redirect", department="human_resources")).status_code == 404
        assert (await clerk.post(f"/api/tasks/{task.id}/redirect", department="示例")).status_code == 404
        assert (await clerk.post(f"/api/tasks/{task.id}/redirect")).status_code == 400
        stale = await clerk.post(f"/api/tasks/{task.id}/redirect", department="human_resources", version=1)
        assert (stale.status_code, stale.json()["error"]) == (409, "stale")
        done = await clerk.post(f"/api/tasks/{task.id}/redirect", department="human_resources")
        assert done.json()["task"] | {"version": 0} == {
            "id": task.id,
            "department": "human_resources",
            "unit": done.json()["task"]["unit"],
            "state": "dispatched",
            "version": 0,
        }
    async with desk(house, address, "officer", department="police") as officer:
        assert (await officer.post(f"/api/tasks/{task.id}/redirect", department="police")).status_code == 403


async def test_a_returned_task_is_given_to_another_unit_of_the_department(house: House, address: str) -> None:
    # notice 三(五), our reading: the police station follows from the address; the window knows better
    application = await in_progress(house, matters=["report_in", "household_restoration"])
    task = (await tasks_of(house, application))["household_restoration"]
    east = await add_unit(house, COUNTY, "police", "示例·东派出所", areas=["示例东街道"])
    await send(house, task, "returned", reason="归东派出所管")
    async with desk(house, address, "window") as clerk:
        unknown = await clerk.post(f"/api/tasks/{task.id}/redirect", unit="u_unknown")
        assert (unknown.status_code, unknown.json()["error"]) == (404, "no_unit")
        foreign = await clerk.post(f"/api/tasks/{task.id}/redirect", department="human_resources", unit=east.id)
        assert foreign.status_code == 404
        done = await clerk.post(f"/api/tasks/{task.id}/redirect", unit=east.id)
        assert done.json()["task"]["unit"] == east.id
    assert [each["task"] for each in (await fetch(address, east)).json()["tasks"]] == [task.id]


async def test_a_task_that_waits_for_its_papers_is_not_sent_off_by_redirecting_it(house: House, address: str) -> None:
    application = await in_progress(house, matters=["report_in", "medical_transfer"], lacking=(11,))
    task = (await tasks_of(house, application))["medical_transfer"]
    assert task.state == "waiting_papers"
    async with desk(house, address, "window") as clerk:
        assert (await clerk.post(f"/api/tasks/{task.id}/redirect", department="police")).status_code == 409


async def test_an_earlier_push_does_not_go_to_the_new_unit_besides(house: House, address: str) -> None:
    taken: list[str] = []
    system = new_app("both-units")
    broken = True

    @system.post("/tasks")
    async def take(request: Request) -> HTTPResponse:
        taken.append(request.json["department"])
        return empty(status=500 if broken else 202)

    async with serve(system) as url, desk(house, address, "window") as clerk:
        task, _ = await medical(house)
        async with house.db.unit() as unit:
            await unit.session.execute(update(DepartmentUnit).values(endpoint=f"{url}/tasks", simulated=False))
            await unit.commit()
        await deliver_due(house, HANDLERS)
        # It has the task, though its answer said otherwise; the push is still to be repeated.
        await send(house, task, "returned", reason="归人社办")
        redirected = await clerk.post(f"/api/tasks/{task.id}/redirect", department="human_resources")
        assert redirected.status_code == 200
        broken = False
        with time_machine.travel(datetime.now(UTC) + timedelta(minutes=1)):
            await deliver_due(house, HANDLERS)
            await deliver_due(house, HANDLERS)
    assert taken == ["medical_insurance", "human_resources"]
