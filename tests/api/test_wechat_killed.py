"""A process that is killed while it answers a request of WeChat's: the repeat is answered, once, and nothing is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import timedelta

import pytest
import time_machine

from backend.channels.wechat import passive
from backend.channels.wechat.incoming import Arrival, receive
from backend.channels.wechat.states import PASSIVE, SENT
from backend.clock import now
from backend.conversations.live import LiveFeed
from backend.house import House
from backend.outbox.service import LEASE
from scripts.console import ROOT
from tests.support.dying_wechat import BOUNDARIES, came
from tests.support.fake_rasa import FakeRasa
from tests.support.fake_wechat import CheckedPlatform, Someone, work

ANSWER = "回：你好"


async def killed(house: House, boundary: str, openid: str) -> None:
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": house.settings.database_url,
        "GUITU_KEYS_FILE": str(house.settings.keys_file),
        "GUITU_RASA_URL": house.settings.rasa_url,
        "GUITU_RASA_TOKEN": house.settings.rasa_token,
        "GUITU_INTERNAL_TOKEN": house.settings.internal_token,
    }
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.support.dying_wechat", boundary, openid), cwd=ROOT, env=environment
    )
    assert await asyncio.wait_for(child.wait(), 60) == -signal.SIGKILL


async def repeated(house: House, openid: str) -> str | None:
    """WeChat got no answer and brings the same again, to another process."""
    arrival: Arrival | None = await receive(house, came(openid), 0.5)
    assert arrival is not None
    return await passive.answer(house, LiveFeed(house.db), arrival)


@pytest.mark.parametrize("boundary", BOUNDARIES)
async def test_the_repeat_gets_the_answer_and_nobody_sends_it_again(
    house: House, rasa: FakeRasa, wechat: CheckedPlatform, someone: Someone, boundary: str
) -> None:
    await someone.event("subscribe")
    await work(house)
    before = len(someone.custom)
    await killed(house, boundary, someone.who)
    assert await repeated(house, someone.who) == ANSWER
    with time_machine.travel(now() + LEASE + passive.REPEATS_WITHIN + timedelta(seconds=1), tick=False):
        await work(house)
        # Not even to a repeat that comes too late to be one.
        assert await repeated(house, someone.who) is None
    assert len(someone.custom) == before
    (row,) = [each for each in await someone.sent() if each.piece and each.piece["text"] == ANSWER]
    assert row.state == PASSIVE
    assert len({each["id"] for each in rasa.seen}) == 1


@pytest.mark.parametrize("boundary", BOUNDARIES[:2])
async def test_without_a_repeat_the_worker_sends_it_once(
    house: House, rasa: FakeRasa, wechat: CheckedPlatform, someone: Someone, boundary: str
) -> None:
    await someone.event("subscribe")
    await work(house)
    before = len(someone.custom)
    wechat.did(someone.who, event=False)
    await killed(house, boundary, someone.who)
    with time_machine.travel(now() + LEASE, tick=False):
        await work(house)
        await work(house)
    assert [each["text"]["content"] for each in someone.custom[before:]] == [ANSWER]
    (row,) = [each for each in await someone.sent() if each.piece and each.piece["text"] == ANSWER]
    assert row.state == SENT
