"""Bad input over HTTP: each a clear refusal, on record, and nothing half done."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from backend.applications.model import Application
from backend.clock import today
from backend.departments.model import DepartmentEvent
from backend.house import House
from tests.support.county import ALL_PAPERS, OTHER_COUNTY, County, refusals
from tests.support.people import in_progress, submitted

pytestmark = pytest.mark.asyncio(loop_scope="package")

CASE_COMMANDS: dict[str, dict[str, Any]] = {
    "archive": {},
    "review": {"outcome": "accept"},
    "originals": {},
    "differences": {"points": [{"name": "1", "reason": "不同"}]},
    "check-in": {"copied": list(ALL_PAPERS), "identity": "id_card"},
    "papers": {"brought": [8]},
    "matters": {"matters": ["report_in"]},
    "county": {"county": OTHER_COUNTY, "reason": "落户在晋江"},
    "mobile": {"mobile": "13800000000", "proof": "id_card"},
    "withdrawal": {"reason": "本人要求"},
}


async def remembered(house: House, event_id: str) -> int | None:
    """The answer to a signed report as it is kept."""
    async with house.db.reading() as session:
        return await session.scalar(select(DepartmentEvent.status).where(DepartmentEvent.event_id == event_id))


async def untouched(county: County, application: Application, before: dict[str, Any]) -> bool:
    return await county.case(application.number) == before


# --- unknown codes ----------------------------------------------------------------------------------------------------------

UNKNOWN: dict[str, tuple[str, dict[str, Any], int, str]] = {
    "matter": ("matters", {"matters": ["report_in", "pension"]}, 400, "invalid_answers"),
    "answer": (
        "matters",
        {"matters": ["report_in", "social_card"], "answers": {"card_bank": "示例银行"}},
        400,
        "invalid_answers",
    ),
    "outcome": ("review", {"outcome": "perhaps"}, 400, "invalid"),
    "field": ("review", {"outcome": "correct", "points": [{"name": "colour", "reason": "x"}]}, 400, "unknown_point"),
    "material": ("review", {"outcome": "correct", "points": [{"name": "14", "reason": "x"}]}, 400, "unknown_point"),
    "county": ("county", {"county": "359999", "reason": "x"}, 400, "unknown_county"),
    "no_county": ("county", {"county": "福州", "reason": "x"}, 400, "invalid"),
    "proof": ("mobile", {"mobile": "13800000000", "proof": "library_card"}, 400, "invalid"),
    "body": ("archive", {"colour": "red"}, 400, "invalid"),
}


@pytest.mark.parametrize("code", UNKNOWN, ids=[f"unknown_code-{code}" for code in UNKNOWN])
async def test_a_code_that_there_is_not_is_refused(county: County, code: str) -> None:
    command, body, status, error = UNKNOWN[code]
    application = await submitted(county.house)
    before = await county.case(application.number)
    with capture_logs() as logs:
        answer = await county.ask(application.number, command, **body)
    assert (answer.status_code, answer.json()["error"]) == (status, error) and answer.json()["message"]
    assert refusals(logs) == [(f"/api/cases/{application.number}/{command}", status)]
    assert await untouched(county, application, before)


async def test_a_material_that_there_is_not_stops_the_check_in(county: County) -> None:  # unknown codes
    application = await submitted(county.house)
    await county.accept(application.number)
    await county.do(application.number, "originals")
    before = await county.case(application.number)
    body = {"lacking": [14], "copied": list(ALL_PAPERS), "identity": "id_card"}
    answer = await county.ask(application.number, "check-in", **body)
    assert (answer.status_code, answer.json()["error"]) == (400, "unknown_material")
    assert await untouched(county, application, before)


async def test_a_department_that_there_is_not_gets_no_task(county: County) -> None:  # unknown codes
    task = await county.task(await in_progress(county.house, matters=["report_in", "medical_transfer"]), "medical_transfer")
    await county.reported(task, "returned", reason="不归本单位办")
    clerk = await county.clerk()
    answer = await clerk.post(f"/api/tasks/{task.id}/redirect", department="示例部门")
    assert (answer.status_code, answer.json()["error"]) == (404, "unknown_code")


# --- wrong county, another county's case ------------------------------------------------------------------------------------

ELSEWHERE: dict[str, tuple[str, str, dict[str, Any], tuple[int, ...]]] = {
    "funds": ("finance", "/api/subsidies/{c}/funds", {"batch": "示例", "arrived_on": f"{today()}"}, (404,)),
    "payment_list": ("finance", "/api/subsidies/{c}/lists", {"batch": "示例"}, (404,)),
    "closure": (
        "county_supervisor",
        "/api/calendar/closures",
        {"county": "{c}", "days": ["2026-12-01"], "reason": "x"},
        (403, 404),
    ),
    "hours": (
        "county_supervisor",
        "/api/calendar/hours",
        {"county": "{c}", "close": "17:00", "since": "2026-12-01", "reason": "x"},
        (403, 404),
    ),
    "exemption": (
        "county_supervisor",
        "/api/exemptions",
        {
            "county": "{c}",
            "department": "police",
            "began_at": "2026-11-23T09:00:00+08:00",
            "ended_at": "2026-11-23T15:00:00+08:00",
            "reason": "x",
        },
        (403, 404),
    ),
    "roster": ("reviewer", "/api/roster/exports", {"county": "{c}"}, (403, 404)),
    "files": ("reviewer", "/api/systems/party_members/files/out?county={c}", {}, (403, 404)),
    "archives": ("reviewer", "/api/archives/{c}", {}, (403, 404)),
}


@pytest.mark.parametrize("what", ELSEWHERE, ids=[f"wrong_county-{what}" for what in ELSEWHERE])
async def test_a_county_that_is_not_ones_own_is_refused(county: County, what: str) -> None:
    role, path, body, statuses = ELSEWHERE[what]
    desk = await county.desk(role)
    for wrong in (OTHER_COUNTY, "359999"):
        with capture_logs() as logs:
            answer = await desk.post(path.format(c=wrong), **json.loads(json.dumps(body).replace("{c}", wrong)))
        assert answer.status_code in statuses, answer.text
        assert len(refusals(logs)) == 1


async def test_another_countys_case_is_not_there_for_any_command(county: County) -> None:
    application = await submitted(county.house)
    before = await county.case(application.number)
    stranger = await county.desk("window", "reviewer", county=OTHER_COUNTY)
    with capture_logs() as logs:
        assert (await stranger.get(f"/api/cases/{application.number}")).status_code == 404
        for command, body in CASE_COMMANDS.items():
            answer = await stranger.post(f"/api/cases/{application.number}/{command}", version=before["version"], **body)
            assert (answer.status_code, answer.json()["error"]) == (404, "no_application"), command
    assert len(refusals(logs)) == 1 + len(CASE_COMMANDS)
    assert await untouched(county, application, before)


@pytest.mark.parametrize("command", CASE_COMMANDS, ids=[f"stale-{command}" for command in CASE_COMMANDS])
async def test_a_decision_on_an_old_version_is_refused(county: County, command: str) -> None:
    application = await submitted(county.house)
    stale = (await county.case(application.number))["version"]
    await county.do(application.number, "archive")
    before = await county.case(application.number)
    clerk = await county.clerk()
    with capture_logs() as logs:
        answer = await clerk.post(f"/api/cases/{application.number}/{command}", version=stale, **CASE_COMMANDS[command])
    assert (answer.status_code, answer.json()["error"]) == (409, "stale"), answer.text
    assert refusals(logs) == [(f"/api/cases/{application.number}/{command}", 409)]
    assert await untouched(county, application, before)
