"""What came back by post: the veteran says in the chat how it goes on, or the window does (notice 五, our reading)."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from sanic import Request, empty
from sanic.response import HTTPResponse
from sqlalchemy import select, update

from backend.applications import endpoints
from backend.applications import repository as applications
from backend.applications import service as cases
from backend.applications.model import Application, Delivery
from backend.departments import push
from backend.departments.model import DepartmentUnit, Task
from backend.departments.payload import task_payload
from backend.departments.schemas import TaskOut
from backend.departments.seed import seed_examples
from backend.edge.application import new_app
from backend.edge.serving import serve
from backend.house import House
from backend.outbox.model import OutboxRow
from backend.outbox.service import deliver_due
from backend.requests import service as requests
from tests.support.people import CLERK, in_progress, send, tasks_of, unit_of
from tests.support.staff import desk, served
from tests.support.turns import Person

NEW = "福州市鼓楼区示例街道示例路9号"
MAILED = {"carrier": "示例快递", "tracking_number": "示例1"}


async def came_back(house: House, task: Task) -> None:
    for result, more in (("done", {}), ("mailed", MAILED), ("came_back", {})):
        assert (await send(house, task, result, **more))[1]["applied"]


async def card_of(house: House, application: Application) -> Delivery:
    async with house.db.reading() as session:
        (card,) = await applications.deliveries(session, application.id)
    return card


async def person_whose_card_came_back(house: House) -> tuple[Person, Task]:
    person = Person(house)
    mailed = {"card_delivery": "mail", "card_address": "福州市鼓楼区示例街道示例路1号"}
    own = {"card_bank": "icbc", "card_recipient": "林小明", "card_mobile": "13800000000"}
    await person.fill(matters=["report_in", "social_card"], **mailed, **own)
    await person.press("review=submit")
    await seed_examples(house)
    number = (await person.application()).number
    await cases.record_archive(house, number, CLERK)
    await cases.accept(house, number, CLERK)
    await cases.intake(house, number, CLERK)
    task = (await tasks_of(house, await person.application()))["social_card"]
    await came_back(house, task)
    return person, task


async def test_a_new_address_in_the_chat_reaches_the_unit(house: House) -> None:
    person, task = await person_whose_card_came_back(house)
    assert "重新寄" in await person.say(f"寄到{NEW}")
    application = await person.application()
    card = await card_of(house, application)
    assert (card.way, card.state, application.answers["card_address"]) == ("mail", "to_prepare", NEW)
    async with house.db.reading() as session:
        pushes = (await session.scalars(select(OutboxRow).where(OutboxRow.topic == "task.push"))).all()
        record = [event for event in await applications.events(session, application.id) if event.command == "change_delivery"]
    assert [row.payload["event"] for row in pushes if row.payload["task"] == task.id].count("task.delivery_changed") == 1
    assert task_payload(house, application, task, await unit_of(house, task))["applicant"]["card_address"] == NEW
    assert [(event.actor[:8], event.from_state, event.to_state) for event in record] == [
        ("veteran:", "came_back", "to_prepare")
    ]
    await send(house, task, "mailed", **MAILED)
    assert (await person.application()).state == "in_progress"
    await send(house, task, "delivered")
    async with house.db.reading() as session:
        ended = await applications.by_id(session, application.id)
    assert ended is not None and ended.state == "completed"


async def test_who_comes_for_it_collects_it(house: House) -> None:
    person, task = await person_whose_card_came_back(house)
    assert "自己来取" in await person.say("我自己来取")
    card = await card_of(house, await person.application())
    assert (card.way, card.state) == ("collect", "to_collect")
    assert (await send(house, task, "collected"))[1]["applied"]


async def test_who_only_wants_it_again_is_asked_where_to(house: House) -> None:
    person, _ = await person_whose_card_came_back(house)
    assert "寄到哪里" in await person.say("重新寄")
    assert "门牌" in await person.say("寄到福州市鼓楼区示例街道")
    assert (await card_of(house, await person.application())).state == "came_back"
    assert "重新寄" in await person.say("寄到原地址")
    assert (await card_of(house, await person.application())).state == "to_prepare"


@pytest.mark.parametrize("said", ["能寄到家吗", "寄到哪里了？"])
async def test_a_question_changes_nothing(house: House, said: str) -> None:
    person, _ = await person_whose_card_came_back(house)
    await person.say(said, "faq/delivery", "answer")
    assert (await card_of(house, await person.application())).state == "came_back"


async def test_the_push_goes_out_though_the_task_is_done(house: House) -> None:
    taken: list[dict[str, Any]] = []
    system = new_app(f"unit-{secrets.token_hex(4)}")

    @system.post("/tasks")
    async def take(request: Request) -> HTTPResponse:
        taken.append(request.json)
        return empty(status=202)

    person, _ = await person_whose_card_came_back(house)
    await person.say(f"寄到{NEW}")
    async with serve(system) as url:
        async with house.db.unit() as unit:
            await unit.session.execute(update(DepartmentUnit).values(endpoint=f"{url}/tasks"))
            await unit.commit()
        await deliver_due(house, {push.TOPIC: push.deliver})
    (told,) = [body for body in taken if body["event"] == "task.delivery_changed"]
    assert TaskOut.model_validate(told).applicant["card_address"] == NEW


async def test_where_nothing_can_be_pushed_the_window_is_asked_to_pass_it_on(house: House) -> None:
    person, _ = await person_whose_card_came_back(house)
    async with house.db.unit() as unit:
        await unit.session.execute(update(DepartmentUnit).values(endpoint=None))
        await unit.commit()
    await person.say("我自己来取")
    async with house.db.reading() as session:
        (asked,) = await requests.waiting(session, CLERK)
    assert "社保卡退回后改为本人领取" in asked[0].words


async def test_the_window_can_do_it_and_only_with_what_came_back(house: House) -> None:
    application = await in_progress(house, matters=["report_in", "social_card"])
    task = (await tasks_of(house, application))["social_card"]
    path = f"/api/cases/{application.number}/delivery"
    async with served(house, endpoints.blueprint) as url, desk(house, url, "window") as clerk:

        async def post(**body: object) -> tuple[int, str | None]:
            version = (await clerk.get(f"/api/cases/{application.number}")).json()["case"]["version"]
            answer = await clerk.post(path, version=version, **body)
            return answer.status_code, answer.json().get("error")

        assert await post(product="card", way="collect") == (404, "no_delivery")
        await came_back(house, task)
        assert await post(product="booklet", way="collect") == (404, "no_delivery")
        assert await post(product="card", way="mail", address="示例") == (400, "invalid_address")
        assert (await post(product="card", way="collect", address=NEW))[0] == 400
        async with desk(house, url, "reviewer", county="350582") as other:
            assert (await other.post(path, version=1, product="card", way="collect")).status_code == 404
        async with desk(house, url, "officer", department="police") as officer:
            assert (await officer.post(path, version=1, product="card", way="collect")).status_code == 403
        assert await post(product="card", way="mail", address=NEW) == (200, None)
        assert await post(product="card", way="collect") == (409, "not_allowed")
    assert (await card_of(house, application)).state == "to_prepare"
