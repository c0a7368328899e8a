"""What WeChat brings that was not typed: voice, places, pictures of papers, the account's menu."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from backend.channels.wechat import repository
from backend.house import House
from tests.support.fake_rasa import FakeRasa
from tests.support.fake_wechat import CheckedPlatform, Someone, platform
from tests.support.hub_server import serve


@pytest.fixture
async def rasa(house: House) -> AsyncIterator[FakeRasa]:
    fake = FakeRasa()
    await fake.start()
    house.settings = replace(house.settings, rasa_url=fake.url)
    yield fake
    await fake.stop()


@pytest.fixture
async def wechat(house: House, rasa: FakeRasa) -> AsyncIterator[CheckedPlatform]:
    async with platform(house) as made:
        yield made


@pytest.fixture
async def someone(house: House, wechat: CheckedPlatform) -> AsyncIterator[Someone]:
    async with serve(house) as base, httpx.AsyncClient(base_url=base, timeout=10, trust_env=False) as client:
        yield Someone(wechat, client, house)


async def test_a_voice_is_what_was_recognised_and_without_that_one_is_asked_to_type(someone: Someone, rasa: FakeRasa) -> None:
    assert await someone.bring(MsgType="voice", MediaId="m", Format="amr", Recognition="我要落户。") == "回：我要落户。"
    assert "打字" in await someone.bring(MsgType="voice", MediaId="m", Format="amr", Recognition="")
    assert "打字" in await someone.bring(MsgType="voice", MediaId="m", Format="amr")
    assert rasa.texts == ["我要落户。"]


@pytest.mark.parametrize("kind", ["location", "link", "video", "shortvideo", "file", "hologram", "MINIPROGRAMPAGE"])
async def test_what_is_no_talk_is_answered_kindly_and_on_record(
    someone: Someone, house: House, rasa: FakeRasa, kind: str
) -> None:
    answer = await someone.bring(MsgType=kind, MediaId="m", Title="x", Label="x")
    assert answer and len(answer) < 60
    assert rasa.seen == []
    async with house.db.reading() as session:
        assert [row.kind for row in await repository.received(session, someone.index)] == [kind.lower()]


async def test_the_accounts_menu_says_what_its_entry_is_called_and_a_page_of_it_nothing(
    someone: Someone, rasa: FakeRasa
) -> None:
    assert await someone.event("CLICK", "进度") == "回：进度"
    assert await someone.event("VIEW", "http://127.0.0.1/") == ""
    assert await someone.event("LOCATION") == ""
    assert await someone.event("TEMPLATESENDJOBFINISH") == ""
    assert rasa.texts == ["进度"]
