"""What is looked at: one case's progress, as the veteran asks for it, and the lists of a county, as staff ask for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random

import httpx
from sqlalchemy import select

from backend.applications import service
from backend.applications.actor import SYSTEM
from backend.applications.model import Application
from backend.house import House
from bench.casework.backend import Backend, desk
from bench.casework.cases import COMMON_NAME, mobile_of
from bench.casework.samples import Act

SAMPLED = 2_000


async def some_numbers(house: House, size: int) -> list[str]:
    """Numbers of cases from all over the table."""
    random = Random(2)  # noqa: S311 - a game of dice
    indexes = [service.mobile_index(house, mobile_of(random.randrange(size))) for _ in range(min(SAMPLED, size))]
    numbers: list[str] = []
    async with house.db.reading() as session:
        for start in range(0, len(indexes), 500):
            wanted = Application.mobile_index.in_(indexes[start : start + 500])
            numbers += (await session.scalars(select(Application.number).where(wanted))).all()
    return numbers


async def progress_acts(house: House, size: int) -> dict[str, Act]:
    """The progress of a case that was not asked for before, found by its number or by the veteran's mobile."""
    numbers, random = await some_numbers(house, size), Random(3)  # noqa: S311 - a game of dice
    random.shuffle(numbers)

    async def by_number() -> None:
        async with house.db.reading() as session:
            number = random.choice(numbers)
            await service.progress(session, house, await service.by_number(session, SYSTEM, number))

    async def by_mobile() -> None:
        async with house.db.reading() as session:
            found = await service.latest_for_mobile(session, house, mobile_of(random.randrange(size)))
            assert found is not None
            await service.progress(session, house, found)

    return {"progress by number": by_number, "progress by mobile": by_mobile}


@asynccontextmanager
async def county_acts(
    house: House, serving: Backend, county: str, numbers: list[str], month: str
) -> AsyncIterator[dict[str, Act]]:
    """The lists of the largest county over HTTP, from the question to the answer."""
    async with AsyncExitStack() as staff:
        officer = await staff.enter_async_context(
            desk(house, serving, "officer", counties=[county], department="human_resources")
        )
        window = await staff.enter_async_context(desk(house, serving, "window", "reviewer", counties=[county]))
        supervisor = await staff.enter_async_context(desk(house, serving, "county_supervisor", counties=[county]))
        random = Random(4)  # noqa: S311 - a game of dice
        size = len(numbers)

        def get(client: httpx.AsyncClient, path: str, **params: str) -> Act:
            async def act() -> None:
                (await client.get(path, params=params)).raise_for_status()

            return act

        async def by_mobile() -> None:
            mobile = mobile_of(random.randrange(size))
            (await window.post("/api/cases/search", json={"mobile": mobile})).raise_for_status()

        async def by_name() -> None:
            (await window.post("/api/cases/search", json={"name": COMMON_NAME})).raise_for_status()

        yield {
            "due list of a department": get(officer, "/api/tasks/due"),
            "due list of the county": get(window, "/api/tasks/due", limit="100"),
            "alerts of an officer": get(officer, "/api/alerts"),
            "alerts of the window": get(window, "/api/alerts"),
            "alerts of the supervisor": get(supervisor, "/api/alerts"),
            "cases, the newest": get(window, "/api/cases"),
            "cases to review": get(window, "/api/cases", state="submitted"),
            "cases that were withdrawn": get(window, "/api/cases", state="withdrawn"),
            "search by mobile": by_mobile,
            "search by the commonest name": by_name,
            "requests that wait": get(window, "/api/requests"),
            "statistics of a month": get(supervisor, "/api/statistics", month=month),
        }
