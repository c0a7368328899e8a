"""The worker: wakes when something is put, finishes what it has in hand when told to stop, says how it is."""

from __future__ import annotations

import asyncio
import time

import httpx

from backend.house import House
from backend.outbox.health import serve_health
from backend.outbox.service import Delivery, put
from backend.outbox.worker import Worker

PATIENCE = 15.0


class Slow:
    """A handler that begins, and ends when it is let."""

    def __init__(self) -> None:
        self.began = asyncio.Event()
        self.go_on = asyncio.Event()
        self.ended = 0

    async def __call__(self, _house: House, _delivery: Delivery) -> None:
        self.began.set()
        await self.go_on.wait()
        self.ended += 1


async def put_one(house: House, key: str = "k1") -> None:
    async with house.db.unit() as unit:
        await put(unit.session, "t", key, {})
        await unit.commit()


async def idle(worker: Worker) -> None:
    """Until it has gone round once and rests."""
    while not worker.rounds:  # noqa: ASYNC110 - a count, which nothing signals
        await asyncio.sleep(0.01)


async def test_what_is_put_while_it_rests_wakes_it(house: House) -> None:
    handler = Slow()
    handler.go_on.set()
    worker = Worker(house, {"t": handler})
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(PATIENCE):
        await idle(worker)
        await asyncio.sleep(0.3)
        began = time.monotonic()
        await put_one(house)
        await handler.began.wait()
    assert time.monotonic() - began < 3  # it would rest for 30 seconds otherwise
    worker.stop()
    await asyncio.wait_for(running, PATIENCE)


async def test_told_to_stop_it_finishes_what_it_has_in_hand(house: House) -> None:
    handler = Slow()
    worker = Worker(house, {"t": handler})
    await put_one(house)
    running = asyncio.create_task(worker.run())
    await asyncio.wait_for(handler.began.wait(), PATIENCE)
    worker.stop()
    await asyncio.sleep(0.05)
    assert not running.done()
    handler.go_on.set()
    await asyncio.wait_for(running, PATIENCE)
    assert handler.ended == 1


async def test_chores_run_and_one_that_fails_stops_nothing(house: House) -> None:
    done = asyncio.Event()

    async def fails(_house: House) -> None:
        raise RuntimeError("a chore's bad day")

    async def works(_house: House) -> None:
        done.set()

    handler = Slow()
    handler.go_on.set()
    worker = Worker(house, {"t": handler}, {"fails": fails, "works": works})
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(PATIENCE):
        await done.wait()
        await put_one(house)
        await handler.began.wait()
    worker.stop()
    await asyncio.wait_for(running, PATIENCE)


async def test_its_health_is_answered_on_the_loopback_address(house: House) -> None:
    worker = Worker(house, {})
    server = await serve_health(worker, 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, httpx.AsyncClient(trust_env=False) as http:
        assert (await http.get(address)).status_code == 503
        running = asyncio.create_task(worker.run())
        await asyncio.wait_for(idle(worker), PATIENCE)
        answer = await http.get(address)
        worker.stop()
        await asyncio.wait_for(running, PATIENCE)
    assert answer.status_code == 200 and answer.json()["status"] == "ok"
