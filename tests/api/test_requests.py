"""催办 and complaints against a task: recorded once, answered once, told to the veteran."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from backend.applications import repository as applications
from backend.applications.model import Application
from backend.departments.model import Task
from backend.errors import Conflict, GuituError
from backend.house import House
from backend.requests import service
from backend.requests.endpoints import blueprint
from tests.support.people import in_progress, said, send, tasks_of
from tests.support.staff import Desk, desk, served


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with served(house, blueprint) as url:
        yield url


@pytest.fixture
async def clerk(house: House, address: str) -> AsyncIterator[Desk]:
    async with desk(house, address, "window") as someone:
        yield someone


async def ask(
    house: House, application: Application, task: Task | None, kind: str = "urge", words: str = "快一点"
) -> service.Asked:
    async with house.db.unit() as unit:
        held = await applications.by_id(unit.session, application.id, lock=True)
        assert held is not None
        asked = await service.ask(unit, held, task, kind, words, f"veteran:{application.conversation_id}")
        await unit.commit()
        return asked


async def test_what_a_veteran_presses_for_is_answered_in_the_chat(house: House, clerk: Desk) -> None:
    application = await in_progress(house)
    asked = await ask(house, application, (await tasks_of(house, application))["household_restoration"])
    (shown,) = (await clerk.get("/api/requests")).json()["requests"]
    assert (shown["kind"], shown["number"], shown["matter"], shown["words"]) == (
        "urge",
        application.number,
        "household_restoration",
        "快一点",
    )
    answer = await clerk.post(f"/api/requests/{asked.request.id}/answer", answer="派出所今天下午办")
    assert answer.status_code == 200
    assert (await clerk.get("/api/requests")).json()["requests"] == []
    assert any("派出所今天下午办" in line for line in await said(house, application))
    again = await clerk.post(f"/api/requests/{asked.request.id}/answer", answer="再说一次")
    assert (again.status_code, again.json()["error"]) == (409, "answered")


async def test_pressing_twice_before_an_answer_is_one_request(house: House) -> None:
    application = await in_progress(house)
    task = (await tasks_of(house, application))["social_card"]
    assert (await ask(house, application, task)).new
    assert not (await ask(house, application, task)).new
    assert (await ask(house, application, task, "complaint")).new


async def test_what_is_done_needs_no_urging_but_can_be_complained_of(house: House) -> None:
    application = await in_progress(house)
    await send(house, (await tasks_of(house, application))["medical_transfer"], "done")
    task = (await tasks_of(house, application))["medical_transfer"]
    with pytest.raises(Conflict):
        await ask(house, application, task)
    assert (await ask(house, application, task, "complaint", "办错了")).new
    with pytest.raises(GuituError):
        await ask(house, application, task, "praise")


async def test_a_complaint_may_be_about_the_case_as_a_whole(house: House, clerk: Desk) -> None:
    application = await in_progress(house)
    assert (await ask(house, application, None, "complaint", "跑了三趟")).new
    (shown,) = (await clerk.get("/api/requests")).json()["requests"]
    assert (shown["matter"], shown["department"]) == (None, None)


async def test_an_officer_sees_and_answers_what_concerns_the_own_department(house: House, address: str) -> None:
    application = await in_progress(house)
    tasks = await tasks_of(house, application)
    asked = await ask(house, application, tasks["household_restoration"])
    async with (
        desk(house, address, "officer", department="police") as police,
        desk(house, address, "officer", department="medical_insurance") as medical,
        desk(house, address, "window", county="350582") as elsewhere,
    ):
        assert len((await police.get("/api/requests")).json()["requests"]) == 1
        for stranger in (medical, elsewhere):
            assert (await stranger.get("/api/requests")).json()["requests"] == []
            answer = await stranger.post(f"/api/requests/{asked.request.id}/answer", answer="好")
            assert answer.status_code == 404
        assert (await police.post(f"/api/requests/{asked.request.id}/answer", answer="在办")).status_code == 200
