"""Bad input from departments, the hall and spreadsheets, over HTTP: each a clear refusal, on record, and nothing half done."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import time_machine
from sqlalchemy import select
from structlog.testing import capture_logs

from backend.applications.model import Application
from backend.clock import now, today
from backend.departments import signing
from backend.departments.model import DepartmentEvent
from backend.house import House
from backend.systems.links import set_link
from backend.systems.model import SystemFile
from backend.systems.registry import PROVINCE
from tests.support.county import County, refusals
from tests.support.people import COUNTY, answers, id_number, in_progress, report, unit_of
from tests.unit.spreadsheets.test_spreadsheets import book

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def remembered(house: House, event_id: str) -> int | None:
    """The answer to a signed report as it is kept."""
    async with house.db.reading() as session:
        return await session.scalar(select(DepartmentEvent.status).where(DepartmentEvent.event_id == event_id))


async def untouched(county: County, application: Application, before: dict[str, Any]) -> bool:
    return await county.case(application.number) == before


# --- results ----------------------------------------------------------------------------------------------------------------


def tampered(body: str, headers: dict[str, str]) -> tuple[str, dict[str, str]]:
    return body.replace("done", "declined"), headers


def unsigned(body: str, _headers: dict[str, str]) -> tuple[str, dict[str, str]]:
    return body, {}


def by_another(body: str, _headers: dict[str, str]) -> tuple[str, dict[str, str]]:
    return body, signing.sign([signing.new_secret()], "evt_other", body)


@pytest.mark.parametrize("how", [unsigned, tampered, by_another, None], ids=["unsigned", "tampered", "foreign_secret", "late"])
async def test_a_result_without_proof_is_refused(
    county: County, how: Callable[[str, dict[str, str]], tuple[str, dict[str, str]]] | None
) -> None:
    application = await in_progress(county.house, matters=["report_in", "medical_transfer"])
    task = await county.task(application, "medical_transfer")
    unit = await unit_of(county.house, task)
    before = await county.case(application.number)
    body = report(task, "done")
    if how is None:
        with time_machine.travel(datetime.now(UTC) - timedelta(minutes=6)):
            headers = signing.sign([unit.secret], "evt_late", body)
    else:
        body, headers = how(body, signing.sign([unit.secret], "evt_1", body))
    with capture_logs() as logs:
        answer = await county.post_result(unit, body, headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "bad_signature")
    assert [each["unit"] for each in logs if "without proof" in each["event"]] == [unit.id]
    assert await untouched(county, application, before)


async def test_a_result_for_another_departments_task_is_refused_and_kept(county: County) -> None:
    application = await in_progress(county.house, matters=["report_in", "medical_transfer", "household_restoration"])
    foreign = await county.task(application, "medical_transfer")
    police = await unit_of(county.house, await county.task(application, "household_restoration"))
    before = await county.case(application.number)
    body = report(foreign, "done")
    answer = await county.post_result(police, body, signing.sign([police.secret], "evt_foreign", body))
    assert (answer.status_code, answer.json()["error"]) == (404, "no_task")
    assert await remembered(county.house, "evt_foreign") == 404
    assert await untouched(county, application, before)


async def test_a_result_for_a_task_that_was_never_dispatched_is_refused_and_kept(county: County) -> None:
    application = await in_progress(county.house, lacking=(11,), matters=["report_in", "medical_transfer"])
    waiting = await county.task(application, "medical_transfer")
    unit = await unit_of(
        county.house,
        await county.task(await in_progress(county.house, matters=["report_in", "medical_transfer"]), "medical_transfer"),
    )
    before = await county.case(application.number)
    for number, task in enumerate((waiting.id, "t_there_is_none")):
        body = json.dumps({"task": task, "result": "done", "at": now().isoformat()})
        answer = await county.post_result(unit, body, signing.sign([unit.secret], f"evt_none_{number}", body))
        assert answer.status_code in (404, 409) and answer.json()["message"]
        assert await remembered(county.house, f"evt_none_{number}") == answer.status_code
    assert await untouched(county, application, before)


RESULTS: dict[str, dict[str, Any]] = {
    "unknown_result": {"result": "finished"},
    "unknown_wait": {"result": "waiting", "waiting_for": "luck"},
    "unknown_material": {"result": "paper_needed", "reason": "缺", "material": 99},
    "no_reason": {"result": "declined"},
    "unknown_field": {"result": "done", "colour": "red"},
    "time_to_come": {"result": "done", "at": (now() + timedelta(days=1)).isoformat()},
    "nothing_to_deliver": {"result": "ready"},
}


@pytest.mark.parametrize("what", RESULTS, ids=RESULTS)
async def test_a_result_that_is_not_as_documented_is_refused_and_kept(county: County, what: str) -> None:
    application = await in_progress(county.house, matters=["report_in", "medical_transfer"])
    task = await county.task(application, "medical_transfer")
    before = await county.case(application.number)
    unit = await unit_of(county.house, task)
    body = json.dumps({"task": task.id, "at": now().isoformat(), **RESULTS[what]}, ensure_ascii=False)
    answer = await county.post_result(unit, body, signing.sign([unit.secret], f"evt_{what}", body))
    assert answer.status_code == 422 and answer.json()["message"]
    assert await remembered(county.house, f"evt_{what}") == 422
    assert await untouched(county, application, before)


async def test_an_event_id_with_other_content_is_refused_and_changes_nothing(county: County) -> None:
    application = await in_progress(county.house, matters=["report_in", "medical_transfer"])
    task = await county.task(application, "medical_transfer")
    assert (await county.report(task, "received", event_id="evt_twice")).status_code == 200
    before = await county.case(application.number)
    with capture_logs() as logs:
        answer = await county.report(task, "declined", event_id="evt_twice", reason="不符合")
    assert (answer.status_code, answer.json()["error"]) == (409, "event_reused")
    assert [each["event_id"] for each in logs if "other content" in each["event"]] == ["evt_twice"]
    assert await untouched(county, application, before)


# --- spreadsheets -----------------------------------------------------------------------------------------------------------

FORMULA = "=1+1"
SHEETS: dict[str, tuple[tuple[object, ...], ...]] = {
    "archives-missing_column": (("姓名", "退役时间"), ("林小明", "2026.09")),
    "archives-formula": (("姓名", "公民身份号码"), ("林小明", id_number()), (FORMULA, id_number())),
    "payments-missing_column": (("编号", "付款日期"), ("{number}", "2026-01-20")),
    "payments-formula": (("编号", "结果"), ("{number}", FORMULA)),
    "payments-unknown_case": (("编号", "结果"), ("{number}", "已付"), ("TY-3501-26-999999", "已付")),
    "party_members-missing_column": (("任务编号", "说明"), ("{task}", "")),
    "party_members-formula": (("任务编号", "办理情况", "时间"), ("{task}", FORMULA, "2026-01-20 10:00")),
}


@pytest.mark.parametrize("what", SHEETS, ids=SHEETS)
async def test_a_spreadsheet_with_one_mistake_is_refused_whole(county: County, what: str) -> None:
    application = await in_progress(county.house, matters=["report_in", "local_subsidy", "party_league"])
    subsidy, party = await county.task(application, "local_subsidy"), await county.task(application, "party")
    desk = await county.desk("finance", "reviewer")
    room = what.partition("-")[0]
    path = f"/api/archives/{COUNTY}"
    if room == "payments":
        await county.reported(subsidy, "received")
        batch = f"示例批次{application.number}"
        await desk.post(f"/api/subsidies/{COUNTY}/funds", batch=batch, arrived_on=today().isoformat())
        made = await desk.post(f"/api/subsidies/{COUNTY}/lists", batch=batch)
        path = f"/api/subsidies/{COUNTY}/lists/{made.json()['list']}/outcomes"
    elif room == "party_members":
        await set_link(county.house, "party_members", COUNTY, "file")
        path = f"/api/systems/party_members/files/in?county={COUNTY}"
    places = {"number": application.number, "task": party.id}
    rows = [tuple(str(cell).format(**places) for cell in row) for row in SHEETS[what]]
    before, counted = await county.case(application.number), await expected(desk)
    with capture_logs() as logs:
        answer = await desk.http.post(path, content=book(*rows))
    assert answer.status_code == 422 and answer.json()["message"], answer.text
    if room == "party_members":
        # A refused result file stands among the files.
        async with county.house.db.reading() as session:
            assert await session.scalar(select(SystemFile.id).where(SystemFile.taken.is_(False)).limit(1)) is not None
    assert refusals(logs) == [(path.partition("?")[0], 422)]
    assert await untouched(county, application, before) and await expected(desk) == counted


async def expected(desk: Any) -> Any:
    return (await desk.get(f"/api/archives/{COUNTY}")).json()["counts"]


# --- what comes from the hall -----------------------------------------------------------------------------------------------

HALL: dict[str, dict[str, Any]] = {
    "unknown_county": {"county": "359999"},
    "unknown_matter": {"matters": ["report_in", "pension"]},
    "unknown_bank": {"matters": ["report_in", "social_card"], "card_bank": "示例"},
    "unknown_education": {"education": "示例"},
    "unknown_soldier": {"soldier_kind": "general"},
    "bad_identity_number": {"id_number": "350102199001011234"},
    "bad_mobile": {"mobile": "12345"},
    "bad_bank_card": {"bank_card": "6222000000000000001"},
    "list_for_text": {"name": ["林小明"]},
}


@pytest.mark.parametrize("what", HALL, ids=HALL)
async def test_what_is_begun_elsewhere_with_a_mistake_is_refused_and_not_filed(county: County, what: str) -> None:
    hall = await set_link(county.house, "hall", PROVINCE, "http", "http://127.0.0.1:9/示例")
    good = answers(matters=["report_in", "local_subsidy"])
    number = f"SL-{what.replace('_', '-')}"

    async def post(given: dict[str, Any], event: str) -> httpx.Response:
        body = json.dumps({"hall_number": number, "answers": given}, ensure_ascii=False)
        return await county.send("/api/systems/hall/applications", body, signing.sign([hall.secret], event, body))

    refused = await post({**good, **HALL[what]}, f"evt_{what}")
    assert refused.status_code in (400, 422), refused.text
    assert refused.json()["error"] in ("invalid_answers", "not_eligible", "invalid_report")
    # Nothing of it was filed: the same number and person, put right, are new.
    assert (await post(good, f"evt_{what}_right")).json()["created"] is True
