"""POST /api/departments/{unit}/results over real HTTP."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import time_machine
from sqlalchemy import select

from backend.channels.sms import service as sms
from backend.channels.sms.model import SmsMessage
from backend.departments import signing
from backend.departments.endpoints import blueprint
from backend.departments.model import DepartmentUnit, Task
from backend.departments.service import rotate_secret
from backend.edge.application import new_app
from backend.edge.serving import serve
from backend.error_answers import install_error_handlers
from backend.house import House
from backend.outbox.service import deliver_due
from backend.systems.links import set_link
from tests.support.outside import exchanges_of
from tests.support.people import COUNTY, in_progress, report, said, tasks_of, unit_of


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    app = new_app(f"departments-{secrets.token_hex(4)}")
    app.config.FALLBACK_ERROR_FORMAT = "json"
    install_error_handlers(app)
    app.blueprint(blueprint)
    app.ctx.house = house
    async with serve(app) as url:
        yield url


@pytest.fixture
async def task(house: House) -> Task:
    application = await in_progress(house, matters=["report_in", "medical_transfer"])
    return (await tasks_of(house, application))["medical_transfer"]


@pytest.fixture
async def unit(house: House, task: Task) -> DepartmentUnit:
    return await unit_of(house, task)


async def post(address: str, unit_id: str, body: str, headers: dict[str, str]) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
        url = f"{address}/api/departments/{unit_id}/results"
        return await http.post(url, content=body.encode(), headers={"content-type": "application/json", **headers})


async def test_a_signed_result_is_taken(address: str, task: Task, unit: DepartmentUnit) -> None:
    body = report(task, "done")
    answer = await post(address, unit.id, body, signing.sign([unit.secret], "evt_1", body))
    assert (answer.status_code, answer.json()) == (200, {"applied": True, "state": "done", "reason": None})


async def test_the_same_event_again_is_answered_the_same_even_signed_anew(
    address: str, task: Task, unit: DepartmentUnit
) -> None:
    body = report(task, "done")
    first = await post(address, unit.id, body, signing.sign([unit.secret], "evt_1", body))
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=3)):
        again = await post(address, unit.id, body, signing.sign([unit.secret], "evt_1", body))
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    other = report(task, "declined", reason="不符合")
    refused = await post(address, unit.id, other, signing.sign([unit.secret], "evt_1", other))
    assert (refused.status_code, refused.json()["error"]) == (409, "event_reused")


async def test_a_result_with_the_longest_event_id_is_taken_and_told_once_and_another_like_it_is_another(
    house: House, address: str
) -> None:
    await set_link(house, "online_system", COUNTY, "http", "http://127.0.0.1:9/示例")
    application = await in_progress(house, matters=["report_in", "household_restoration"])
    task = (await tasks_of(house, application))["household_restoration"]
    unit = await unit_of(house, task)
    before, sent_before = len(await said(house, application)), len(await exchanges_of(house, "online_system"))
    for last, result in (("a", "done"), ("b", "ready")):
        event_id = "e" * (signing.LONGEST_ID - 1) + last
        body = report(task, result)
        for _ in range(2):
            answer = await post(address, unit.id, body, signing.sign([unit.secret], event_id, body))
            assert (answer.status_code, answer.json()["applied"]) == (200, True), answer.text
    assert len(await said(house, application)) == before + 2
    assert len(await exchanges_of(house, "online_system")) == sent_before + 2
    while await deliver_due(house, {sms.TOPIC: sms.deliver}):
        pass
    async with house.db.reading() as session:
        texts = await session.execute(select(SmsMessage.state, SmsMessage.provider_id).where(SmsMessage.key.contains("e" * 50)))
        ended = texts.all()
    assert [state for state, _ in ended] == ["delivered"] * 2
    assert len({provider_id for _, provider_id in ended}) == 2


async def test_unsigned_tampered_late_and_foreign_results_are_refused(
    house: House, address: str, task: Task, unit: DepartmentUnit
) -> None:
    body = report(task, "done")
    headers = signing.sign([unit.secret], "evt_1", body)
    assert (await post(address, unit.id, body, {})).status_code == 401
    assert (await post(address, unit.id, body + " ", headers)).status_code == 401
    assert (await post(address, unit.id, body, {**headers, "webhook-signature": "v1,%%%"})).status_code == 401
    assert (await post(address, "u_nobody", body, headers)).status_code == 401
    assert (await post(address, unit.id, body, signing.sign([signing.new_secret()], "evt_1", body))).status_code == 401
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=6)):
        late = signing.sign([unit.secret], "evt_1", body)
    assert (await post(address, unit.id, body, late)).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "{",
        '{"task": 5}',
        '{"task": "\\u0000", "result": "done", "at": "2026-11-25T10:00:00Z"}',
        "\u0000",
        '"' + "x" * 5000 + '"',
    ],
)
async def test_a_body_that_is_no_result_is_refused_with_what_is_wrong(
    address: str, task: Task, unit: DepartmentUnit, body: str
) -> None:
    answer = await post(address, unit.id, body, signing.sign([unit.secret], "evt_1", body))
    assert answer.status_code == 422
    assert answer.json()["fields"]


async def test_a_secret_is_replaced_without_a_gap(house: House, address: str, task: Task, unit: DepartmentUnit) -> None:
    new = await rotate_secret(house, unit.id)
    body = report(task, "received")
    assert (await post(address, unit.id, body, signing.sign([unit.secret], "evt_1", body))).status_code == 200
    assert (await post(address, unit.id, body, signing.sign([new], "evt_2", body))).status_code == 200


async def test_a_result_is_not_dated_back_to_before_the_task_was_dispatched(
    house: House, address: str, task: Task, unit: DepartmentUnit
) -> None:
    # notice 四(八): the signed time decides whether it was on time
    assert task.dispatched_at is not None
    early = report(task, "done", task.dispatched_at - timedelta(minutes=5, seconds=1))
    answer = await post(address, unit.id, early, signing.sign([unit.secret], "evt_early", early))
    assert (answer.status_code, answer.json()["error"]) == (422, "at_before_dispatch")
    again = (await tasks_of_case(house, task)).state
    assert again == task.state
    # Clocks differ a little.
    near = report(task, "done", task.dispatched_at - timedelta(minutes=4, seconds=59))
    answer = await post(address, unit.id, near, signing.sign([unit.secret], "evt_near", near))
    assert (answer.status_code, answer.json()["applied"]) == (200, True)


async def tasks_of_case(house: House, task: Task) -> Task:
    """The task as it is now."""
    async with house.db.reading() as session:
        found = await session.get(Task, task.id)
    assert found is not None
    return found
