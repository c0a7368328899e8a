"""The people: what each role of staff does here, and what it may not; and who may apply (notice 二(一), 三, 六)."""

from __future__ import annotations

import json
import secrets
from typing import Any

import httpx
import pytest
import time_machine

from backend.clock import now, today
from backend.departments import signing
from backend.departments.service import add_unit
from backend.systems.links import set_link
from backend.systems.registry import PROVINCE
from tests.support.county import County
from tests.support.limits import at
from tests.support.people import COUNTY, answers, id_number, in_progress, submitted

pytestmark = pytest.mark.asyncio(loop_scope="package")

CASE = "/api/cases/{number}"
#: role → what it may ask for (its first word says how), what it may not. `{number}` is a case, `{task}` one of its tasks.
ROLES: dict[str, tuple[list[str], list[str]]] = {
    "window": (
        [
            f"GET {CASE}",
            f"GET {CASE}/documents",
            "GET /api/handovers",
            "GET /api/requests",
            "GET /api/tasks/due",
            "GET /api/training",
        ],
        [
            f"POST {CASE}/archive",
            f"POST {CASE}/review",
            "POST /api/roster/exports",
            "GET /api/statistics",
            "GET /api/subsidies/{county}",
        ],
    ),
    "reviewer": (
        [f"GET {CASE}", "GET /api/archives/{county}", "GET /api/roster/exports", "GET /api/subsidies/{county}"],
        [f"POST {CASE}/originals", f"POST {CASE}/check-in", f"POST {CASE}/mobile", "GET /api/statistics"],
    ),
    "officer": (
        ["GET /api/tasks/due", "GET /api/requests", "GET /api/alerts"],
        [f"GET {CASE}", f"POST {CASE}/check-in", "POST /api/tasks/{task}/redirect", "GET /api/roster/exports"],
    ),
    "finance": (
        ["GET /api/subsidies/{county}"],
        [f"GET {CASE}", "GET /api/requests", "GET /api/roster/exports", f"POST {CASE}/review"],
    ),
    # Supervisors see timeliness, and change nothing in a case.
    "county_supervisor": (
        [
            "GET /api/statistics",
            "GET /api/tasks/due",
            "GET /api/alerts",
            "GET /api/exemptions",
            f"GET {CASE}",
            "GET /api/handovers",
        ],
        [
            *(f"POST {CASE}/{c}" for c in ("archive", "review", "originals", "differences", "check-in", "papers")),
            *(f"POST {CASE}/{c}" for c in ("matters", "county", "mobile", "withdrawal")),
            "POST /api/tasks/{task}/redirect",
        ],
    ),
    "provincial_supervisor": (
        ["GET /api/statistics", "GET /api/tasks/due"],
        [
            f"GET {CASE}",
            *(f"POST {CASE}/{c}" for c in ("archive", "review", "originals", "differences", "check-in", "papers")),
            *(f"POST {CASE}/{c}" for c in ("matters", "county", "mobile", "withdrawal")),
            "POST /api/tasks/{task}/redirect",
        ],
    ),
    "armed_forces": (
        ["GET /api/roster/exports"],
        [f"GET {CASE}", "POST /api/roster/exports", "GET /api/roster?county={county}"],
    ),
    "auditor": ([f"GET {CASE}"], [f"POST {CASE}/review", f"POST {CASE}/withdrawal", "GET /api/requests"]),
    "administrator": (["GET /api/systems", "GET /api/statistics"], [f"GET {CASE}", f"POST {CASE}/review"]),
}
EVERYWHERE = ("provincial_supervisor", "auditor", "administrator")


@pytest.mark.parametrize("role", ROLES, ids=ROLES)
async def test_a_role_does_its_own_work_and_no_others(county: County, role: str) -> None:
    application = await in_progress(county.house, matters=["report_in", "medical_transfer"])
    task = await county.task(application, "medical_transfer")
    places = {"number": application.number, "task": task.id, "county": COUNTY}
    department = "medical_insurance" if role == "officer" else None
    someone = await county.desk(role, county=None if role in EVERYWHERE else COUNTY, department=department)
    nobody = await county.desk()
    may, may_not = ROLES[role]
    for asked in may + may_not:
        way, _, path = asked.format(**places).partition(" ")
        answer = await (someone.get(path) if way == "GET" else someone.post(path))
        assert answer.status_code == (200 if asked in may else 403), (asked, answer.text)
        assert (await (nobody.get(path) if way == "GET" else nobody.post(path))).status_code == 401, asked


async def test_the_veteran_sees_only_their_own_case_and_changes_it_in_their_own_chat(county: County) -> None:
    first, second = await county.chat(), await county.chat()
    await first.fill(id_number=id_number())
    await first.press("review=submit")
    await second.open()
    number = (await first.application()).number
    assert number in await first.say("办到哪了", "progress", "progress")
    assert number not in await second.say(f"办到哪了 {number}", "progress", "progress")


async def test_one_unit_may_do_the_work_of_several_departments(county: County) -> None:  # our reading, as in 平潭综合实验区
    house = county.house
    for department in ("police", "medical_insurance"):
        await add_unit(house, "350103", department, "示例社会事业局")
    application = await in_progress(house, matters=["report_in", "household_restoration", "medical_transfer"], county="350103")
    looker = await county.desk("auditor", county=None)
    lines = (await looker.get(f"/api/cases/{application.number}")).json()["case"]["lines"]
    assert {line["unit"] for line in lines if line["matter"] != "report_in"} == {"示例社会事业局"}


# --- who may apply (notice 二(一)) -----------------------------------------------------------------------------------------

LAST_YEAR = f"{now().year - 1}-12"
MAY: dict[str, tuple[dict[str, Any], str | None]] = {
    "this_year-fujian": ({}, None),
    "this_year-pingtan": ({"county": "350128"}, None),
    "last_year": ({"discharge_month": LAST_YEAR}, "not_eligible"),
    "to_come": ({"discharge_month": f"{now().year + 1}-01"}, "invalid_answers"),
    "outside_fujian": ({"county": "110101"}, "invalid_answers"),
}


async def from_the_hall(here: County, **changes: Any) -> httpx.Response:
    """Filed over HTTP from the province's hall, which is checked as the chat is."""
    hall = await set_link(here.house, "hall", PROVINCE, "http", "http://127.0.0.1:9/示例")
    number = f"SL-{secrets.token_hex(4)}"
    body = json.dumps({"hall_number": number, "answers": answers(matters=["report_in"], **changes)}, ensure_ascii=False)
    return await here.send("/api/systems/hall/applications", body, signing.sign([hall.secret], number, body))


@pytest.mark.parametrize("who", MAY, ids=MAY)
async def test_who_was_discharged_this_year_and_settles_in_fujian_may_apply(county: County, who: str) -> None:
    changes, error = MAY[who]
    answer = await from_the_hall(county, **changes)
    if error is None:
        assert answer.status_code == 201, answer.text
    else:
        assert (answer.status_code, answer.json()["error"]) == (400, error) and answer.json()["message"]


async def test_who_may_not_apply_is_told_why_and_shown_the_way_and_loses_nothing(county: County) -> None:
    chat = await county.chat()
    await chat.fill(id_number=id_number())
    before = await chat.answers()
    said = await chat.say(f"不对，我是{today().year - 1}年9月退役的", "correct")
    assert f"你是{today().year - 1}年退役的，这里办不了" in said and "退役军人服务中心" in said
    assert "都留着" in said
    kept = await chat.answers()
    assert {name: kept.get(name) for name in before if name != "discharge_month"} == {
        name: value for name, value in before.items() if name != "discharge_month"
    }
    await chat.say("不对，是今年9月" if today().month >= 9 else "不对，是今年1月", "correct")
    await chat.press("review=submit")
    assert (await chat.application()) is not None


async def test_the_year_is_that_of_the_first_submission(county: County) -> None:  # our reading of 二(一)
    with time_machine.travel(at("2026-12-28 10:00"), tick=False):
        application = await submitted(county.house)
    await county.do(
        application.number, "review", outcome="correct", points=[{"name": "certificate_number", "reason": "和证件上不一样"}]
    )
    with time_machine.travel(at("2027-01-05 10:00"), tick=False):
        await county.correct(application, certificate_number="退字第2026010号")
    assert (await county.case(application.number))["state"] == "submitted"


@pytest.mark.parametrize("ended", [None, "rejected", "withdrawn"], ids=["one_live", "rejected", "withdrawn"])
async def test_one_live_application_for_each_person_and_year_over_all_channels(county: County, ended: str | None) -> None:
    first = await submitted(county.house, matters=["report_in"])
    if ended == "rejected":
        await county.do(first.number, "review", outcome="reject", reason="不是今年退役")
    elif ended == "withdrawn":
        await county.do(first.number, "withdrawal", reason="本人要求")
    identity = first.answers["id_number"]
    again = await from_the_hall(county, id_number=identity)
    if ended is not None:
        # Who was rejected or withdrew may apply again.
        assert again.status_code == 201, again.text
        return
    assert (again.status_code, again.json()["error"]) == (409, "one_live_application")
    assert first.number not in again.text  # another mobile must not learn the case by it
    chat = await county.chat()
    await chat.fill(id_number=identity)
    assert "不能重复申请" in await chat.press("review=submit")
    assert await chat.application() is None and await chat.answers()
