"""`guitu rehearse`: play a season in a scratch database, print what was done, and fail when anything is left over."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

from backend.db import migrate
from backend.departments.seed import seed_examples
from backend.edge.serving import free_port, serve
from backend.errors import GuituError
from backend.house import House, open_house
from backend.outbox.commands import CHORES, HANDLERS
from backend.outbox.worker import Worker
from backend.rehearsal import repository
from backend.rehearsal.app import create_backend
from backend.rehearsal.departments import Departments
from backend.rehearsal.season import Season
from backend.security.encryption import generate_key_file
from backend.settings import load

#: Without any progress for so long, it will not come to its end.
PATIENCE_SECONDS = 180.0
LOOK_EVERY = 0.5
#: Planned for days that a rehearsal does not live to see.
LATER = ("veteran.remind", "appointment.remind")


def register(subparsers: Any) -> None:
    """Add `guitu rehearse`."""
    parser = subparsers.add_parser("rehearse", help="play a season with made-up veterans and departments that fail")
    parser.add_argument("--applications", type=int, default=2000, metavar="N")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed, the same veterans")
    parser.set_defaults(run=lambda args: asyncio.run(_rehearse(args)))


async def _rehearse(args: argparse.Namespace) -> int:
    if not 1 <= args.applications <= 100_000:
        raise GuituError("--applications: expected a number from 1 to 100000.")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="guitu-rehearsal-") as folder:
        async with _scratch_house(Path(folder)) as house:
            season, departments = await _play(house, args.applications, Random(args.seed))  # noqa: S311 - a game of dice
            wrong = await _left_over(house, season)
            await _print(house, season, departments, time.monotonic() - began)
    for line in wrong:
        print(f"WRONG: {line}")
    return 1 if wrong else 0


@asynccontextmanager
async def _scratch_house(folder: Path) -> AsyncIterator[House]:
    """A house of its own: nothing of it touches the real database, keys or departments."""
    keys = folder / "keys.json"
    generate_key_file(keys)
    port = free_port()
    settings = replace(
        load(),
        database_url=f"sqlite+aiosqlite:///{folder / 'rehearsal.db'}",
        keys_file=keys,
        sms_provider="console",
        twilio=None,
        public_url=f"http://127.0.0.1:{port}",
        port=port,
        simulator_url=f"http://127.0.0.1:{free_port()}",
    )
    house = open_house(settings)
    try:
        await migrate.upgrade(house.db)
        await seed_examples(house)
        yield house
    finally:
        await house.close()


async def _play(house: House, size: int, random: Random) -> tuple[Season, Departments]:
    counties = tuple(window.county for window in house.catalogue.windows.values())
    season, departments = Season(house, size, counties, random), Departments(house, random)
    worker = Worker(house, HANDLERS, CHORES)
    async with AsyncExitStack() as running:
        await running.enter_async_context(serve(create_backend(house), house.settings.port))
        await running.enter_async_context(serve(departments.app(), int(house.settings.simulator_url.rpartition(":")[2])))
        working = asyncio.create_task(worker.run())
        try:
            await season.play()
            await _until_all_ended(house, season, departments)
        finally:
            worker.stop()
            await working
    return season, departments


async def _until_all_ended(house: House, season: Season, departments: Departments) -> None:
    """Wait while anything moves. What then is not at its end is for `_left_over` to tell."""
    seen: tuple[Any, ...] = ()
    moved_at = time.monotonic()
    while time.monotonic() - moved_at < PATIENCE_SECONDS:
        await season.answer_questions()
        async with house.db.reading() as session:
            now = (await repository.states(session), await repository.task_states(session), dict(departments.counts))
            due = await repository.due_deliveries(session, [topic for topic in HANDLERS if topic not in LATER])
        if not await season.still_open() and not departments.working and not due.get("waiting"):
            return
        if now != seen:
            seen, moved_at = now, time.monotonic()
        await asyncio.sleep(LOOK_EVERY)


async def _left_over(house: House, season: Season) -> list[str]:
    """What is not as it must be in the end."""
    wrong = [
        f"{application.number} is still {application.state}: {'; '.join((await season.history_of(application))[-4:])}"
        for application in (await season.still_open())[:10]
    ]
    async with house.db.reading() as session:
        left = await repository.due_deliveries(session, [topic for topic in HANDLERS if topic not in LATER])
        wrong += [f"{count} deliveries are {state}" for state, count in left.items()]
        if count := await repository.open_tasks_of_ended_cases(session):
            wrong.append(f"{count} tasks were left open by cases that ended")
        queued, texts = await repository.notices_queued(session), await repository.texts_sent(session)
        if set(texts) - {"delivered"} or sum(texts.values()) != queued:
            wrong.append(f"{queued} notices asked for a text, but texts are {texts}")
        cases, told = await repository.completed_notices(session)
        completed = (await repository.states(session)).get("completed", 0)
        if not cases == told == completed:
            wrong.append(f"{completed} cases completed, {cases} were told, {told} times")
    return wrong


async def _print(house: House, season: Season, departments: Departments, seconds: float) -> None:
    async with house.db.reading() as session:
        parts: list[tuple[str, Mapping[str, int]]] = [
            ("the season", season.counts),
            ("departments", departments.counts),
            ("cases in the end", await repository.states(session)),
            ("tasks in the end", await repository.task_states(session)),
            ("texts to veterans", Counter(await repository.texts_sent(session))),
        ]
    for title, counts in parts:
        print(f"{title}:")
        for name, count in sorted(counts.items()):
            print(f"  {count:>7}  {name}")
    print(f"{seconds:.0f} s in all, {season.size / seconds:.1f} applications a second")
