"""The worker: wakes when something is put, finishes what it has in hand when told to stop, says how it is."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time

import httpx
import pytest

from backend.channels.mail.server import MailServer
from backend.house import House
from backend.outbox.health import serve_health
from backend.outbox.service import Delivery, put
from backend.outbox.worker import Worker
from backend.settings import MailSettings
from scripts.console import ROOT

PATIENCE = 15.0
MAIL = {
    "GUITU_MAIL_HOST": "mail.example.org",
    "GUITU_MAIL_USER": "guitu",
    "GUITU_MAIL_PASSWORD": "geheim",
    "GUITU_MAIL_FROM": "guitu@example.org",
}


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
    async with server, httpx.AsyncClient(trust_env=False, timeout=30) as http:
        assert (await http.get(address)).status_code == 503
        running = asyncio.create_task(worker.run())
        await asyncio.wait_for(idle(worker), PATIENCE)
        answer = await http.get(address)
        worker.stop()
        await asyncio.wait_for(running, PATIENCE)
    assert answer.status_code == 200 and answer.json()["status"] == "ok"


async def test_its_health_says_whether_mail_is_on(house: House) -> None:
    said = []
    settings = MailSettings("127.0.0.1", 9, "none", None, None, "guitu@example.org")
    for mail in (None, MailServer(settings)):
        house.mail = mail
        server = await serve_health(Worker(house, {}), 0)
        async with server, httpx.AsyncClient(trust_env=False, timeout=30) as http:
            answer = await http.get(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        said.append(answer.json()["mail"])
    assert said == ["off", "on"]


@pytest.mark.parametrize(
    ("more", "said"),
    [({}, "mail to staff is off: GUITU_MAIL_HOST is not set"), (MAIL, "mail to staff is on")],
)
def test_at_the_start_it_says_once_whether_mail_is_on(more: dict[str, str], said: str, house: House) -> None:
    settings = house.settings
    with socket.create_server(("127.0.0.1", 0)) as taken:
        # A taken port ends it after it has said so.
        environ = {
            **os.environ,
            "DATABASE_URL": settings.database_url,
            "GUITU_KEYS_FILE": str(settings.keys_file),
            "GUITU_RASA_TOKEN": "a",
            "GUITU_INTERNAL_TOKEN": "b",
            "GUITU_WORKER_PORT": str(taken.getsockname()[1]),
            **more,
        }
        command = [sys.executable, "-m", "backend.cli", "work"]
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1 and done.stderr.count(said) == 1
    assert "geheim" not in done.stderr
