"""A conversation to talk in, and a Rasa that answers it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from backend.conversations import service
from backend.conversations.service import Press, Receipt, Shown
from backend.house import House
from tests.support.fake_rasa import FakeRasa


@pytest.fixture
async def rasa(house: House) -> AsyncIterator[FakeRasa]:
    """A running fake of Rasa, which the house's settings name."""
    fake = FakeRasa()
    await fake.start()
    house.settings = replace(house.settings, rasa_url=fake.url)
    yield fake
    await fake.stop()


@dataclass
class Talk:
    """One veteran's conversation on the web."""

    house: House
    id: str
    sent: int = 0

    async def send(self, text: str | None = None, *, press: Press | None = None, key: str | None = None) -> Receipt:
        """Receive a message under its own key."""
        self.sent += 1
        return await service.receive(self.house, self.id, "web", key or f"k{self.sent}", text=text, press=press)

    async def say(self, *bodies: dict[str, Any]) -> list[int]:
        """Let the bot say something by the way."""
        async with self.house.db.unit() as unit:
            seqs = await service.say(unit, self.id, bodies)
            await unit.commit()
        return seqs

    async def handle(self) -> int:
        """Answer what waits."""
        return await service.handle_pending(self.house, self.id)

    async def shown(self) -> list[Shown]:
        """The transcript as the veteran sees it."""
        async with self.house.db.reading() as session:
            return await service.transcript(session, self.id)

    async def lines(self) -> list[str]:
        """The transcript as `author: text`."""
        return [f"{message.author}: {message.body['text']}" for message in await self.shown()]


async def open_talk(house: House, address: str = "a" * 64, language: str = "zh_Hans_CN") -> Talk:
    """A new conversation at an address."""
    async with house.db.unit() as unit:
        conversation = await service.open_conversation(unit, "web", address, language)
        await unit.commit()
    return Talk(house, conversation.id)


@pytest.fixture
async def talk(house: House) -> Talk:
    """A conversation in which nothing was said yet."""
    return await open_talk(house)
