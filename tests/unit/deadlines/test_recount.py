"""Limits are counted anew when the working days change, with a record, and the veteran is told of another day (notice 四(八))."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import pytest
import time_machine

from backend.applications.actor import Actor
from backend.calendars import current, service
from backend.calendars import repository as calendars
from backend.calendars.model import CalendarChange, CalendarYear
from backend.catalogue.reading import CatalogueError
from backend.clock import now
from backend.deadlines.recount import ALL_KNOW_AFTER, recount_changes
from backend.errors import Forbidden, GuituError, NotFound
from backend.house import House, open_house
from backend.settings import Settings
from tests.support.limits import MATTER, at, due_of, events_of, received, year_file
from tests.support.people import COUNTY, said, send, tasks_of

BOSS = Actor("staff:boss", counties=(COUNTY,))
OTHER = "350582"
MONDAY, TUESDAY, WEDNESDAY = "2026-11-23", "2026-11-24", "2026-11-25"
TYPHOON = date(2026, 11, 24)


def travel(moment: str) -> time_machine.travel:
    return time_machine.travel(at(moment), tick=False)


# --- closures -----------------------------------------------------------------------------------------------------------


async def test_a_closure_moves_the_limits_of_its_county_with_a_record_and_a_word_to_the_veteran(house: House) -> None:
    here, there = await received(house, f"{MONDAY} 10:00"), await received(house, f"{MONDAY} 10:00", county=OTHER)
    with travel(f"{MONDAY} 15:00"):
        done = await service.close_days(house, COUNTY, [TYPHOON], "示例台风", BOSS)
    assert (done.changed, done.recounted.moved, done.recounted.told, done.recounted.failed) == (True, 1, 1, 0)
    assert await due_of(house, here) == at(f"{WEDNESDAY} 12:00")
    assert await due_of(house, there) == at(f"{TUESDAY} 12:00")
    (event,) = await events_of(house, here, "recount")
    assert event["by"] == "staff:boss" and "示例台风" in str(event["why"]) and "2026-11-24" in str(event["why"])
    assert (event["from"], event["to"]) == (f"{TUESDAY}T12:00:00+08:00", f"{WEDNESDAY}T12:00:00+08:00")
    assert len([text for text in await said(house, here) if "办公日子有变动" in text and "11月25日 12:00" in text]) == 1
    assert not [text for text in await said(house, there) if "办公日子有变动" in text]


async def test_a_limit_that_starts_after_a_closure_was_recorded_is_counted_with_it(house: House) -> None:
    await service_at(house, f"{MONDAY} 09:00", [TYPHOON])
    assert await due_of(house, await received(house, f"{MONDAY} 10:00")) == at(f"{WEDNESDAY} 12:00")


async def service_at(house: House, moment: str, days: list[date]) -> service.Changed:
    with travel(moment):
        return await service.close_days(house, COUNTY, days, "示例台风", BOSS)


async def test_a_closure_that_is_recorded_afterwards_counts_for_what_is_open(house: House) -> None:
    application = await received(house, f"{MONDAY} 10:00")
    await service_at(house, f"{WEDNESDAY} 09:00", [TYPHOON])
    assert await due_of(house, application) == at(f"{WEDNESDAY} 12:00")


async def test_closing_the_same_day_again_changes_nothing_and_tells_nobody(house: House) -> None:
    application = await received(house, f"{MONDAY} 10:00")
    await service_at(house, f"{MONDAY} 15:00", [TYPHOON])
    before, heard = (await tasks_of(house, application))[MATTER].version, await said(house, application)
    again = await service_at(house, f"{MONDAY} 15:30", [TYPHOON])
    assert (again.changed, again.recounted.looked) == (False, 0)
    assert (await tasks_of(house, application))[MATTER].version == before
    assert await said(house, application) == heard
    assert len(await events_of(house, application, "recount")) == 1


async def test_a_reopened_day_counts_again_and_the_closure_stays_on_record(house: House) -> None:
    application = await received(house, f"{MONDAY} 10:00")
    await service_at(house, f"{MONDAY} 15:00", [TYPHOON])
    async with house.db.reading() as session:
        (closure,) = await service.closures(session, house, BOSS)
    with travel(f"{MONDAY} 16:00"):
        await service.reopen(house, closure.id, "台风没有来", BOSS)
        assert (await service.reopen(house, closure.id, "台风没有来", BOSS)).changed is False
    assert await due_of(house, application) == at(f"{TUESDAY} 12:00")
    async with house.db.reading() as session:
        (kept,) = await service.closures(session, house, BOSS)
    assert (kept.by, kept.reason, kept.reopened_by, kept.reopened_why) == ("staff:boss", "示例台风", "staff:boss", "台风没有来")


async def test_what_has_its_result_keeps_the_end_it_had(house: House) -> None:
    application = await received(house, f"{MONDAY} 10:00")
    with travel(f"{MONDAY} 11:00"):
        await send(house, (await tasks_of(house, application))[MATTER], "done")
    await service_at(house, f"{MONDAY} 15:00", [TYPHOON])
    assert await due_of(house, application) == at(f"{TUESDAY} 12:00")
    assert not await events_of(house, application, "recount")


async def test_a_clock_that_stands_is_left_alone_and_starts_anew_on_the_new_days(house: House) -> None:
    application = await received(house, f"{MONDAY} 09:00")
    with travel(f"{MONDAY} 09:30"):
        await send(house, (await tasks_of(house, application))[MATTER], "paper_needed", reason="缺页")
    await service_at(house, f"{MONDAY} 15:00", [TYPHOON])
    assert await due_of(house, application) is None
    with travel(f"{MONDAY} 16:00"):
        await send(house, (await tasks_of(house, application))[MATTER], "received")
    assert await due_of(house, application) == at(f"{WEDNESDAY} 18:00")


@pytest.mark.parametrize(
    ("county", "days", "reason", "refusal"),
    [
        ("999999", [TYPHOON], "示例", NotFound),
        (OTHER, [TYPHOON], "示例", Forbidden),
        (COUNTY, [date(2062, 11, 24)], "示例", GuituError),
        (COUNTY, [], "示例", GuituError),
        (COUNTY, [TYPHOON], "  ", GuituError),
    ],
)
async def test_a_closure_that_cannot_be_meant_is_refused_and_nothing_is_kept(
    house: House, county: str, days: list[date], reason: str, refusal: type[GuituError]
) -> None:
    with travel(f"{MONDAY} 09:00"), pytest.raises(refusal):
        await service.close_days(house, county, days, reason, BOSS)
    async with house.db.reading() as session:
        assert not await calendars.closures(session) and await calendars.newest_change(session) == 0


# --- close of business --------------------------------------------------------------------------------------------------


async def test_an_earlier_close_moves_the_end_within_the_day_and_the_veteran_hears_nothing(house: House) -> None:
    application = await received(house, f"{MONDAY} 16:00")
    assert await due_of(house, application) == at(f"{TUESDAY} 18:00")
    with travel(f"{MONDAY} 17:00"):
        done = await service.set_hours(house, COUNTY, time(17, 30), "示例作息", BOSS)
    assert (done.recounted.moved, done.recounted.told) == (1, 0)
    assert await due_of(house, application) == at(f"{TUESDAY} 17:30")
    assert len(await events_of(house, application, "recount")) == 1
    assert not [text for text in await said(house, application) if "时限重新算过" in text]


async def test_a_close_from_a_later_day_on_leaves_the_days_before_as_they_were(house: House) -> None:
    application = await received(house, f"{MONDAY} 16:00")
    with travel(f"{MONDAY} 17:00"):
        await service.set_hours(house, COUNTY, time(17, 30), "示例作息", BOSS, date(2026, 11, 25))
    assert await due_of(house, application) == at(f"{TUESDAY} 18:00")
    assert await due_of(house, await received(house, f"{TUESDAY} 16:00")) == at(f"{WEDNESDAY} 17:30")


@pytest.mark.parametrize("close", [time(12), time(23, 30)])
async def test_a_close_out_of_range_is_refused(house: House, close: time) -> None:
    with pytest.raises(GuituError) as refusal:
        await service.set_hours(house, COUNTY, close, "示例作息", BOSS)
    assert refusal.value.code == "bad_close"


# --- published years ----------------------------------------------------------------------------------------------------


async def test_a_published_year_makes_provisional_limits_firm_and_moves_those_that_change(house: House, tmp_path: Path) -> None:
    application = await received(house, "2026-12-31 10:30")
    task = (await tasks_of(house, application))[MATTER]
    assert (task.due_at, task.provisional) == (at("2027-01-04 12:00"), True)
    with travel("2026-12-31 15:00"):
        done = await service.publish_year(house, year_file(tmp_path, working_weekends="2027-01-02"), BOSS)
    assert (done.changed, done.recounted.moved, done.recounted.told) == (True, 1, 1)
    task = (await tasks_of(house, application))[MATTER]
    assert (task.due_at, task.provisional) == (at("2027-01-02 12:00"), False)
    assert any("放假安排公布了" in text and "1月2日 12:00" in text for text in await said(house, application))
    (event,) = await events_of(house, application, "recount")
    assert event["why"] == "2027年放假安排公布"


async def test_a_limit_that_only_becomes_firm_is_recorded_and_told_to_nobody(house: House, tmp_path: Path) -> None:
    application = await received(house, "2026-12-31 10:30")
    with travel("2026-12-31 15:00"):
        done = await service.publish_year(house, year_file(tmp_path), BOSS)
    task = (await tasks_of(house, application))[MATTER]
    assert (task.due_at, task.provisional) == (at("2027-01-04 12:00"), False)
    assert (done.recounted.moved, done.recounted.told) == (1, 0)
    (event,) = await events_of(house, application, "recount")
    assert (event["provisional_before"], event["provisional"]) == (True, False)


async def test_the_same_file_again_changes_nothing_and_a_corrected_one_counts(house: House, tmp_path: Path) -> None:
    application = await received(house, "2026-12-31 10:30")
    with travel("2026-12-31 15:00"):
        await service.publish_year(house, year_file(tmp_path), BOSS)
        again = await service.publish_year(house, year_file(tmp_path), BOSS)
        assert (again.changed, again.recounted.looked) == (False, 0)
        corrected = await service.publish_year(house, year_file(tmp_path, working_weekends="2027-01-03"), BOSS)
    assert (corrected.changed, corrected.recounted.moved) == (True, 1)
    assert await due_of(house, application) == at("2027-01-03 12:00")


async def test_a_wrong_file_is_refused_with_its_line_and_nothing_is_kept(house: House, tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"2027\.yml:\d+: "):
        await service.publish_year(house, year_file(tmp_path, working_weekends="2027-01-04"), BOSS)
    async with house.db.reading() as session:
        assert not await calendars.years(session) and await calendars.newest_change(session) == 0


async def test_a_year_that_can_no_longer_be_read_stops_no_limit(house: House) -> None:
    await write_change(house, CalendarYear(year=2027, content="year: soon", by="x", at=now()))
    await house.days.read()
    assert await due_of(house, await received(house, "2026-12-31 10:30")) == at("2027-01-04 12:00")


async def write_change(house: House, row: object) -> None:
    """What a process that dies before it counts anything leaves behind."""
    async with house.db.unit() as unit:
        unit.session.add(row)
        unit.session.add(CalendarChange(county=None, kind="year", about="2027年放假安排公布", by="cli:x", at=now()))
        await unit.commit()


async def test_a_command_that_broke_off_is_finished_by_the_next(house: House, tmp_path: Path) -> None:
    application = await received(house, "2026-12-31 10:30")
    file = year_file(tmp_path, working_weekends="2027-01-02")
    with travel("2026-12-31 15:00"):
        await write_change(house, CalendarYear(year=2027, content=file.read_text("utf-8"), by="cli:x", at=now()))
        done = await service.publish_year(house, file, BOSS)
    assert (done.changed, done.recounted.moved) == (False, 1)
    assert await due_of(house, application) == at("2027-01-02 12:00")


# --- several processes ----------------------------------------------------------------------------------------------------


async def test_another_process_notices_a_change_at_its_next_unit_of_work(
    house: House, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = open_house(settings)
    try:
        async with second.db.unit():
            pass
        await service_at(house, f"{MONDAY} 09:00", [TYPHOON])
        monkeypatch.setattr(current, "LOOK_EVERY_SECONDS", 0.0)
        assert await due_of(second, await received(second, f"{MONDAY} 10:00")) == at(f"{WEDNESDAY} 12:00")
    finally:
        await second.close()


async def test_a_limit_that_was_counted_on_the_days_before_is_found_and_counted_again(
    house: House, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = open_house(settings)
    try:
        await late.days.read()
        monkeypatch.setattr(current, "LOOK_EVERY_SECONDS", float("inf"))
        await service_at(house, f"{MONDAY} 09:00", [TYPHOON])
        application = await received(late, f"{MONDAY} 09:00")
        assert await due_of(house, application) == at(f"{TUESDAY} 12:00")
        with time_machine.travel(at(f"{MONDAY} 09:00") + ALL_KNOW_AFTER / 2, tick=False):
            assert await recount_changes(house) == 0  # counted, but not every process can know of it yet
        with time_machine.travel(at(f"{MONDAY} 09:01"), tick=False):
            assert await recount_changes(house) == 1
            assert await recount_changes(house) == 0
        assert await due_of(house, application) == at(f"{WEDNESDAY} 12:00")
    finally:
        await late.close()


async def test_counting_anew_on_days_that_move_nothing_changes_no_task(house: House) -> None:
    made = [await received(house, f"{MONDAY} {hour}:30") for hour in ("07", "10", "16")]
    before = [(task.due_at, task.version) for each in made for task in (await tasks_of(house, each)).values()]
    sunday = date(2026, 11, 29)
    done = await service_at(house, f"{MONDAY} 17:00", [sunday])
    assert (done.changed, done.recounted.looked, done.recounted.moved) == (True, len(made), 0)
    assert [(task.due_at, task.version) for each in made for task in (await tasks_of(house, each)).values()] == before
