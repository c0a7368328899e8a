"""A month's counts, against tasks whose every hour is known (notice 四)."""

from __future__ import annotations

import statistics
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from backend.applications import repository as applications
from backend.departments.model import Task
from backend.errors import GuituError
from backend.house import House
from backend.requests.service import ask
from backend.statistics import service
from backend.statistics.rules import Line, bounds
from tests.support.people import COUNTY, in_progress, send, tasks_of

MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday 10:00 in Shanghai; one day ends on Tuesday at 12:00
MATTER = "medical_transfer"


async def lines(house: House, month: str = "2026-11", counties: list[str] | None = None) -> dict[str, Line]:
    async with house.db.reading() as session:
        return {line.matter: line for line in await service.month(session, month, counties)}


async def task_received(house: House, at: datetime) -> Task:
    with time_machine.travel(at, tick=False):
        application = await in_progress(house, matters=["report_in", MATTER])
        await send(house, (await tasks_of(house, application))[MATTER], "received")
    return (await tasks_of(house, application))[MATTER]


async def done_after(house: House, hours: float) -> None:
    task = await task_received(house, MORNING)
    with time_machine.travel(MORNING + timedelta(hours=hours), tick=False):
        await send(house, task, "done")


async def test_a_refusal_is_a_result_and_can_be_late(house: House) -> None:  # notice 四(八): the result, whichever it is
    task = await task_received(house, MORNING)
    with time_machine.travel(MORNING + timedelta(hours=27), tick=False):
        await send(house, task, "declined", reason="在外省参保")
        line = (await lines(house))[MATTER]
    assert (line.ended, line.on_time, line.late) == (1, 0, 1)


async def test_on_time_late_and_open_are_told_apart(house: House) -> None:
    await done_after(house, 3)  # Monday 13:00
    await done_after(house, 26)  # Tuesday 12:00, the last moment
    await done_after(house, 27)  # Tuesday 13:00
    await task_received(house, MORNING)
    with time_machine.travel(MORNING + timedelta(days=3), tick=False):
        line = (await lines(house))[MATTER]
    assert (line.received, line.ended, line.on_time, line.late, line.open, line.overdue) == (4, 3, 2, 1, 1, 1)
    assert line.on_time_rate == pytest.approx(2 / 3)


@pytest.mark.parametrize("hours", [[1], [1, 2], [1, 2, 4], [1, 1, 2, 2]])
async def test_the_median_is_of_working_hours(house: House, hours: list[float]) -> None:
    for each in hours:
        await done_after(house, each)
    # 10:00 to 12:00 is worked; what lies between 12:00 and 14:00 is not.
    worked = [min(each, 2.0) for each in hours]
    assert (await lines(house))[MATTER].median_hours == pytest.approx(statistics.median(worked))


async def test_a_result_is_counted_in_the_month_in_which_it_came(house: House) -> None:
    task = await task_received(house, datetime(2026, 10, 30, 8, 0, tzinfo=UTC))
    with time_machine.travel(datetime(2026, 10, 31, 16, 30, tzinfo=UTC), tick=False):  # 1 November 00:30 in Shanghai
        await send(house, task, "done")
    october, november = (await lines(house, "2026-10"))[MATTER], (await lines(house, "2026-11"))[MATTER]
    assert (october.received, october.ended) == (1, 0)
    assert (november.received, november.ended) == (0, 1)


async def test_what_veterans_pressed_for_is_counted(house: House) -> None:
    task = await task_received(house, MORNING)
    with time_machine.travel(MORNING + timedelta(days=1), tick=False):
        async with house.db.unit() as unit:
            application = await applications.by_id(unit.session, task.application_id, lock=True)
            assert application is not None
            await ask(unit, application, task, "urge", "快一点", "veteran:test")
            await unit.commit()
    assert (await lines(house))[MATTER].urged == 1


async def test_other_counties_are_left_out_when_one_is_asked_for(house: House) -> None:
    await done_after(house, 1)
    assert MATTER in await lines(house, counties=[COUNTY])
    assert await lines(house, counties=["350582"]) == {}


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "last month", ""])
def test_what_is_no_month_is_refused(month: str) -> None:
    with pytest.raises(GuituError, match="2026-11"):
        bounds(month)
