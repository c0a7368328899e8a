"""A county's closures and close of business over real HTTP (notice 四(八))."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import time_machine

from backend.applications.model import Application
from backend.calendars.endpoints import blueprint
from backend.calendars.service import look_after
from backend.house import House
from backend.outbox.commands import CHORES
from backend.outbox.worker import Worker
from tests.support.limits import at, due_of, events_of, received
from tests.support.people import COUNTY, said
from tests.support.staff import Desk, desk, served

OTHER_COUNTY = "350582"
TYPHOON = {"county": COUNTY, "days": ["2026-11-24"], "reason": "示例台风"}
HOURS = {"county": COUNTY, "close": "17:30", "reason": "示例作息"}


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with served(house, blueprint) as url:
        yield url


@pytest.fixture
async def boss(house: House, address: str) -> AsyncIterator[Desk]:
    with time_machine.travel(at("2026-11-23 15:00"), tick=False):
        async with desk(house, address, "county_supervisor") as someone:
            yield someone


async def moves_of(house: House, application: Application) -> int:
    """How often a limit of it is on record as counted anew."""
    return len(await events_of(house, application, "recount"))


async def test_a_supervisor_closes_a_day_and_opens_it_again(house: House, boss: Desk) -> None:
    application = await received(house, "2026-11-23 10:00")
    closed = await boss.post("/api/calendar/closures", **TYPHOON)
    assert (closed.status_code, closed.json()) == (200, {"changed": True, "change": 1})
    assert (await boss.post("/api/calendar/closures", **TYPHOON)).json() == {"changed": False, "change": 1}
    await look_after(house)
    assert await due_of(house, application) == at("2026-11-25 12:00")
    (closure,) = (await boss.get("/api/calendar/closures")).json()["closures"]
    assert (closure["day"], closure["reason"]) == ("2026-11-24", "示例台风") and closure["by"].startswith("staff:user")
    opened = await boss.post(f"/api/calendar/closures/{closure['id']}/reopening", reason="没有来")
    assert opened.json()["changed"] is True
    await look_after(house)
    (kept,) = (await boss.get("/api/calendar/closures", county=COUNTY)).json()["closures"]
    assert kept["reopened_why"] == "没有来"
    assert await due_of(house, application) == at("2026-11-24 12:00")


async def test_the_request_answers_at_once_and_the_worker_counts_with_a_record(house: House, boss: Desk) -> None:
    application = await received(house, "2026-11-23 10:00")
    change = (await boss.post("/api/calendar/closures", **TYPHOON)).json()["change"]
    assert await due_of(house, application) == at("2026-11-24 12:00") and await moves_of(house, application) == 0
    (shown,) = (await boss.get("/api/calendar/changes")).json()["changes"]
    assert (shown["id"], shown["kind"], shown["recounted_at"]) == (change, "closure", None)
    # What is received from now on is counted on the new days at once, in this process too.
    later = await received(house, "2026-11-23 14:59")
    assert await due_of(house, later) == at("2026-11-25 18:00")
    for _ in range(2):
        await look_after(house)
    assert await due_of(house, application) == at("2026-11-25 12:00") and await moves_of(house, application) == 1
    (record,) = await events_of(house, application, "recount")
    assert "示例台风" in str(record["why"]) and record["change"] == change and str(record["by"]).startswith("staff:user")
    assert "有变动" in (await said(house, application))[-1]
    with time_machine.travel(at("2026-11-23 15:01"), tick=False):
        await look_after(house)
    (shown,) = [each for each in (await boss.get("/api/calendar/changes")).json()["changes"] if each["id"] == change]
    assert shown["recounted_at"]


async def test_a_worker_that_breaks_off_in_the_middle_is_gone_on_from_there(
    house: House, boss: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = [await received(house, "2026-11-23 10:00") for _ in range(5)]
    await boss.post("/api/calendar/closures", **TYPHOON)
    counting = asyncio.create_task(look_after(house))
    while True:
        if any([await moves_of(house, each) for each in every]):
            break
        await asyncio.sleep(0)
    counting.cancel()
    await asyncio.gather(counting, return_exceptions=True)
    await look_after(house)
    assert [await moves_of(house, each) for each in every] == [1] * 5
    assert {await due_of(house, each) for each in every} == {at("2026-11-25 12:00")}


async def test_a_running_worker_counts_without_being_asked(house: House, boss: Desk) -> None:
    application = await received(house, "2026-11-23 10:00")
    worker = Worker(house, {}, CHORES)
    running = asyncio.create_task(worker.run())
    await boss.post("/api/calendar/closures", **TYPHOON)
    async with asyncio.timeout(20):
        while True:
            if await moves_of(house, application):
                break
            await asyncio.sleep(0.05)
    worker.stop()
    await running


async def test_a_supervisor_sets_the_close_of_business(house: House, boss: Desk) -> None:
    application = await received(house, "2026-11-23 14:00")
    assert (await boss.post("/api/calendar/hours", **HOURS)).json()["changed"] is True
    await look_after(house)
    assert await due_of(house, application) == at("2026-11-24 17:30")
    (hours,) = (await boss.get("/api/calendar/hours")).json()["hours"]
    assert (hours["since"], hours["close"], hours["reason"]) == ("2026-11-23", "17:30", "示例作息")


@pytest.mark.parametrize(
    ("path", "change", "status", "code"),
    [
        ("closures", {"county": OTHER_COUNTY}, 403, "wrong_county"),
        ("closures", {"county": "999999"}, 404, "unknown_county"),
        ("closures", {"county": "1"}, 400, "invalid"),
        ("closures", {"days": []}, 400, "invalid"),
        ("closures", {"days": ["2026-02-30"]}, 400, "invalid"),
        ("closures", {"days": [20261124]}, 400, "invalid"),
        ("closures", {"days": ["2062-11-24"]}, 400, "far_day"),
        ("closures", {"reason": ""}, 400, "invalid"),
        ("hours", {"close": "12:00"}, 400, "bad_close"),
        ("hours", {"close": "25:00"}, 400, "invalid"),
        ("hours", {"since": "2062-01-01"}, 400, "far_day"),
        ("hours", {"county": OTHER_COUNTY}, 403, "wrong_county"),
        ("closures/1/reopening", {}, 400, "invalid"),
    ],
)
async def test_what_cannot_be_meant_is_refused_and_nothing_is_kept(
    boss: Desk, path: str, change: dict[str, Any], status: int, code: str
) -> None:
    answer = await boss.post(f"/api/calendar/{path}", **{**(HOURS if path == "hours" else TYPHOON), **change})
    assert (answer.status_code, answer.json()["error"]) == (status, code)
    assert (await boss.get("/api/calendar/closures")).json()["closures"] == []
    assert (await boss.get("/api/calendar/hours")).json()["hours"] == []


async def test_another_countys_closure_is_not_there(house: House, address: str, boss: Desk) -> None:
    await boss.post("/api/calendar/closures", **TYPHOON)
    async with desk(house, address, "county_supervisor", county=OTHER_COUNTY) as stranger:
        assert (await stranger.get("/api/calendar/closures")).json()["closures"] == []
        assert (await stranger.get("/api/calendar/closures", county=COUNTY)).status_code == 403
        assert (await stranger.get("/api/calendar/changes")).json()["changes"] == []
        assert (await stranger.get("/api/calendar/changes", county=COUNTY)).status_code == 403
        for number in ("1", "x", "9" * 30):
            answer = await stranger.post(f"/api/calendar/closures/{number}/reopening", reason="示例")
            assert answer.status_code == 404


async def test_the_window_looks_and_the_supervisor_decides(house: House, address: str, boss: Desk) -> None:
    async with desk(house, address, "window") as window, desk(house, address) as stranger:
        assert (await window.get("/api/calendar/closures")).status_code == 200
        assert [each["year"] for each in (await window.get("/api/calendar/years")).json()["years"]] == [2025, 2026]
        assert (await window.post("/api/calendar/closures", **TYPHOON)).status_code == 403
        assert (await stranger.get("/api/calendar/hours")).status_code == 401


YEAR_FILE = """year: 2027
source: 示例通知
days_off:
  - {from: 2027-01-01, to: 2027-01-03, name: 元旦}
  - {from: 2027-02-05, to: 2027-02-11, name: 春节}
  - {from: 2027-04-05, to: 2027-04-05, name: 清明节}
  - {from: 2027-05-01, to: 2027-05-02, name: 劳动节}
  - {from: 2027-06-09, to: 2027-06-09, name: 端午节}
  - {from: 2027-09-15, to: 2027-09-15, name: 中秋节}
  - {from: 2027-10-01, to: 2027-10-03, name: 国庆节}
working_weekends: []
"""


async def test_the_administrator_publishes_a_year_and_open_limits_are_counted_anew(house: House, address: str) -> None:
    # 四(八): beyond the last published year a limit is provisional until the State Council's arrangement is put in.
    application = await received(house, "2026-12-31 15:00")
    async with (
        desk(house, address, "administrator", county=None) as administrator,
        desk(house, address, "county_supervisor") as supervisor,
        desk(house, address, "administrator") as of_county,
    ):
        body = {"year": 2027, "content": YEAR_FILE}
        assert (await supervisor.post("/api/calendar/years", **body)).status_code == 403
        assert (await of_county.post("/api/calendar/years", **body)).status_code == 403
        assert (await administrator.get("/api/calendar/years")).json()["years"][-1]["year"] == 2026
        moved = body | {"content": YEAR_FILE.replace("working_weekends: []", "working_weekends: [2027-01-02]")}
        moved["content"] = moved["content"].replace("to: 2027-01-03", "to: 2027-01-01")
        done = await administrator.post("/api/calendar/years", **moved)
        assert (done.status_code, done.json()["changed"]) == (200, True)
        assert (await administrator.post("/api/calendar/years", **moved)).json()["changed"] is False
        assert (await administrator.get("/api/calendar/years")).json()["years"][-1] == {"year": 2027, "source": "示例通知"}
        (change,) = (await administrator.get("/api/calendar/changes")).json()["changes"]
        assert change["kind"] == "year" and change["by"].startswith("staff:")
        before = await due_of(house, application)
        await look_after(house)
        assert before == at("2027-01-04 18:00") and await due_of(house, application) == at("2027-01-02 18:00")


@pytest.mark.parametrize(
    ("year", "content", "where"),
    [
        (2026, YEAR_FILE, "2026.yml"),
        (2027, YEAR_FILE.replace("2027-02-11", "2026-02-11"), "2027.yml:5"),
        (2027, YEAR_FILE.replace("2027-02-11", "9999-02-11"), "2027.yml:5"),
        (2027, "[" * 5000, "2027.yml"),
        (2027, "year: [", "2027.yml"),
        (2027, "只是文字", "2027.yml"),
    ],
)
async def test_a_year_that_is_wrong_is_refused_with_its_line_and_changes_nothing(
    house: House, address: str, year: int, content: str, where: str
) -> None:
    async with desk(house, address, "administrator", county=None) as administrator:
        refused = await administrator.post("/api/calendar/years", year=year, content=content)
        assert (refused.status_code, refused.json()["error"]) == (400, "bad_calendar")
        assert where in refused.json()["message"]
        assert (await administrator.get("/api/calendar/changes")).json()["changes"] == []
        assert (await administrator.post("/api/calendar/years", year=99999, content=content)).status_code == 400
