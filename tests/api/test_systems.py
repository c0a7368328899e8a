"""What outside systems report over real HTTP, and what staff see of them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine
from sqlalchemy import update

from backend.applications import repository as applications
from backend.applications import service
from backend.clock import now
from backend.departments import signing
from backend.departments.model import DepartmentUnit
from backend.departments.seed import seed_examples
from backend.house import House
from backend.systems import endpoints
from backend.systems.links import rotate, set_link
from backend.systems.model import SystemLink
from backend.systems.registry import PROVINCE
from tests.support.outside import exchanges_of
from tests.support.people import CLERK, COUNTY, accepted, answers, in_progress, said, send, submitted, tasks_of
from tests.support.staff import desk, served

NOWHERE = "http://127.0.0.1:9/示例"
OTHER_COUNTY = "350582"


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with served(house, endpoints.blueprint) as url:
        yield url


async def post(
    address: str, path: str, link: SystemLink, body: Any, event_id: str = "evt_1", headers: dict[str, str] | None = None
) -> httpx.Response:
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    signed = signing.sign([link.secret], event_id, text) if headers is None else headers
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
        return await http.post(f"{address}/api/systems/{path}", content=text.encode(), headers=signed)


def begun(**changes: Any) -> dict[str, Any]:
    """What the hall sends of an application that was begun there."""
    return {"hall_number": "示例0001".replace("示例", "SL-"), "answers": answers(matters=["report_in"], **changes)}


async def test_an_application_begun_in_the_hall_goes_on_here_once(house: House, address: str) -> None:
    hall = await set_link(house, "hall", PROVINCE, "http", NOWHERE)
    body = begun()
    first = await post(address, "hall/applications", hall, body)
    assert (first.status_code, first.json()["created"]) == (201, True)
    assert (await post(address, "hall/applications", hall, body)).json() == first.json()
    anew = await post(address, "hall/applications", hall, body, "evt_2")
    assert (anew.status_code, anew.json()["created"], anew.json()["number"]) == (200, False, first.json()["number"])
    async with house.db.reading() as session:
        application = await service.by_number(session, CLERK, first.json()["number"])
        history = await service.history(session, application)
    assert application.hall_number == body["hall_number"]
    assert history[0].actor == "system:hall"
    assert not await exchanges_of(house, "hall")  # it is filed there already


async def test_the_halls_number_of_one_person_is_not_anothers(house: House, address: str) -> None:
    hall = await set_link(house, "hall", PROVINCE, "http", NOWHERE)
    assert (await post(address, "hall/applications", hall, begun())).status_code == 201
    other = await post(address, "hall/applications", hall, begun(), "evt_2")
    assert (other.status_code, other.json()["error"]) == (409, "number_reused")


async def test_one_live_application_for_each_person_and_year_over_all_channels(house: House, address: str) -> None:
    # domain.md, Who may apply
    hall = await set_link(house, "hall", PROVINCE, "http", NOWHERE)
    here = await submitted(house, matters=["report_in"])
    refused = await post(address, "hall/applications", hall, begun(id_number=here.answers["id_number"]))
    assert (refused.status_code, refused.json()["error"]) == (409, "one_live_application")
    assert here.number not in refused.text  # another mobile must not learn the case by it


async def test_what_does_not_pass_the_checks_of_the_chat_does_not_come_from_the_hall(house: House, address: str) -> None:
    hall = await set_link(house, "hall", PROVINCE, "http", NOWHERE)
    bad = [
        begun(mobile="12345"),
        begun(id_number="35010219990101001X"),
        begun(consent=False),
        begun(discharge_month="2019-01"),
        begun(county="110101"),
        begun(papers_lacking=[[1], {"x": 1}]),
        begun(enlist_month=5, discharge_month={"a": 1}),
        {"hall_number": "SL-2", "answers": {}},
        {"hall_number": "a b", "answers": {}},
        {"answers": answers()},
        {**begun(), "more": 1},
        [],
        "{",
    ]
    for number, body in enumerate(bad):
        answer = await post(address, "hall/applications", hall, body, f"evt_{number}")
        assert answer.status_code in (400, 422), (body, answer.text)
        assert answer.json()["message"]
        again = await post(address, "hall/applications", hall, body, f"evt_{number}")
        assert again.json() == answer.json()
    async with house.db.reading() as session:
        assert await applications.by_draft(session, "hall:SL-2") is None


async def test_a_countys_hall_brings_nobody_of_another_county(house: House, address: str) -> None:
    hall = await set_link(house, "hall", OTHER_COUNTY, "http", NOWHERE)
    answer = await post(address, "hall/applications", hall, begun())
    assert (answer.status_code, answer.json()["fields"]) == (422, {"county": "not a county of this link"})


async def test_unsigned_tampered_late_foreign_and_unknown_are_refused(house: House, address: str) -> None:
    hall = await set_link(house, "hall", PROVINCE, "http", NOWHERE)
    post_link = await set_link(house, "post", COUNTY, "http", NOWHERE)
    body = json.dumps(begun(), ensure_ascii=False)
    signed = signing.sign([hall.secret], "evt_1", body)
    path = "hall/applications"
    assert (await post(address, path, hall, body, headers={})).status_code == 401
    assert (await post(address, path, hall, body + " ", headers=signed)).status_code == 401
    assert (await post(address, path, post_link, body)).status_code == 401
    assert (await post(address, path, hall, body, headers={**signed, "webhook-signature": "v1,%%%"})).status_code == 401
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=6)):
        late = signing.sign([hall.secret], "evt_1", body)
    assert (await post(address, path, hall, body, headers=late)).status_code == 401
    assert (await post(address, "tax/reports", hall, body)).status_code == 404
    assert (await post(address, "nobody/reports", hall, body)).status_code == 404
    await set_link(house, "hall", PROVINCE, "off")
    assert (await post(address, path, hall, body)).status_code == 401
    async with house.db.reading() as session:
        assert await applications.by_draft(session, "hall:SL-0001") is None


async def test_an_event_id_with_other_content_is_refused_and_a_secret_is_replaced_without_a_gap(
    house: House, address: str
) -> None:
    hall = await set_link(house, "hall", PROVINCE, "http", NOWHERE)
    assert (await post(address, "hall/applications", hall, begun())).status_code == 201
    reused = await post(address, "hall/applications", hall, begun())
    assert (reused.status_code, reused.json()["error"]) == (409, "event_reused")
    new = await rotate(house, "hall", PROVINCE)
    body = json.dumps({"hall_number": "SL-9", "answers": answers(matters=["report_in"])}, ensure_ascii=False)
    assert (await post(address, "hall/applications", hall, body, "evt_old")).status_code == 201
    fresh = signing.sign([new], "evt_new", body)
    assert (await post(address, "hall/applications", hall, body, headers=fresh)).status_code == 200
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=25)):
        assert (await post(address, "hall/applications", hall, body, "evt_later")).status_code == 401


async def test_the_league_task_waits_for_the_veteran_until_registration_is_confirmed(house: House, address: str) -> None:
    # notice 三(十), where the league committee has no interface of its own
    league = await set_link(house, "league", COUNTY, "http", NOWHERE)
    await seed_examples(house)
    async with house.db.unit() as unit:
        await unit.session.execute(update(DepartmentUnit).values(endpoint=None))
        await unit.commit()
    application = await accepted(house, matters=["report_in", "party_league"], political_status="league")
    await service.intake(house, application.number, CLERK)
    task = (await tasks_of(house, application))["league"]
    assert (task.state, task.due_at) == ("waiting_veteran", None)
    assert any("智慧团建" in text for text in await said(house, application))
    report = {"task": task.id, "status": "confirmed", "at": now().isoformat()}
    answer = await post(address, "league/reports", league, report)
    assert (answer.status_code, answer.json()) == (
        200,
        {"applied": True, "state": "waiting_approval", "reason": None},
    )


async def test_the_post_says_whether_it_arrived_and_only_of_its_own_county(house: House, address: str) -> None:
    own = await set_link(house, "post", COUNTY, "http", NOWHERE)
    foreign = await set_link(house, "post", OTHER_COUNTY, "http", NOWHERE)
    application = await in_progress(house, matters=["report_in", "social_card"])
    task = (await tasks_of(house, application))["social_card"]
    await send(house, task, "done")
    await send(house, task, "ready")
    (order,) = await exchanges_of(house, "post")
    assert (order.body["product"], order.state) == ("card", "waiting")
    mailed = {"task": task.id, "status": "mailed", "carrier": "示例快递", "tracking_number": "示例1", "at": now().isoformat()}
    refused = await post(address, "post/reports", foreign, mailed)
    assert (refused.status_code, refused.json()["error"]) == (404, "no_task")
    ancient = await post(address, "post/reports", own, {**mailed, "at": "0001-01-01T00:00:00+08:00"}, "evt_0")
    assert (ancient.status_code, ancient.json()["fields"]) == (422, {"at": "too long ago"})
    assert (await post(address, "post/reports", own, mailed, "evt_1")).json()["applied"]
    delivered = {"task": task.id, "status": "delivered", "at": now().isoformat()}
    assert (await post(address, "post/reports", own, delivered, "evt_2")).json()["applied"]
    assert not (await post(address, "post/reports", own, mailed, "evt_3")).json()["applied"]
    texts = await said(house, application)
    assert any("示例快递" in text for text in texts)
    async with house.db.reading() as session:
        assert (await service.by_number(session, CLERK, application.number)).state == "completed"


@pytest.mark.parametrize(
    "body",
    [
        {"status": "delivered"},
        {"task": "t_1", "status": "eaten", "at": "2026-11-25T10:00:00+08:00"},
        {"task": "t_1", "status": "mailed", "at": "2026-11-25T10:00:00+08:00"},
        {"task": "t_1", "status": "delivered", "at": "2026-11-25T10:00:00"},
        {"task": "t_1", "status": "delivered", "at": "2999-11-25T10:00:00+08:00"},
        {"task": "t_1", "status": "delivered", "at": "2026-11-25T10:00:00+08:00", "more": 1},
        {"task": "t_\0", "status": "delivered", "at": "2026-11-25T10:00:00+08:00"},
        {"task": "t_1", "status": "mailed", "carrier": "示\0例", "tracking_number": "1", "at": "2026-11-25T10:00:00+08:00"},
        "",
    ],
)
async def test_a_report_of_the_wrong_form_is_refused_with_what_is_wrong(house: House, address: str, body: Any) -> None:
    link = await set_link(house, "post", COUNTY, "http", NOWHERE)
    answer = await post(address, "post/reports", link, body)
    assert answer.status_code == 422 and answer.json()["fields"]


async def test_a_task_that_was_never_dispatched_has_no_report(house: House, address: str) -> None:
    link = await set_link(house, "post", COUNTY, "http", NOWHERE)
    application = await in_progress(house, matters=["report_in", "social_card"], lacking=(4,))
    task = (await tasks_of(house, application))["social_card"]
    assert task.state == "waiting_papers"
    report = {"task": task.id, "status": "delivered", "at": now().isoformat()}
    answer = await post(address, "post/reports", link, report)
    assert (answer.status_code, answer.json()["error"]) == (409, "not_dispatched")


async def test_what_is_not_linked_is_seen_and_holds_nothing_up(house: House, address: str) -> None:
    application = await in_progress(house)
    await send(house, (await tasks_of(house, application))["social_card"], "done")
    for system in ("hall", "online_system", "bank", "party_members", "league", "population", "post"):
        assert not await exchanges_of(house, system)
    await set_link(house, "hall", PROVINCE, "off")
    async with desk(house, address, "county_supervisor") as supervisor, desk(house, address, "window") as clerk:
        shown = {each["system"]: each["linked"] for each in (await supervisor.get("/api/systems")).json()["systems"]}
        assert len(shown) == 10 and not any(shown.values())
        assert (await clerk.get("/api/systems")).status_code == 403


async def test_staff_see_what_was_sent_about_their_cases_and_no_others(house: House, address: str) -> None:
    await set_link(house, "hall", PROVINCE, "http", NOWHERE)
    application = await submitted(house)
    async with (
        desk(house, address, "window") as clerk,
        desk(house, address, "window", county=OTHER_COUNTY) as other,
    ):
        (sent,) = (await clerk.get("/api/systems/exchanges", number=application.number)).json()["exchanges"]
        assert (sent["system"], sent["state"]) == ("hall", "waiting")
        assert application.answers["id_number"] not in json.dumps(sent)
        assert (await other.get("/api/systems/exchanges", number=application.number)).status_code == 404
