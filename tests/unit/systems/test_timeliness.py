"""What 省效能办 and 审改办 are shown: counts of a month, nobody's data (notice 四(八))."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from backend.errors import GuituError
from backend.house import House
from backend.statistics.service import HEAD
from backend.systems import endpoints, timeliness
from tests.support.people import in_progress, send, tasks_of
from tests.support.staff import desk, served

MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 10:00 in Shanghai
BY = "cli:tester"


async def month_of(house: House, month: str) -> dict[str, list[str]]:
    """matter → the cells of its line, as the file has them."""
    written = await timeliness.write_month(house, "efficiency", month, "csv", BY)
    lines = [line.split(",") for line in written.content.decode("utf-8-sig").splitlines()]
    assert tuple(lines[0]) == HEAD
    return {line[4]: line[5:] for line in lines[1:]}


async def test_a_month_counts_what_was_on_time_late_and_is_open_still(house: House) -> None:
    with time_machine.travel(MORNING):
        punctual = await in_progress(house, matters=["report_in", "medical_transfer"])
        tardy = await in_progress(house, matters=["report_in", "medical_transfer"])
        await in_progress(house, matters=["report_in", "medical_transfer"])
        for application in (punctual, tardy):
            await send(house, (await tasks_of(house, application))["medical_transfer"], "received")
        await send(house, (await tasks_of(house, punctual))["medical_transfer"], "done")
    with time_machine.travel(MORNING + timedelta(days=2)):
        await send(house, (await tasks_of(house, tardy))["medical_transfer"], "done")
        rows = await month_of(house, "2026-11")
        assert rows["医保关系转移接续"] == ["2", "2", "1", "1", "0", "8.0", "0", "0", "0", "0"]
        assert rows["退役士兵退役报到"] == ["3", "3", "3", "0", "0", "0.0", "0", "0", "0", "0"]
        assert await month_of(house, "2026-10") == {}


async def test_the_file_holds_nobodys_data(house: House) -> None:
    with time_machine.travel(MORNING):
        application = await in_progress(house)
    written = await timeliness.write_month(house, "reform", "2026-11", "csv", BY)
    text = written.content.decode("utf-8-sig")
    for name in ("name", "id_number", "mobile", "bank_card"):
        assert application.answers[name] not in text
    assert application.number not in text


@pytest.mark.parametrize("month", ["2026-13", "2026", "11-2026", "2026-11-01", "二〇二六"])
async def test_what_is_no_month_is_refused(house: House, month: str) -> None:
    with pytest.raises(GuituError):
        await timeliness.write_month(house, "efficiency", month, "csv", BY)


async def test_the_province_gets_every_county_and_a_county_its_own(house: House) -> None:
    with time_machine.travel(MORNING):
        await in_progress(house, matters=["report_in"])
    async with (
        served(house, endpoints.blueprint) as address,
        desk(house, address, "provincial_supervisor", county=None) as province,
        desk(house, address, "county_supervisor", county="350582") as other,
    ):
        path = "/api/systems/efficiency/months/2026-11"
        assert "退役士兵退役报到" in (await province.get(path, form="csv")).text
        assert "退役士兵退役报到" not in (await other.get(path, form="csv")).text
        assert (await other.get(path, form="csv", county="350102")).status_code == 403
        assert (await province.get("/api/systems/hall/months/2026-11")).status_code == 400
