"""The outside systems that the notice names: what each is sent in a case, and what its word does (notice 三, 四(八), 五)."""

from __future__ import annotations

import json
import secrets
from typing import Any

import httpx
import pytest

from backend.applications.model import Application
from backend.clock import now
from backend.departments import repository as departments
from backend.departments import signing
from backend.departments.service import add_unit
from backend.systems.adapters import ADAPTERS
from backend.systems.links import set_link
from backend.systems.model import SystemLink
from backend.systems.registry import PROVINCE
from backend.systems.schemas import PopulationAnswer
from tests.support.county import County
from tests.support.outside import exchanges_of
from tests.support.people import ALL_MATTERS, answers, in_progress

pytestmark = pytest.mark.asyncio(loop_scope="package")

NOWHERE = "http://127.0.0.1:9/示例"
#: A county whose departments have no systems of their own: the outside systems are asked for them.
HERE = "350105"
DEPARTMENTS = (
    "veterans_affairs",
    "police",
    "human_resources",
    "medical_insurance",
    "social_card_service",
    "party_organisation",
    "league_committee",
    "finance",
)

#: system → the form of its link, what it is sent of an application with all matters (None: nothing, it is told otherwise).
SENT: dict[str, tuple[str, set[str] | None]] = {
    "hall": ("http", {"application", "county", "name", "id_number", "mobile", "matters", "submitted_at"}),  # 三(一)
    "online_system": ("http", {"matter", "path", "department", "result", "state", "outcome", "hall_number"}),  # 三
    "population": ("http", {"task", "name", "id_number"}),  # 三(五)
    "party_members": ("file", {"task", "name", "id_number", "political_status", "organisation"}),  # 三(十)
    "league": ("http", {"task", "name", "id_number", "organisation"}),  # 三(十)
    "bank": ("http", {"task", "bank", "name", "id_number", "delivery"}),  # 三(九)
    "post": ("http", {"task", "product", "recipient", "mobile", "address"}),  # 五
    "tax": ("off", None),  # 三(六): the veteran goes there; a date and a place are told
    "efficiency": ("file", None),  # 四(八): a file a month
    "reform": ("file", None),  # 四(八)
}
LINKS: dict[str, SystemLink] = {}


async def linked(county: County) -> Application:
    """Everything linked, and a case with all matters in that county, its card ready for the post."""
    house = county.house
    for system, (kind, _) in SENT.items():
        where = PROVINCE if system in ("hall", "online_system", "efficiency", "reform") else HERE
        if kind != "off":
            LINKS[system] = await set_link(house, system, where, kind, NOWHERE if kind == "http" else None)
    async with house.db.reading() as session:
        there = {unit.department for unit in await departments.units(session, [HERE])}
    for department in DEPARTMENTS:
        if department not in there:
            await add_unit(house, HERE, department, f"示例·{department}")
    application = await in_progress(house, county=HERE, matters=list(ALL_MATTERS))
    card = await county.task(application, "social_card")
    await county.reported(card, "done")
    await county.reported(card, "ready")
    return application


@pytest.mark.parametrize("system", SENT, ids=SENT)
async def test_a_system_is_sent_what_it_needs_and_staff_see_that_it_was(county: County, system: str) -> None:
    application = await linked(county)
    kind, fields = SENT[system]
    sent = [each for each in await exchanges_of(county.house, system) if each.application_id == application.id]
    supervisor = await county.desk("provincial_supervisor", county=None)
    shown = {each["system"] for each in (await supervisor.get("/api/systems")).json()["systems"] if each["linked"]}
    assert (system in shown) == (kind != "off")
    if fields is None:
        assert not sent
        return
    assert sent and all(fields <= set(each.body) for each in sent)
    assert {each.state for each in sent} == ({"to_file"} if kind == "file" else {"waiting"})
    clerk = await county.desk("window", county=HERE)
    listed = (await clerk.get("/api/systems/exchanges", number=application.number)).json()["exchanges"]
    assert system in {each["system"] for each in listed}
    # Nothing of the person is in that list.
    assert application.answers["id_number"] not in json.dumps(listed)


async def reports(county: County, system: str, body: dict[str, Any]) -> httpx.Response:
    """What a system reports, signed, over HTTP."""
    content = json.dumps(body, ensure_ascii=False)
    signed = signing.sign([LINKS[system].secret], f"evt_{secrets.token_hex(6)}", content)
    path = "hall/applications" if system == "hall" else f"{system}/reports"
    return await county.send(f"/api/systems/{path}", content, signed)


#: system and what it reports → the task it speaks of, words that the veteran then reads.
REPORTED: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "party_members-entered": ("party_members", "party", {"status": "entered"}, "等基层党组织审核"),
    "party_members-under_review": ("party_members", "party", {"status": "under_review"}, "基层党组织正在审核"),
    "party_members-transferred": ("party_members", "party", {"status": "transferred"}, "已经转到新的党组织"),
    "party_members-sent_back": ("party_members", "party", {"status": "sent_back", "note": "缺一页"}, "资料被退回：缺一页"),
    "league-confirmed": ("league", "league", {"status": "confirmed"}, "等他们审核"),
    "post-mailed": (
        "post",
        "social_card",
        {"status": "mailed", "carrier": "示例快递", "tracking_number": "示例9"},
        "示例快递，单号示例9",
    ),
    "post-delivered": ("post", "social_card", {"status": "delivered"}, "社保卡已经签收"),
}


@pytest.mark.parametrize("row", REPORTED, ids=REPORTED)
async def test_what_a_system_reports_is_taken_and_told(county: County, row: str) -> None:
    system, key, report, read = REPORTED[row]
    application = await linked(county)
    task = await county.task(application, key)
    body = {"task": task.id, "at": now().isoformat(), **report}
    if system == "party_members":
        # By file only, as it publishes no interface: the same row over HTTP needs a link of that kind.
        LINKS[system] = await set_link(county.house, system, HERE, "http", NOWHERE)
    answer = await reports(county, system, body)
    assert (answer.status_code, answer.json()["applied"]) == (200, True), answer.text
    assert read in await county.said(application)


async def test_what_was_begun_in_the_hall_goes_on_here_under_its_number(county: County) -> None:  # notice 三(一)
    await linked(county)
    body = {"hall_number": f"SL-{secrets.token_hex(3)}", "answers": answers(matters=["report_in"])}
    first = await reports(county, "hall", body)
    again = await reports(county, "hall", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["number"] == first.json()["number"] and again.json()["created"] is False


@pytest.mark.parametrize("system", ["efficiency", "reform"])
async def test_how_the_limits_were_kept_is_written_for_those_who_judge_it(county: County, system: str) -> None:  # notice 四(八)
    await linked(county)
    supervisor = await county.desk("provincial_supervisor", county=None)
    answer = await supervisor.get(f"/api/systems/{system}/months/{now():%Y-%m}", form="csv")
    assert answer.status_code == 200 and answer.headers["x-file-id"], answer.text


@pytest.mark.parametrize("answer", [True, False], ids=["population_found", "population_not_found"])
async def test_what_the_population_database_says_is_laid_beside_the_task_for_the_police(county: County, answer: bool) -> None:
    # notice 三(五): the police decide, and what is not found is moved offline by them
    application = await linked(county)
    (query,) = [each for each in await exchanges_of(county.house, "population") if each.application_id == application.id]
    async with county.house.db.unit() as unit:
        await ADAPTERS["population"].answered(unit, county.house, application, query, PopulationAnswer(found=answer))
        await unit.commit()
    looker = await county.desk("auditor", county=None)
    events = (await looker.get(f"/api/cases/{application.number}")).json()["case"]["events"]
    assert (f"population_{'found' if answer else 'not_found'}", query.task_id) in [(e["command"], e["task"]) for e in events]
