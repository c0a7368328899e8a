"""What is refused to staff and departments is on record, without a word of a person, and auditors read it over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import time_machine

from backend.applications.endpoints import blueprint as cases
from backend.departments import signing
from backend.departments.endpoints import blueprint as departments
from backend.departments.endpoints import tasks_blueprint
from backend.house import House
from backend.outbox.commands import CHORES
from backend.security.endpoints import blueprint
from backend.security.refusals import KEPT, forget_refusals
from tests.support.people import in_progress, report, submitted, tasks_of, unit_of
from tests.support.staff import Desk, desk, served

OTHER_COUNTY = "350582"


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with served(house, blueprint, cases, departments, tasks_blueprint) as url:
        yield url


async def kept(auditor: Desk, **wanted: str) -> list[dict[str, object]]:
    answer = await auditor.get("/api/access/refusals", **wanted)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()["refusals"]
    return found


async def test_what_is_refused_to_staff_is_on_record_and_names_nobody(house: House, address: str) -> None:
    application = await submitted(house)
    async with (
        desk(house, address, "window", county=OTHER_COUNTY) as stranger,
        desk(house, address, "officer", department="medical_insurance") as officer,
        desk(house, address, "auditor", county=None) as auditor,
        desk(house, address, "auditor", county=OTHER_COUNTY) as of_county,
        desk(house, address, "auditor") as of_another,
    ):
        assert (await stranger.get(f"/api/cases/{application.number}", name="林小明")).status_code == 404
        assert (await officer.post("/api/tasks/t_unknown/redirect", department="林小明")).status_code == 403
        theirs, others = (await kept(auditor))[::-1]
        assert (theirs["case"], theirs["status"], theirs["county"]) == (application.number, 404, OTHER_COUNTY)
        assert str(theirs["by"]).startswith("staff:user") and "<" in str(theirs["route"])
        assert (others["code"], others["task"], others["method"]) == ("wrong_role", "t_unknown", "POST")
        assert "林小明" not in str([theirs, others])
        assert await kept(of_county) == [theirs] and await kept(of_another) == [others]
        assert await kept(auditor, code="wrong_role") == [others] and await kept(auditor, case=application.number) == [theirs]
        assert await kept(auditor, task="t_unknown", by=str(others["by"])) == [others]
        first = (await auditor.get("/api/access/refusals", limit="1")).json()
        assert first["refusals"] == [others]
        assert await kept(auditor, before=first["next"]) == [theirs]
        assert await kept(auditor, until="2020-01-01") == []
        assert (await stranger.get("/api/access/refusals")).status_code == 403


async def test_refused_reports_of_departments_are_on_record(house: House, address: str) -> None:
    application = await in_progress(house, matters=["report_in", "medical_transfer"])
    task = (await tasks_of(house, application))["medical_transfer"]
    unit = await unit_of(house, task)
    body, other = report(task, "done"), report(task, "declined", reason="示例")
    unknown = body.replace(task.id, "t_neverdispatched")
    late = signing.sign([unit.secret], "evt_late", body)
    with time_machine.travel(datetime.now(UTC) - timedelta(minutes=6)):
        late = signing.sign([unit.secret], "evt_late", body)
    attempts = [
        (body, {}, 401),  # unsigned
        (body, late, 401),  # late
        (other, signing.sign([unit.secret], "evt_t", body), 401),  # tampered with
        (unknown, signing.sign([unit.secret], "evt_u", unknown), 404),  # a task that was never dispatched
        (body, signing.sign([unit.secret], "evt_1", body), 200),
        (other, signing.sign([unit.secret], "evt_1", other), 409),  # the same event with other content
    ]
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
        for content, headers, status in attempts:
            url = f"{address}/api/departments/{unit.id}/results"
            answer = await http.post(url, content=content.encode(), headers=headers)
            assert answer.status_code == status, answer.text
        nobody = await http.post(f"{address}/api/departments/%E6%9E%97%E5%B0%8F%E6%98%8E/results", content=b"{}")
        assert nobody.status_code == 401
    async with desk(house, address, "auditor", county=None) as auditor:
        rows = (await kept(auditor))[::-1]
    unproved = f"unit:{unit.id}?"
    proved = f"unit:{unit.id}"
    assert [row["by"] for row in rows] == [unproved, unproved, unproved, proved, proved, "unit:?"]
    assert [row["county"] for row in rows] == [unit.county] * 5 + [None]
    assert rows[3]["task"] == "t_neverdispatched" and rows[4]["code"] == "event_reused"


async def test_refusals_are_forgotten_after_half_a_year(house: House, address: str) -> None:
    assert CHORES["forget refusals"] is forget_refusals
    async with desk(house, address, "window") as clerk:
        await clerk.get("/api/cases/TY-unknown")
    assert await forget_refusals(house) == 0
    with time_machine.travel(datetime.now(UTC) + KEPT + timedelta(minutes=1)):
        assert await forget_refusals(house) == 1
