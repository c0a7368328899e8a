"""A running fake of Rasa, and a county's WeChat account with somebody on its other side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

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
    async with platform(house, wait=0.0) as made:
        yield made


@pytest.fixture
async def someone(house: House, wechat: CheckedPlatform) -> AsyncIterator[Someone]:
    async with serve(house) as base, httpx.AsyncClient(base_url=base, timeout=10, trust_env=False) as client:
        yield Someone(wechat, client, house)
