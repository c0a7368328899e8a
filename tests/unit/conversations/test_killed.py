"""A process that is killed loses no message and answers none twice, at whichever boundary of its way that happens."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text

from backend import clock
from backend.channels.sms import service as sms
from backend.conversations import handling, service
from backend.house import House
from backend.outbox.service import LEASE, deliver_due
from scripts.console import ROOT
from tests.support.dying import BOUNDARIES
from tests.support.fake_rasa import FakeRasa

MOBILE = "13800138000"
#: boundary → how often Rasa is asked in all (the dialogue answers the same message the same way), and how the text ended.
#: What was in the hands of the provider's client is not sent again: whether it left cannot be told, and that is marked.
EXPECTED = {
    "after store": (1, "sent"),
    "before Rasa": (1, "sent"),
    "after Rasa": (2, "sent"),
    "before commit": (2, "sent"),
    "after commit": (1, "sent"),
    "before send": (1, "sent"),
    "while sending": (1, "unknown"),
}


def test_each_boundary_is_named() -> None:
    assert tuple(EXPECTED) == BOUNDARIES


async def killed(house: House, boundary: str, conversation: str) -> None:
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
        *(sys.executable, "-m", "tests.support.dying", boundary, conversation), cwd=ROOT, env=environment
    )
    assert await asyncio.wait_for(child.wait(), 60) == -signal.SIGKILL


@pytest.mark.parametrize("boundary", BOUNDARIES)
async def test_a_message_is_answered_once_wherever_its_process_is_killed(house: House, rasa: FakeRasa, boundary: str) -> None:
    async with house.db.unit() as unit:
        index = sms.mobile_index(MOBILE)
        opened = await service.open_conversation(unit, "sms", index, "zh_Hans_CN", address=MOBILE)
        await unit.commit()
    if boundary != "after store":
        await service.receive(house, opened.id, "sms", "k1", text="你好")
    await killed(house, boundary, opened.id)
    # The provider's acknowledgement was lost with the process: it delivers again.
    await service.receive(house, opened.id, "sms", "k1", text="你好")
    with time_machine.travel(clock.now() + handling.LEASE + LEASE + timedelta(seconds=1), tick=False):
        await service.handle_all_due(house)
        while await deliver_due(house, {sms.TOPIC: sms.deliver}):
            pass
    async with house.db.reading() as session:
        shown = [f"{each.author}: {each.body['text']}" for each in await service.transcript(session, opened.id)]
        states = (await session.scalars(text("SELECT state FROM sms_messages WHERE direction = 'out'"))).all()
    asked, ended = EXPECTED[boundary]
    assert shown == ["veteran: 你好", "bot: 回：你好"]
    assert len(states) == 1 and states[0] in ((ended, "delivered") if ended == "sent" else (ended,)), states
    assert len(rasa.seen) == asked and len({each["id"] for each in rasa.seen}) == 1
