"""WeChat's access token: one for all processes, encrypted, renewed in time and when it is refused."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text

from backend.channels.wechat import tokens
from backend.channels.wechat.model import WeChatToken
from backend.clock import now
from backend.house import House, open_house
from tests.support.fake_wechat import CheckedPlatform, Someone, ask, custom_texts, work


async def test_the_token_is_asked_for_once_for_all_who_need_it(someone: Someone, house: House) -> None:
    another = open_house(house.settings)
    another.wechat = house.wechat
    try:
        assert house.wechat is not None
        got = await asyncio.gather(*(tokens.current(each, house.wechat) for each in (house, another) * 5))
    finally:
        await another.close()
    assert len(set(got)) == 1
    assert len(someone.platform.tokens) == 1


async def test_the_token_lies_encrypted_and_is_renewed_before_it_ends(someone: Someone, house: House) -> None:
    assert house.wechat is not None
    first = await tokens.current(house, house.wechat)
    async with house.db.reading() as session:
        stored = str(await session.scalar(text("SELECT token FROM wechat_tokens")))
    assert first.value not in stored
    assert await tokens.current(house, house.wechat) == first
    with time_machine.travel(now() + timedelta(minutes=116), tick=True):
        later = await tokens.current(house, house.wechat)
    assert later.serial == first.serial + 1


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_token_that_is_taken_no_more_is_renewed_once(
    someone: Someone, house: House, wechat: CheckedPlatform, code: int
) -> None:
    await ask(someone)
    wechat.codes["send"] = [code]
    await work(house)
    assert custom_texts(someone) == ["回：你好"]
    # The same token came again, so another one was enforced.
    assert len(wechat.tokens) == 2


async def test_a_token_that_is_refused_twice_is_tried_again_later(
    someone: Someone, house: House, wechat: CheckedPlatform
) -> None:
    await ask(someone)
    wechat.codes["send"] = [40001, 40001]
    await work(house)
    assert custom_texts(someone) == []
    assert [row.state for row in await someone.sent()] == ["queued"]
    with time_machine.travel(now() + timedelta(seconds=30), tick=True):
        await work(house)
    assert custom_texts(someone) == ["回：你好"]


async def test_a_lease_whose_holder_died_is_taken_over(someone: Someone, house: House) -> None:
    assert house.wechat is not None
    async with house.db.unit() as unit:
        appid = house.wechat.settings.appid
        unit.session.add(WeChatToken(appid=appid, serial=0, lease="t_dead", leased_until=now() - timedelta(seconds=1)))
        await unit.commit()
    assert (await tokens.current(house, house.wechat)).serial == 1


async def test_a_wrong_secret_is_said_and_nothing_is_lost(someone: Someone, house: House, wechat: CheckedPlatform) -> None:
    await ask(someone)
    with time_machine.travel(now() + timedelta(hours=3), tick=True):
        # However often a slow machine comes to ask.
        wechat.codes["stable_token"] = [40125] * 9
        await work(house)
        assert [row.state for row in await someone.sent()] == ["queued"]
        wechat.codes["stable_token"] = []
    with time_machine.travel(now() + timedelta(hours=4), tick=True):
        await work(house)
    assert custom_texts(someone) == ["回：你好"]
