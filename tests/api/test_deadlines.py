"""What is due, alerts and exemptions over real HTTP, each within the asker's county and department (notice 四)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from backend.applications.model import Application
from backend.applications.service import progress
from backend.deadlines.alerts import remind
from backend.deadlines.endpoints import blueprint
from backend.departments.results import receive_result
from backend.departments.signing import sign
from backend.house import House
from tests.support.limits import MATTER, at, events_of, received
from tests.support.people import COUNTY, report, tasks_of, unit_of
from tests.support.staff import desk, served

OTHER_COUNTY = "350582"
RECEIVED, HALF, DUE = "2026-11-23 08:00", "2026-11-23 16:00", "2026-11-24 12:00"
OUTAGE = {"began_at": "2026-11-23T09:00:00+08:00", "ended_at": "2026-11-23T15:00:00+08:00", "reason": "示例系统故障"}


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with served(house, blueprint) as url:
        yield url


def travel(moment: str | datetime) -> time_machine.travel:
    return time_machine.travel(at(moment) if isinstance(moment, str) else moment, tick=False)


async def due(house: House, address: str, *roles: str, ask: dict[str, str] | None = None, **who: Any) -> dict[str, Any]:
    async with desk(house, address, *roles, **who) as someone:
        answer = await someone.get("/api/tasks/due", **(ask or {}))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


# --- the due list ---------------------------------------------------------------------------------------------------------


async def test_the_due_list_shows_the_most_urgent_first_with_the_working_time_left(house: House, address: str) -> None:
    later = await received(house, "2026-11-23 10:00", "social_card")
    first = await received(house, RECEIVED)
    with travel("2026-11-23 17:00"):
        rows = (await due(house, address, "window"))["tasks"]
    assert [row["number"] for row in rows] == [first.number, later.number]
    # An hour of Monday and four of Tuesday.
    assert (rows[0]["due_at"], rows[0]["left_minutes"], rows[0]["timeliness"]) == ("2026-11-24T12:00:00+08:00", 300, "running")
    with travel("2026-11-24 15:00"):
        row = (await due(house, address, "window"))["tasks"][0]
    assert (row["left_minutes"], row["timeliness"]) == (-60, "late")


async def test_what_has_ended_or_stands_is_not_due(house: House, address: str) -> None:
    done, stands = await received(house, RECEIVED), await received(house, RECEIVED)
    with travel("2026-11-23 09:00"):
        await report_signed(house, done, "done")
        await report_signed(house, stands, "paper_needed", reason="缺页")
        assert (await due(house, address, "window"))["tasks"] == []


async def report_signed(house: House, application: Application, result: str, **more: Any) -> int:
    task = (await tasks_of(house, application))[MATTER]
    unit = await unit_of(house, task)
    body = report(task, result, **more)
    status, _ = await receive_result(house, unit.id, sign([unit.secret], f"evt_{task.id}_{result}", body), body.encode())
    return status


async def test_an_officer_sees_their_own_department_only(house: House, address: str) -> None:
    mine = await received(house, RECEIVED)
    await received(house, RECEIVED, "household_restoration")
    with travel("2026-11-23 17:00"):
        rows = (await due(house, address, "officer", department="medical_insurance"))["tasks"]
        assert [row["number"] for row in rows] == [mine.number]
        async with desk(house, address, "officer", department="medical_insurance") as officer:
            refused = await officer.get("/api/tasks/due", department="police")
            assert (refused.status_code, refused.json()["error"]) == (403, "wrong_department")
        async with desk(house, address, "officer") as nowhere:
            assert (await nowhere.get("/api/tasks/due")).json()["error"] == "no_department"


async def test_another_countys_tasks_are_not_there_and_the_province_sees_all(house: House, address: str) -> None:
    here, there = await received(house, RECEIVED), await received(house, RECEIVED, county=OTHER_COUNTY)
    with travel("2026-11-23 17:00"):
        assert [row["number"] for row in (await due(house, address, "county_supervisor"))["tasks"]] == [here.number]
        seen = await due(house, address, "provincial_supervisor", county=None)
        assert {row["number"] for row in seen["tasks"]} == {here.number, there.number}
        one = await due(house, address, "provincial_supervisor", county=None, ask={"county": OTHER_COUNTY})
        assert [row["number"] for row in one["tasks"]] == [there.number]
        async with desk(house, address, "window") as window:
            assert (await window.get("/api/tasks/due", county=OTHER_COUNTY)).status_code == 403
            assert (await window.get("/api/tasks/due", county="999999")).status_code == 404
            assert (await window.get("/api/tasks/due", department="magic")).status_code == 404


async def test_the_due_list_comes_in_pages_and_up_to_a_moment(house: House, address: str) -> None:
    made = [(await received(house, f"2026-11-{day} 08:00")).number for day in (23, 24, 25)]
    made.insert(1, (await received(house, RECEIVED)).number)  # two end at the same moment
    seen: list[str] = []
    with travel("2026-11-25 09:00"):
        async with desk(house, address, "window") as window:
            after: str | None = ""
            while after is not None:
                page = (await window.get("/api/tasks/due", limit="1", **({"after": after} if after else {}))).json()
                seen += [row["number"] for row in page["tasks"]]
                after = page["next"]
            soon = (await window.get("/api/tasks/due", before="2026-11-25T12:00:00+08:00")).json()["tasks"]
            for name, value in (("before", "soon"), ("before", "2026-11-25T12:00:00"), ("after", "x~y"), ("limit", "-1")):
                assert (await window.get("/api/tasks/due", **{name: value})).status_code == 400, name
    assert set(seen[:2]) == set(made[:2]) and seen[2:] == made[2:]
    assert {row["number"] for row in soon} == set(made[:2])


@pytest.mark.parametrize("path", ["/api/tasks/due", "/api/alerts", "/api/exemptions"])
async def test_who_is_not_signed_in_or_has_another_role_sees_nothing(house: House, address: str, path: str) -> None:
    async with desk(house, address) as stranger, desk(house, address, "armed_forces") as soldier:
        assert (await stranger.get(path)).status_code == 401
        assert (await soldier.get(path)).status_code == 403


# --- alerts ---------------------------------------------------------------------------------------------------------------


async def test_each_reads_the_alerts_of_their_role_county_and_department(house: House, address: str) -> None:
    application = await received(house, RECEIVED)
    await received(house, RECEIVED, county=OTHER_COUNTY)
    with travel(at(HALF) + timedelta(seconds=1)):
        await remind(house)
    with travel(at(DUE) + timedelta(seconds=1)):
        await remind(house)

        async def kinds(*roles: str, **who: Any) -> list[tuple[str, str]]:
            async with desk(house, address, *roles, **who) as someone:
                answer = await someone.get("/api/alerts")
                return [(each["kind"], each["number"]) for each in answer.json()["alerts"]]

        assert await kinds("officer", department="medical_insurance") == [("half", application.number)]
        assert await kinds("officer", department="police") == []
        assert await kinds("officer") == []
        assert await kinds("reviewer") == await kinds("county_supervisor") == [("overdue", application.number)]
        assert len(await kinds("provincial_supervisor", county=None)) == 2


async def test_an_alert_is_seen_once_and_stays_on_record(house: House, address: str) -> None:
    await received(house, RECEIVED)
    with travel(at(HALF) + timedelta(seconds=1)):
        await remind(house)
        async with desk(house, address, "officer", department="medical_insurance") as officer:
            (alert,) = (await officer.get("/api/alerts")).json()["alerts"]
            seen = await officer.post(f"/api/alerts/{alert['id']}/seen")
            assert seen.status_code == 200 and seen.json()["alert"]["seen_by"].startswith("staff:user")
            assert (await officer.post(f"/api/alerts/{alert['id']}/seen")).json() == seen.json()
            assert (await officer.get("/api/alerts")).json()["alerts"] == []
            kept = (await officer.get("/api/alerts", all="1")).json()["alerts"]
            assert [each["id"] for each in kept] == [alert["id"]]
        async with desk(house, address, "officer", department="police") as police:
            for number in (alert["id"], 999999, "x", "9" * 30):
                assert (await police.post(f"/api/alerts/{number}/seen")).status_code == 404
        async with desk(house, address, "provincial_supervisor", county=None) as province:
            assert (await province.post(f"/api/alerts/{alert['id']}/seen")).status_code == 403


# --- exemptions -----------------------------------------------------------------------------------------------------------


async def test_an_exempted_outage_keeps_the_end_and_being_late_shows_as_exempted(house: House, address: str) -> None:
    application = await received(house, RECEIVED)
    other = await received(house, RECEIVED, "household_restoration")
    with travel("2026-11-23 16:00"):
        async with desk(house, address, "county_supervisor") as supervisor:
            body = {"county": COUNTY, "department": "medical_insurance", **OUTAGE}
            made = await supervisor.post("/api/exemptions", **body)
            assert (made.status_code, made.json()["exemption"]["tasks"]) == (201, 1), made.text
            listed = (await supervisor.get("/api/exemptions")).json()["exemptions"]
            assert [(each["id"], each["reason"]) for each in listed] == [(made.json()["exemption"]["id"], "示例系统故障")]
    with travel("2026-11-24 15:00"):
        rows = {row["number"]: row for row in (await due(house, address, "window"))["tasks"]}
    mine = rows[application.number]
    assert (mine["due_at"], mine["timeliness"]) == ("2026-11-24T12:00:00+08:00", "exempted")
    assert mine["exemption"] == made.json()["exemption"]["id"]
    assert rows[other.number]["timeliness"] == "late"
    (event,) = await events_of(house, application, "exempt")
    assert (event["why"], event["from"]) == ("示例系统故障", OUTAGE["began_at"])
    assert not await events_of(house, other, "exempt")
    # The case's own page shows both: it is over, and it is exempted.
    async with house.db.reading() as session:
        with travel("2026-11-24 15:00"):
            lines = (await progress(session, house, application)).lines
    assert [(line.overdue, line.exempted) for line in lines if line.matter.code == MATTER] == [(True, True)]


async def test_only_limits_that_ran_in_the_outage_are_exempted_ended_ones_too(house: House, address: str) -> None:
    ran = await received(house, RECEIVED)
    ended = await received(house, RECEIVED)
    before = await received(house, "2026-11-20 08:00")  # due on Monday at 12:00, after the outage began
    over = await received(house, "2026-11-19 08:00")  # due on Friday
    after = await received(house, "2026-11-23 15:30")
    with travel("2026-11-23 15:50"):
        await report_signed(house, ended, "done")
    with travel("2026-11-23 16:00"):
        async with desk(house, address, "provincial_supervisor", county=None) as province:
            first = await province.post("/api/exemptions", **OUTAGE)
            again = await province.post("/api/exemptions", **OUTAGE)
    assert (first.json()["exemption"]["tasks"], again.json()["exemption"]["tasks"]) == (3, 0)
    marked = [bool((await tasks_of(house, each))[MATTER].exemption_id) for each in (ran, ended, before, over, after)]
    assert marked == [True, True, True, False, False]


async def test_a_new_limit_is_not_covered_by_the_exemption_of_the_one_before(house: House, address: str) -> None:
    application = await received(house, RECEIVED)
    with travel("2026-11-23 16:00"):
        async with desk(house, address, "county_supervisor") as supervisor:
            await supervisor.post("/api/exemptions", county=COUNTY, **OUTAGE)
        await report_signed(house, application, "paper_needed", reason="缺页")
    with travel("2026-11-25 08:00"):
        await report_signed(house, application, "received", at=at("2026-11-25 08:00"))
    assert (await tasks_of(house, application))[MATTER].exemption_id is None


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"county": OTHER_COUNTY}, 403, "wrong_county"),
        ({"county": None}, 403, "wrong_county"),
        ({"county": "999999"}, 404, "unknown_county"),
        ({"department": "magic"}, 404, "no_department"),
        ({"ended_at": OUTAGE["began_at"]}, 400, "bad_span"),
        ({"began_at": "2026-09-01T09:00:00+08:00"}, 400, "bad_span"),
        ({"ended_at": "2026-11-25T09:00:00+08:00"}, 400, "not_over"),
        ({"began_at": "2026-11-23T09:00:00"}, 400, "invalid"),
        ({"began_at": "yesterday"}, 400, "invalid"),
        ({"began_at": 5}, 400, "invalid"),
        ({"began_at": "9999-12-31T23:59:59-12:00", "ended_at": "9999-12-31T23:59:59-12:00"}, 400, "invalid"),
        ({"reason": " "}, 400, "invalid"),
        ({"who": "me"}, 400, "invalid"),
    ],
)
async def test_an_exemption_that_cannot_be_is_refused_and_marks_nothing(
    house: House, address: str, change: dict[str, Any], status: int, code: str
) -> None:
    application = await received(house, RECEIVED)
    with travel("2026-11-23 16:00"):
        async with desk(house, address, "county_supervisor") as supervisor:
            answer = await supervisor.post("/api/exemptions", **{"county": COUNTY, **OUTAGE, **change})
            assert (answer.status_code, answer.json()["error"]) == (status, code)
            assert (await supervisor.get("/api/exemptions")).json()["exemptions"] == []
    assert (await tasks_of(house, application))[MATTER].exemption_id is None


async def test_the_window_decides_on_no_exemption(house: House, address: str) -> None:
    async with desk(house, address, "window") as window:
        assert (await window.post("/api/exemptions", county=COUNTY, **OUTAGE)).status_code == 403
