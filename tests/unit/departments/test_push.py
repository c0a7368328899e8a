"""Pushing tasks over real HTTP: signed, minimal, retried; the inbox after an hour in vain (notice 四(八))."""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sanic import Request, empty
from sanic.response import HTTPResponse
from sqlalchemy import select, update

from backend.applications import service as applications
from backend.departments import push, signing
from backend.departments.escalation import lay_in_inboxes
from backend.departments.model import DepartmentUnit, Task
from backend.departments.seed import seed_examples
from backend.departments.service import redirect
from backend.edge.application import new_app
from backend.edge.serving import serve
from backend.house import House
from backend.outbox.model import OutboxRow
from backend.outbox.service import deliver_due
from tests.support.people import CLERK, accepted, in_progress, send, tasks_of, unit_of

MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 10:00 in Shanghai
HANDLERS = {push.TOPIC: push.deliver}


class Department:
    """A department's system: keeps what it is sent, answers with `status`."""

    def __init__(self) -> None:
        self.status = 202
        self.pushes: list[tuple[dict[str, str], bytes]] = []
        self.url = ""

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.pushes]


@pytest.fixture
async def department(house: House) -> AsyncIterator[Department]:
    """A department that every unit of the county points to."""
    taken = Department()
    app = new_app(f"department-{secrets.token_hex(4)}")

    @app.post("/tasks")
    async def take(request: Request) -> HTTPResponse:
        taken.pushes.append((dict(request.headers), request.body))
        return empty(status=taken.status)

    await seed_examples(house)
    async with serve(app) as url:
        taken.url = f"{url}/tasks"
        async with house.db.unit() as unit:
            await unit.session.execute(update(DepartmentUnit).values(endpoint=taken.url, simulated=False))
            await unit.commit()
        yield taken


async def started(house: House, **changes: Any) -> Any:
    application = await accepted(house, **changes)
    return await applications.intake(house, application.number, CLERK)


async def test_a_push_is_signed_and_its_acceptance_starts_the_clock(house: House, department: Department) -> None:
    with time_machine.travel(MORNING):
        application = await started(house, matters=["report_in", "medical_transfer"])
        assert await deliver_due(house, HANDLERS) == 1
    task = (await tasks_of(house, application))["medical_transfer"]
    assert (task.state, task.due_at) == ("received", datetime(2026, 11, 24, 4, tzinfo=UTC))
    assert task.received_at is not None and MORNING <= task.received_at < MORNING + timedelta(minutes=1)
    ((headers, body),) = department.pushes
    unit = await unit_of(house, task)
    with time_machine.travel(MORNING):
        assert signing.verify([unit.secret], headers, body)
    assert department.bodies[0]["task"] == task.id
    assert department.bodies[0]["results_url"].endswith(f"/api/departments/{unit.id}/results")


async def test_a_department_is_told_only_what_its_matter_needs(house: House, department: Department) -> None:
    application = await started(house)
    await deliver_due(house, HANDLERS)
    told = {body["path"] or body["matter"]: body["applicant"] for body in department.bodies}
    always = {"name", "id_number", "mobile"}
    assert set(told["medical_transfer"]) == {*always, "soldier_kind"}
    assert set(told["local_subsidy"]) == {*always, "bank_card"}
    assert all("bank_card" not in fields for code, fields in told.items() if code != "local_subsidy")
    assert set(told["party"]) == {*always, "political_status", "party_organisation"}
    assert len(told) == len(application.matters) - 2 + 1  # without report_in and survey; two ways of party_league


async def test_a_push_that_is_refused_is_tried_again_and_starts_no_clock(house: House, department: Department) -> None:
    department.status = 503
    application = await started(house, matters=["report_in", "medical_transfer"])
    await deliver_due(house, HANDLERS)
    assert (await tasks_of(house, application))["medical_transfer"].received_at is None
    assert await deliver_due(house, HANDLERS) == 0  # it rests first
    department.status = 200
    with time_machine.travel(datetime.now(UTC) + timedelta(seconds=10)):
        assert await deliver_due(house, HANDLERS) == 1
    assert (await tasks_of(house, application))["medical_transfer"].received_at is not None
    assert len({headers["webhook-id"] for headers, _ in department.pushes}) == 1


async def test_after_an_hour_in_vain_the_task_lies_in_the_inbox_and_the_clock_runs(house: House) -> None:
    with time_machine.travel(MORNING):
        application = await in_progress(house, matters=["report_in", "medical_transfer", "pension_transfer"])
        await deliver_due(house, HANDLERS)
        assert await lay_in_inboxes(house) == 0
    later = MORNING + timedelta(hours=1, minutes=5)
    with time_machine.travel(later):
        assert await lay_in_inboxes(house) == 2
        assert await lay_in_inboxes(house) == 0
    tasks = await tasks_of(house, application)
    task = tasks["medical_transfer"]
    assert task.state == "received" and task.received_at == task.in_inbox_at
    assert task.received_at is not None and later <= task.received_at < later + timedelta(minutes=1)
    assert task.due_at == datetime(2026, 11, 24, 4, tzinfo=UTC)
    assert tasks["pension_transfer"].state == "waiting_funds"
    async with house.db.reading() as session:
        events = await applications.history(session, application)
    failing = [event for event in events if event.command == "push_failing"]
    assert len(failing) == 2 and failing[0].data is not None and failing[0].data["tell"] == ["window", "supervisor"]


async def test_a_push_accepted_after_the_inbox_moves_no_clock(house: House, department: Department) -> None:
    department.status = 500
    with time_machine.travel(MORNING):
        application = await started(house, matters=["report_in", "medical_transfer"])
        await deliver_due(house, HANDLERS)
    with time_machine.travel(MORNING + timedelta(hours=2)):
        await lay_in_inboxes(house)
        due_at = (await tasks_of(house, application))["medical_transfer"].due_at
    department.status = 200
    with time_machine.travel(MORNING + timedelta(hours=9)):
        await deliver_due(house, HANDLERS)
    assert len(department.pushes) == 2
    assert (await tasks_of(house, application))["medical_transfer"].due_at == due_at


async def test_a_unit_without_an_interface_finds_the_task_in_its_inbox_at_once(house: House) -> None:
    await seed_examples(house)
    async with house.db.unit() as unit:
        await unit.session.execute(update(DepartmentUnit).values(endpoint=None))
        await unit.commit()
    with time_machine.travel(MORNING):
        application = await started(house, matters=["report_in", "medical_transfer"])
    task = (await tasks_of(house, application))["medical_transfer"]
    assert task.state == "received"
    assert task.dispatched_at == task.received_at == task.in_inbox_at


async def test_what_has_ended_is_not_pushed_any_more(house: House, department: Department) -> None:
    application = await started(house, matters=["report_in", "medical_transfer"])
    await send(house, (await tasks_of(house, application))["medical_transfer"], "declined", reason="在外省参保")
    await deliver_due(house, HANDLERS)
    assert not department.pushes


async def test_a_returned_task_goes_to_the_right_unit_with_a_clock_of_its_own(house: House, department: Department) -> None:
    application = await started(house, matters=["report_in", "medical_transfer"])
    task = (await tasks_of(house, application))["medical_transfer"]
    await send(house, task, "returned", reason="归人社办")
    await redirect(house, task.id, CLERK, "human_resources")
    moved = (await tasks_of(house, application))["medical_transfer"]
    assert (moved.state, moved.department, moved.received_at) == ("dispatched", "human_resources", None)
    await deliver_due(house, HANDLERS)
    async with house.db.reading() as session:
        rows = (await session.scalars(select(OutboxRow).where(OutboxRow.topic == push.TOPIC))).all()
        fresh = await session.get(Task, task.id)
    assert len(rows) == 2 and fresh is not None and fresh.received_at is not None
