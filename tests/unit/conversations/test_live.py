"""Whoever shows a conversation is woken, from this process or another, and only for its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from backend import clock
from backend.conversations import service
from backend.conversations.live import PG_CHANNEL, LiveFeed
from backend.conversations.model import TranscriptMessage
from backend.db.engine import Database
from backend.db.ids import new_id
from backend.house import House
from tests.support.fake_rasa import FakeRasa
from tests.unit.conversations.conftest import Talk, open_talk

LONG = 5.0
SHORT = 0.05


@pytest.fixture
async def feed(house: House) -> AsyncIterator[LiveFeed]:
    feed = LiveFeed(house.db)
    await feed.start()
    yield feed
    await feed.stop()


async def drain(subscription: object) -> None:
    """Whatever woke it until now."""
    while await subscription.wait(SHORT * 6):  # type: ignore[attr-defined]
        pass


async def test_a_commit_wakes_the_readers_of_its_conversation_only(house: House, talk: Talk, feed: LiveFeed) -> None:
    other = await open_talk(house, "b" * 64)
    with feed.subscribe(talk.id) as mine, feed.subscribe(other.id) as theirs:
        await drain(mine)
        await drain(theirs)
        await talk.say({"text": "办好了"})
        wake = await mine.wait(LONG)
        assert wake is not None and wake.news
        assert await theirs.wait(SHORT) is None


async def test_what_is_rolled_back_wakes_nobody(house: House, talk: Talk, feed: LiveFeed) -> None:
    with feed.subscribe(talk.id) as mine:
        await drain(mine)
        async with house.db.unit() as unit:
            await service.say(unit, talk.id, [{"text": "没有的事"}])
        assert await mine.wait(SHORT) is None


async def test_another_process_that_writes_wakes_too(house: House, talk: Talk, feed: LiveFeed) -> None:
    elsewhere = Database(house.settings.database_url)
    with feed.subscribe(talk.id) as mine:
        await drain(mine)
        async with elsewhere.unit() as unit:
            unit.session.add(
                TranscriptMessage(
                    id=new_id("m"),
                    conversation_id=talk.id,
                    author="bot",
                    channel="web",
                    body={"text": "来自别处"},
                    at=clock.now(),
                    state="stored",
                )
            )
            if not elsewhere.is_sqlite:
                await unit.session.execute(text(f"SELECT pg_notify('{PG_CHANNEL}', 'other {talk.id} -')"))
            await unit.commit()
        wake = await mine.wait(LONG)
        assert wake is not None and wake.news
    await elsewhere.dispose()


async def test_typing_is_shown_while_rasa_is_asked(talk: Talk, feed: LiveFeed, rasa: FakeRasa) -> None:
    await talk.send("你好")
    with feed.subscribe(talk.id) as mine:
        await drain(mine)
        states: list[bool | None] = []
        ask = rasa.answering

        async def while_typing(body: dict[str, str]) -> object:
            wake = await mine.wait(LONG)
            states.append(wake.typing if wake else None)
            return ask(body)

        rasa.answering = while_typing  # type: ignore[assignment]
        await talk.handle()
        wake = await mine.wait(LONG)
        assert wake is not None and wake.news and wake.typing is False
        assert states == [True]


async def test_stopping_ends_every_reader(talk: Talk, feed: LiveFeed) -> None:
    subscription = feed.subscribe(talk.id)
    await feed.stop()
    assert await subscription.wait(LONG) is None and subscription.closed
    assert feed.subscribe(talk.id).closed


async def test_postgres_feed_comes_back_after_its_connection_broke(house: House, talk: Talk, feed: LiveFeed) -> None:
    if house.db.is_sqlite:
        pytest.skip("SQLite has no listening connection")
    with feed.subscribe(talk.id) as mine:
        await drain(mine)
        async with house.db.unit() as unit:
            await unit.session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE 'LISTEN%'"
                )
            )
        # Everybody is woken once it listens again: what was missed is read then.
        wake = await mine.wait(LONG)
        assert wake is not None and wake.news
