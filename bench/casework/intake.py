"""Intake with dispatch, as windows do it: originals received, checked in, matters dispatched; over HTTP, eight at once."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial
from random import Random

import httpx

from backend.applications import service
from backend.applications.model import Application
from backend.clock import today
from backend.conversations import service as hub
from backend.house import House
from backend.locale.text import SOURCE_LANGUAGE
from backend.rehearsal.people import plan
from backend.systems.seed import seed_links
from bench.casework.backend import Backend, desk
from bench.casework.samples import percentile, timed

CLIENTS, WARM_UP = 8, 40
CLERK = "cli:bench"


async def _accepted(house: House, number: int, counties: tuple[str, ...], random: Random) -> Application:
    """A case that has come as far as the window, in a conversation of its own."""
    answers = plan(house.catalogue, number, counties, today(), random).answers
    async with house.db.unit() as unit:
        talk = await hub.open_conversation(unit, "web", secrets.token_hex(32), SOURCE_LANGUAGE)
        await unit.commit()
    filed = await service.submit(house, f"d_{secrets.token_hex(8)}", talk.id, answers, SOURCE_LANGUAGE)
    await service.record_archive(house, filed.application.number, CLERK)
    return await service.accept(house, filed.application.number, CLERK)


async def _intake(client: httpx.AsyncClient, case: Application) -> None:
    """What the window's page sends for one veteran: both answers are the whole case."""
    received = await client.post(f"/api/cases/{case.number}/originals", json={"version": case.version})
    received.raise_for_status()
    shown = received.json()["case"]
    seen = {"copied": [paper["number"] for paper in shown["papers"]], "identity": "id_card"}
    checked_in = await client.post(f"/api/cases/{case.number}/check-in", json={"version": shown["version"], **seen})
    checked_in.raise_for_status()
    assert checked_in.json()["case"]["state"] == "in_progress"


async def measure_intake(house: House, serving: Backend, times: int) -> Mapping[str, float]:
    """Intakes a second, how long one takes, and what it costs the backend's process. Needs the demonstration's units."""
    await seed_links(house)
    counties = tuple(window.county for window in house.catalogue.windows.values())
    random = Random(5)  # noqa: S311 - a game of dice
    cases = [await _accepted(house, number, counties, random) for number in range(times + WARM_UP)]
    seconds: list[float] = []

    async def work(client: httpx.AsyncClient, until: int) -> None:
        while len(cases) > until:
            case = cases.pop()
            seconds.append(await timed(partial(_intake, client, case)))

    async with AsyncExitStack() as staff:
        clients = [await staff.enter_async_context(desk(house, serving, "window", counties=counties)) for _ in range(CLIENTS)]

        async def all_work(until: int) -> None:
            await asyncio.gather(*(work(client, until) for client in clients))

        await all_work(times)
        seconds.clear()
        used, began = serving.cpu_seconds(), time.perf_counter()
        await all_work(0)
        passed = time.perf_counter() - began
        used = serving.cpu_seconds() - used
    return {
        "a second": len(seconds) / passed,
        "p95 ms": percentile(seconds, 0.95),
        "backend's core ms each": used / len(seconds) * 1000,
    }
