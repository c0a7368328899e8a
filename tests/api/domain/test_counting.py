"""Counting a limit: each rule and every vector, from a report over HTTP to the case as staff see it (notice 四(八))."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from backend.deadlines.recount import recount_changes
from backend.departments.service import lay_in_inboxes
from tests.support.county import County
from tests.support.limits import MATTER, at
from tests.support.people import COUNTY, in_progress, submitted
from tests.support.staff import desk

pytestmark = pytest.mark.asyncio(loop_scope="package")

VECTORS = Path(__file__).parents[2] / "unit" / "time_limits" / "vectors" / "time-limits.csv"
#: A matter with that limit, and what is reported at the moment that starts it.
OF_DAYS = {"1": ("medical_transfer", "received"), "3": ("social_card", "received"), "5": ("pension_transfer", "funds_verified")}

#: rule → received, due at. One working day each; the 28th is a Saturday.
RULES = {
    "rule_1-before_eight": ("2026-11-23 07:59:59", "2026-11-23T18:00:00+08:00"),
    "rule_2-from_eight": ("2026-11-23 08:00:00", "2026-11-24T12:00:00+08:00"),
    "rule_2-to_noon": ("2026-11-23 12:00:00", "2026-11-24T12:00:00+08:00"),
    "rule_3-after_noon": ("2026-11-23 12:00:01", "2026-11-24T18:00:00+08:00"),
    "rule_3-on_a_day_off": ("2026-11-28 10:00:00", "2026-11-30T18:00:00+08:00"),
    "rule_3-moved_working_day": ("2026-10-10 07:00:00", "2026-10-10T18:00:00+08:00"),
    "rule_4-close_of_business": ("2026-11-27 15:00:00", "2026-11-30T18:00:00+08:00"),
}


def travel(moment: str | datetime) -> time_machine.travel:
    return time_machine.travel(at(moment) if isinstance(moment, str) else moment, tick=False)


async def due(county: County, moment: str, matter: str = MATTER, event: str = "received") -> dict[str, Any]:
    """The matter as staff see it, after a report at that moment."""
    with travel(moment):
        application = await in_progress(county.house, matters=["report_in", matter])
        task = await county.task(application, matter)
        await county.reported(task, event)
    return await county.line(application, matter)


@pytest.mark.parametrize("rule", RULES, ids=RULES)
async def test_a_limit_is_counted_by_the_rule(county: County, rule: str) -> None:
    received, expected = RULES[rule]
    line = await due(county, received)
    assert (line["due_at"], line["provisional"]) == (expected, False)


def vectors() -> list[dict[str, str]]:
    with VECTORS.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", vectors(), ids=lambda row: f"{row['received_at']}-{row['working_days']}")
async def test_every_vector_comes_out_exactly(county: County, row: dict[str, str]) -> None:
    matter, event = OF_DAYS[row["working_days"]]
    line = await due(county, row["received_at"], matter, event)
    assert line["due_at"] == f"{row['due_at'].replace(' ', 'T')}+08:00"


async def test_beyond_the_published_year_a_limit_is_provisional_wherever_it_is_shown(county: County) -> None:  # rule 5
    line = await due(county, "2031-03-04 10:00")
    assert (line["due_at"], line["provisional"]) == ("2031-03-05T12:00:00+08:00", True)


async def test_a_limit_stands_while_the_veteran_is_waited_for_and_starts_anew(county: County) -> None:  # rule 6
    with travel("2026-11-23 10:00"):
        application = await in_progress(county.house, matters=["report_in", MATTER])
        task = await county.task(application, MATTER)
        await county.reported(task, "received")
        await county.reported(task, "waiting", waiting_for="veteran", reason="请补一样资料")
    assert (await county.line(application, MATTER))["due_at"] is None
    with travel("2026-11-26 09:00"):
        await county.reported(task, "received")
    assert (await county.line(application, MATTER))["due_at"] == "2026-11-27T12:00:00+08:00"


async def test_acknowledging_again_moves_no_clock(county: County) -> None:  # rule 7
    with travel("2026-11-23 10:00"):
        application = await in_progress(county.house, matters=["report_in", MATTER])
        task = await county.task(application, MATTER)
        await county.reported(task, "received")
    with travel("2026-11-24 09:00"):
        await county.reported(task, "received")
    assert (await county.line(application, MATTER))["due_at"] == "2026-11-24T12:00:00+08:00"


async def test_a_push_that_fails_for_an_hour_is_told_and_the_task_lies_in_the_inbox(county: County) -> None:  # rule 7
    with travel("2026-11-23 10:00"):
        application = await in_progress(county.house, matters=["report_in", MATTER])
    with travel("2026-11-23 11:01"):
        assert await lay_in_inboxes(county.house) >= 1
        told = []
        for role in ("window", "county_supervisor"):
            async with desk(county.house, county.url, role) as someone:
                alerts = (await someone.get("/api/alerts")).json()["alerts"]
                told += [(role, each["kind"]) for each in alerts if each["number"] == application.number]
    assert told == [("window", "push_failing"), ("county_supervisor", "push_failing")]
    line = await county.line(application, MATTER)
    # A limit never waits for a retry.
    assert (line["state"], line["due_at"]) == ("received", "2026-11-24T12:00:00+08:00")


async def test_the_signed_time_of_the_result_decides_whether_it_was_on_time(county: County) -> None:  # rule 8
    async def kept() -> dict[str, int]:
        supervisor = await county.desk("county_supervisor")
        lines = (await supervisor.get("/api/statistics", month="2026-09", county=COUNTY)).json()["lines"]
        return next(
            ({n: each[n] for n in ("on_time", "late")} for each in lines if each["matter"] == MATTER), {"on_time": 0, "late": 0}
        )

    before = await kept()
    for signed in ("2026-09-08 11:59", "2026-09-08 12:00", "2026-09-08 12:01"):
        with travel("2026-09-07 10:00"):
            application = await in_progress(county.house, matters=["report_in", MATTER])
            task = await county.task(application, MATTER)
            await county.reported(task, "received")
        with travel("2026-09-08 18:00"):
            await county.reported(task, "done", at(signed))
    after = await kept()
    assert (after["on_time"] - before["on_time"], after["late"] - before["late"]) == (2, 1)


async def test_a_signed_time_ahead_of_ours_is_taken_up_to_five_minutes(county: County) -> None:  # rule 8
    task = await county.task(await in_progress(county.house, matters=["report_in", MATTER]), MATTER)
    assert (await county.report(task, "done", datetime.now(UTC) + timedelta(minutes=6))).status_code == 422
    assert (await county.report(task, "done", datetime.now(UTC) + timedelta(minutes=4))).status_code == 200


async def test_a_county_sets_its_close_of_business_and_its_closures_on_record(county: County) -> None:  # rule 4
    # Another county's days, so that no other row counts with them.
    other = "350128"
    with travel("2026-11-23 10:00"):
        application = await in_progress(county.house, matters=["report_in", MATTER], county=other)
        later = await in_progress(county.house, matters=["report_in", MATTER], county=other)
        await county.reported(await county.task(application, MATTER), "received")
    with travel("2026-11-23 15:00"):
        await county.reported(await county.task(later, MATTER), "received")
        async with desk(county.house, county.url, "county_supervisor", county=other) as supervisor:
            day = {"county": other, "days": ["2026-11-24"], "reason": "示例台风"}
            assert (await supervisor.post("/api/calendar/closures", **day)).json()["changed"] is True
            hours = {"county": other, "close": "17:30", "since": "2026-11-23", "reason": "示例作息"}
            assert (await supervisor.post("/api/calendar/hours", **hours)).json()["changed"] is True
            # The worker's chore counts every open limit anew.
            await recount_changes(county.house)
            (closure,) = (await supervisor.get("/api/calendar/closures")).json()["closures"]
    assert closure["reason"] == "示例台风" and closure["by"].startswith("staff:")
    looker = await county.desk("auditor", county=None)
    ends = []
    for each in (application, later):
        case = (await looker.get(f"/api/cases/{each.number}")).json()["case"]
        ends.append(next(line["due_at"] for line in case["lines"] if line["matter"] == MATTER))
    assert ends == ["2026-11-25T12:00:00+08:00", "2026-11-25T17:30:00+08:00"]


async def test_reporting_in_is_counted_from_the_originals_and_not_from_the_push(county: County) -> None:  # notice 四(一)
    application = await submitted(county.house)
    await county.accept(application.number)
    assert (await county.line(application, "report_in"))["due_at"] is None
    await county.do(application.number, "originals")
    assert (await county.line(application, "report_in"))["due_at"]
