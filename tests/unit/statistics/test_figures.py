"""Figures that are kept by the month: counted by the worker, put together in the database, as old as they say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from backend.clock import today
from backend.house import House
from backend.outbox.commands import CHORES
from backend.statistics import figures, service
from backend.statistics.rules import BY, KINDS, Line, Slice, Sums, month_before, months_between
from tests.support.months import some_months
from tests.support.people import COUNTY

OTHER = "350203"
SUMMED = ("received", "ended", "on_time", "late", "exempted", "urged")


def this_month() -> str:
    return f"{today():%Y-%m}"


async def sums(house: House, wanted: Slice, by: str, order: str | None = None, descending: bool = False) -> list[Sums]:
    async with house.db.reading() as session:
        return await figures.sums(session, wanted, by, order or by, descending)


async def all_lines(house: House, months: tuple[str, ...]) -> list[tuple[str, Line]]:
    async with house.db.reading() as session:
        return [(month, line) for month in months for line in await service.month(session, month, None)]


async def test_what_is_kept_put_together_is_what_the_tasks_give_by_each_of_four(house: House) -> None:
    await some_months(house, 3, 3, (OTHER,))
    months = months_between(month_before(this_month(), 2), this_month())
    lines = await all_lines(house, months)
    for by in BY:
        for found in await sums(house, Slice(months), by):
            own = [line for month, line in lines if (month if by == "month" else getattr(line, by)) == found.key]
            assert [getattr(found, name) for name in SUMMED] == [sum(getattr(line, name) for line in own) for name in SUMMED]
    newest = [line for month, line in lines if month == months[-1]]
    (county,) = await sums(house, Slice(months, (OTHER,)), "county")
    assert county.open == sum(line.open for line in newest if line.county == OTHER)
    async with house.db.reading() as session:
        assert sorted(await figures.lines(session, Slice(months)), key=str) == sorted(lines, key=str)


async def test_a_slice_leaves_out_other_counties_departments_and_matters(house: House) -> None:
    await some_months(house, 1, 3, (OTHER,))
    months = (this_month(),)
    assert {each.key for each in await sums(house, Slice(months, (OTHER,)), "county")} == {OTHER}
    assert {each.key for each in await sums(house, Slice(months, None, "police"), "matter")} == {"household_restoration"}
    assert {each.key for each in await sums(house, Slice(months, None, None, "social_card"), "department")} == {
        "social_card_service"
    }
    assert await sums(house, Slice(months, ()), "county") == []


async def test_the_database_sorts_and_what_has_no_rate_comes_last_both_ways(house: House) -> None:
    await some_months(house, 2, 4, (OTHER, "350104"))
    months = figures.choices()[:2]
    for order in ("late", "received", "on_time_rate"):
        for descending in (False, True):
            found = [getattr(each, order) for each in await sums(house, Slice(months), "matter", order, descending)]
            valued = [value for value in found if value is not None]
            assert valued == sorted(valued, reverse=descending) and found[: len(valued)] == valued


async def test_the_tasks_behind_a_figure_are_as_many_as_it_says(house: House) -> None:
    await some_months(house, 2, 5, (OTHER,))
    months = (this_month(),)
    (total,) = await sums(house, Slice(months, (OTHER,)), "county")
    async with house.db.reading() as session:
        for kind in KINDS:
            found = await figures.tasks(session, kind, Slice(months, (OTHER,)), datetime.now(UTC), 0, 1000)
            assert len(found) == getattr(total, kind), kind
            assert {row.county for row in found} <= {OTHER}
            again = [
                row.number
                for offset in range(0, len(found), 7)
                for row in await figures.tasks(session, kind, Slice(months, (OTHER,)), datetime.now(UTC), offset, 7)
            ]
            assert len(again) == len(found)


async def test_the_worker_counts_a_year_first_and_then_what_is_old_the_newest_most_often(house: House) -> None:
    assert CHORES["count months"] is figures.count_due
    start = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        counted = 0
        while await figures.count_due(house):
            counted += 1
        assert counted == figures.READY_MONTHS
        clock.shift(timedelta(minutes=9))
        assert await figures.count_due(house) == 0
        clock.shift(timedelta(minutes=1))
        assert [await figures.count_due(house) for _ in range(3)] == [1, 1, 0]
        clock.shift(timedelta(days=1))
        counted = 0
        while await figures.count_due(house):
            counted += 1
        assert counted == figures.READY_MONTHS


async def test_a_month_that_nobody_counted_yet_is_counted_when_it_is_asked_for_and_says_since_when(house: House) -> None:
    await some_months(house, 1, 2, ())
    months = months_between("2026-01", "2026-02")
    before = datetime.now(UTC)
    since = await figures.asked_for(house, months)
    assert since is not None and since >= before - timedelta(seconds=1)
    assert await figures.asked_for(house, months) == (await figures.asked_for(house, months))
    await figures.count(house, this_month())
    first = await sums(house, Slice((this_month(),)), "county")
    await figures.count(house, this_month())
    assert await sums(house, Slice((this_month(),)), "county") == first and {each.key for each in first} == {COUNTY}


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2026-11", "2026-11", ("2026-11",)),
        ("2025-11", "2026-02", ("2025-11", "2025-12", "2026-01", "2026-02")),
        ("2026-12", "2026-11", ()),
    ],
)
def test_months_between_go_over_the_year(first: str, last: str, months: tuple[str, ...]) -> None:
    assert months_between(first, last) == months
