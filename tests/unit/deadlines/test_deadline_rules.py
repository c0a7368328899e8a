"""Whether a limit was kept, and which of its stages have been reached (notice 四, our readings)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine

from backend.deadlines.rules import KINDS, READS, TOLD, next_after, reached, timeliness
from backend.house import House
from backend.staff.model import ROLES
from tests.support.limits import MATTER, at, received
from tests.support.people import send, tasks_of

DUE = at("2026-11-24 12:00")
SECOND = timedelta(seconds=1)
STAGES = [("half", at("2026-11-23 16:00")), ("four_fifths", at("2026-11-24 09:36")), ("overdue", DUE)]


@pytest.mark.parametrize(
    ("due_at", "done_at", "exempted", "now", "expected"),
    [
        (DUE, DUE, False, DUE + SECOND, "on_time"),  # not after due_at
        (DUE, DUE + SECOND, False, DUE + SECOND, "late"),
        (DUE, DUE + SECOND, True, DUE + SECOND, "exempted"),
        (DUE, DUE - SECOND, True, DUE, "on_time"),
        (DUE, None, False, DUE, "running"),
        (DUE, None, False, DUE + SECOND, "late"),
        (DUE, None, True, DUE + SECOND, "exempted"),
        (None, DUE, False, DUE, "no_limit"),
    ],
)
def test_a_limit_is_kept_by_the_signed_time_of_its_result(due_at, done_at, exempted, now, expected):
    assert timeliness(due_at, done_at, exempted, now) == expected


@pytest.mark.parametrize(
    ("moment", "stage", "following"),
    [
        (at("2026-11-23 16:00"), None, STAGES[0][1]),
        (at("2026-11-23 16:01"), "half", STAGES[1][1]),
        (at("2026-11-24 10:00"), "four_fifths", DUE),
        (DUE, "four_fifths", DUE),
        (DUE + SECOND, "overdue", None),
    ],
)
def test_a_stage_is_reached_when_its_moment_has_passed(moment, stage, following):
    assert (reached(STAGES, moment), next_after(STAGES, moment)) == (stage, following)
    assert reached([], moment) is None and next_after([], moment) is None


def test_every_kind_is_told_to_somebody_who_reads_it():
    assert all(set(TOLD[kind]) <= set(READS.values()) for kind in KINDS)
    assert set(READS) <= set(ROLES)


async def test_a_result_that_comes_late_but_was_signed_in_time_is_on_time_and_the_end_is_kept(house: House) -> None:
    application = await received(house, "2026-11-23 08:00")
    with time_machine.travel(at("2026-11-26 09:00"), tick=False):
        await send(house, (await tasks_of(house, application))[MATTER], "done", DUE)
    task = (await tasks_of(house, application))[MATTER]
    assert (task.due_at, task.done_at) == (DUE, DUE)
    assert timeliness(task.due_at, task.done_at, task.exemption_id is not None, at("2026-11-26 09:00")) == "on_time"


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "2019-12-31T00:00:00+08:00", "9999-12-31T23:00:00-12:00"])
async def test_a_result_of_another_age_is_refused(house: House, moment: str) -> None:
    application = await received(house, "2026-11-23 08:00")
    task = (await tasks_of(house, application))[MATTER]
    with time_machine.travel(at("2026-11-23 09:00"), tick=False):
        status, _ = await send(house, task, "done", datetime.fromisoformat(moment))
    assert status == 422
    assert (await tasks_of(house, application))[MATTER].state == "received"
