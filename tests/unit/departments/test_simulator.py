"""The demonstration's departments play all eleven matters to the end, over real HTTP and signed both ways."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from backend.applications import service as applications
from backend.departments import push, signing
from backend.departments.endpoints import blueprint
from backend.departments.model import DepartmentUnit
from backend.departments.schemas import ResultIn
from backend.departments.seed import seed_examples
from backend.departments.simulator.app import create_simulator
from backend.departments.simulator.journal import Journal
from backend.departments.simulator.scripts import reports
from backend.departments.states import after
from backend.edge.application import new_app
from backend.edge.serving import free_port, serve
from backend.error_answers import install_error_handlers
from backend.house import House
from backend.outbox.service import deliver_due
from tests.support.people import ALL_MATTERS, CLERK, accepted, said, tasks_of

PEOPLE = {"name": "林小明", "booklet_delivery": "collect", "card_delivery": "mail"}


@pytest.mark.parametrize("matter", [*ALL_MATTERS, "one_that_a_county_added"])
@pytest.mark.parametrize("path", ["party", "league"])
def test_what_is_played_is_a_way_through_the_table(matter: str, path: str) -> None:
    state = "received"
    played = reports({"task": "t_12345", "matter": matter, "path": path, "applicant": PEOPLE})
    for report in played:
        result = ResultIn(task="t_1", at=datetime.now(UTC), **report)
        target = after(state, result.event)
        assert target is not None, f"{report} in {state}"
        state = target
    assert state == "done"


def test_who_is_not_in_the_population_database_is_moved_offline() -> None:
    pushed = {"task": "t_1", "matter": "household_restoration", "path": None, "applicant": {"name": "查无此人"}}
    assert [each["result"] for each in reports(pushed)] == ["received", "moved_offline"]


def test_the_journal_survives_a_restart_and_repeats_the_same_body(tmp_path: Path) -> None:
    file, start = tmp_path / "journal.db", datetime(2026, 11, 23, 2, tzinfo=UTC)
    journal = Journal(file)
    pushed = {"task": "t_1", "results_url": "http://x"}
    assert journal.plan("e_1", pushed, "u_1", [{"result": "received"}, {"result": "done"}], start.timestamp(), 3)
    assert not journal.plan("e_1", pushed, "u_1", [{"result": "received"}], start.timestamp(), 3)
    assert journal.due(start) == []
    first = journal.due(start.replace(second=3))
    journal.close()
    again = Journal(file)
    assert again.due(start.replace(second=30)) == first  # not answered yet: the same body, and nothing after it
    again.sent(first[0].event_id)
    (second,) = again.due(start.replace(second=30))
    assert '"done"' in second.body and second.event_id != first[0].event_id
    again.sent(second.event_id)
    assert again.unsent() == 0
    again.close()


async def test_an_application_with_all_matters_comes_to_its_end(house: House, tmp_path: Path) -> None:
    port = free_port()
    settings = replace(house.settings, simulator_url=f"http://127.0.0.1:{port}", simulator_delay=0.02)
    backend = new_app(f"backend-{secrets.token_hex(4)}")
    install_error_handlers(backend)
    backend.blueprint(blueprint)
    backend.ctx.house = house
    simulator = create_simulator(settings, f"simulator-{secrets.token_hex(4)}", tmp_path / "journal.db")
    async with serve(backend) as url, serve(simulator, port):
        house.settings = replace(settings, public_url=url)
        await seed_examples(house)
        application = await accepted(house)
        await applications.intake(house, application.number, CLERK)
        async with asyncio.timeout(60):
            while True:
                await deliver_due(house, {push.TOPIC: push.deliver})
                async with house.db.reading() as session:
                    found = await applications.by_number(session, CLERK, application.number)
                if found.state == "completed":
                    break
                await asyncio.sleep(0.05)
    tasks = await tasks_of(house, application)
    assert {task.state for task in tasks.values()} == {"done"}
    assert len(tasks) == 12  # eleven matters, two ways of party_league
    texts = await said(house, application)
    assert any("社保卡已经签收" in text for text in texts) and any("户口簿已经领走" in text for text in texts)


async def test_the_simulator_refuses_a_push_without_proof(house: House, tmp_path: Path) -> None:
    await seed_examples(house)
    simulator = create_simulator(house.settings, f"simulator-{secrets.token_hex(4)}", tmp_path / "journal.db")
    async with serve(simulator) as url:
        async with house.db.reading() as session:
            unit = await session.scalar(select(DepartmentUnit.id).limit(1))
        answer = await house.http.post(
            f"{url}/units/{unit}/tasks", content=b"{}", headers=signing.sign(["whsec_AAAA"], "e", "{}")
        )
        assert answer.status_code == 401
        assert (await house.http.get(f"{url}/health")).json() == {"status": "ok", "unsent": 0}


async def test_seeding_twice_adds_nothing_and_follows_the_simulators_address(house: House) -> None:
    assert await seed_examples(house) == 3 * (len(house.catalogue.departments) + 1)  # a second police station in each
    async with house.db.unit() as unit:
        await unit.session.execute(update(DepartmentUnit).values(endpoint="http://old"))
        await unit.commit()
    assert await seed_examples(house) == 0
    async with house.db.reading() as session:
        endpoints = (await session.scalars(select(DepartmentUnit.endpoint))).all()
    assert all(endpoint and endpoint.startswith(house.settings.simulator_url) for endpoint in endpoints)
