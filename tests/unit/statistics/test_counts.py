"""A month's lines against the same counted one by one in Python, over tasks of every kind."""

from __future__ import annotations

import statistics
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import select

from backend.db.ids import new_id
from backend.deadlines.model import Exemption
from backend.departments.model import Task
from backend.departments.states import DONE, RECEIVED, TERMINAL
from backend.house import House
from backend.statistics import service
from backend.statistics.repository import KEYS_AT_ONCE
from backend.statistics.rules import Key, Line, hours
from tests.support.people import submitted

MONTH, OTHER = "2026-10", "2026-11"
RECEIVED_AT = datetime(2026, 10, 12, 2, 0, tzinfo=UTC)
COUNTIES = ("350102", "350103")
MATTERS = tuple(f"matter_{number}" for number in range(KEYS_AT_ONCE // 2))


def some_task(random: Random, application_id: str, exemption: int) -> Task:
    ended = random.random() < 0.8
    done_at = RECEIVED_AT + timedelta(hours=random.randint(0, 40)) if ended else None
    return Task(
        id=new_id("t"),
        application_id=application_id,
        catalogue_edition="",
        county=random.choice(COUNTIES),
        # Most are of a few kinds, so that some kinds have many results and some a single one.
        matter=random.choice(MATTERS[:3] if random.random() < 0.6 else MATTERS),
        department=random.choice(("police", "medical")),
        state=random.choice(TERMINAL) if ended else RECEIVED,
        state_since=RECEIVED_AT,
        received_at=RECEIVED_AT,
        due_at=RECEIVED_AT + timedelta(hours=random.choice((4, 20))) if random.random() < 0.8 else None,
        exemption_id=exemption if random.random() < 0.2 else None,
        done_at=done_at,
        ended_month=random.choice((MONTH, MONTH, OTHER)) if ended else None,
        worked_minutes=random.randint(0, 30) if ended and random.random() < 0.9 else None,
    )


def counted(tasks: list[Task], county: str | None) -> dict[Key, Line]:
    """The lines of MONTH, the plain way."""
    by_key: dict[Key, list[Task]] = defaultdict(list)
    for task in tasks:
        if county in (None, task.county):
            by_key[task.county, task.department, task.matter].append(task)
    return {key: line(key, some) for key, some in sorted(by_key.items())}


def line(key: Key, tasks: list[Task]) -> Line:
    ended = [task for task in tasks if task.ended_month == MONTH]
    limited = [task for task in ended if task.due_at is not None]
    late = [task for task in limited if task.done_at > task.due_at]
    minutes = [task.worked_minutes for task in ended if task.worked_minutes is not None]
    still = [task for task in tasks if task.state == RECEIVED]
    return Line(
        *key,
        received=len(tasks),
        ended=len(ended),
        done=sum(task.state == DONE for task in ended),
        on_time=len(limited) - len(late),
        late=sum(task.exemption_id is None for task in late),
        exempted=sum(task.exemption_id is not None for task in late),
        median_hours=hours(statistics.median(minutes)) if minutes else None,
        open=len(still),
        overdue=sum(task.due_at is not None for task in still),
    )


async def agree(house: House) -> None:
    async with house.db.reading() as session:
        tasks = list(await session.scalars(select(Task)))
        for county in (None, *COUNTIES):
            lines = await service.month(session, MONTH, [county] if county else None)
            assert {(each.county, each.department, each.matter): each for each in lines} == counted(tasks, county)


@pytest.mark.parametrize("seed", range(3))
async def test_the_lines_are_what_counting_one_by_one_gives(house: House, seed: int) -> None:
    random = Random(seed)
    application = await submitted(house)
    moments = {"began_at": RECEIVED_AT, "ended_at": RECEIVED_AT, "at": RECEIVED_AT}
    async with house.db.unit() as unit:
        unit.session.add(exemption := Exemption(reason="示例：系统停机", by="staff:test", **moments))
        await unit.session.flush()
        tasks = [some_task(random, application.id, exemption.id) for _ in range(700)]
        unit.session.add_all(tasks)
        await unit.commit()
    await agree(house)
    # What is corrected, exempted or counted anew afterwards is seen at once.
    async with house.db.unit() as unit:
        for task in await unit.session.scalars(select(Task).limit(120)):
            fresh = some_task(random, application.id, exemption.id)
            for name in ("state", "due_at", "exemption_id", "done_at", "ended_month", "worked_minutes"):
                setattr(task, name, getattr(fresh, name))
        await unit.commit()
    await agree(house)
