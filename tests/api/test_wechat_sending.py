"""What WeChat's return codes mean for what is said: renewed, tried again, kept for later, or sent as an SMS."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from backend.channels.sms import repository as sms_texts
from backend.channels.sms import service as sms
from backend.channels.wechat import repository, service, tokens
from backend.channels.wechat.api import NotReached, Refused, TooLarge, WeChatApi
from backend.clock import now
from backend.conversations import repository as conversations
from backend.conversations import service as hub
from backend.conversations.messages import Message
from backend.house import House
from backend.outbox.service import Delivery, DeliveryFailed
from tests.support.fake_rasa import FakeRasa
from tests.support.fake_wechat import CheckedPlatform, Someone, ask, custom_texts, eventually, work

MOBILE = "13800138000"


async def tell(house: House, someone: Someone, notice: str, key: str = "n1") -> None:
    """A notice to the veteran, who would otherwise get it by SMS."""
    async with house.db.unit() as unit:
        conversation = await conversations.conversation_of(unit.session, "wechat", someone.index)
        assert conversation is not None
        await hub.say_new(unit, conversation.id, [(key, Message(notice))])
        params = {"window": "示例县退役军人窗口", "surname": "林", "number": "TY-3501-26-000001"}
        made = await sms.text_of(unit, house.catalogue.notices["submitted"], MOBILE, params, key)
        said = await hub.said(unit, key)
        assert made is not None and said is not None
        if await service.reachable(unit, [conversation.id]):
            await service.push(unit, conversation.id, said, made)
        else:
            await sms.queue_new(unit, [made])
        await unit.commit()


async def texts(house: House) -> list[str]:
    async with house.db.reading() as session:
        return [row.text for row in await sms_texts.of_mobile(session, sms.mobile_index(MOBILE), 0, 10)]


@pytest.mark.parametrize("code", [-1, 45009, 45011])
async def test_when_wechat_is_busy_it_is_tried_again(
    someone: Someone, house: House, wechat: CheckedPlatform, code: int
) -> None:
    await ask(someone)
    wechat.codes["send"] = [code]
    await work(house)
    assert custom_texts(someone) == []
    with time_machine.travel(now() + timedelta(seconds=30), tick=True):
        await work(house)
    assert custom_texts(someone) == ["回：你好"]


async def test_an_answer_that_may_not_be_sent_waits_for_the_next_message(
    someone: Someone, house: House, wechat: CheckedPlatform
) -> None:
    await ask(someone, "一")
    wechat.codes["send"] = [45047]
    await work(house)
    assert [row.state for row in await someone.sent()] == ["held"]
    await ask(someone, "二")
    await work(house)
    assert custom_texts(someone) == ["回：一", "回：二"]


async def test_what_waited_comes_first_in_the_answer_to_the_next_message(
    someone: Someone, house: House, wechat: CheckedPlatform
) -> None:
    await ask(someone, "一")
    wechat.codes["send"] = [45047]
    await work(house)
    assert house.wechat is not None
    house.wechat.settings = replace(house.wechat.settings, wait_seconds=3.0)
    assert await someone.type("二") == "回：一\n\n回：二"
    await work(house)
    assert custom_texts(someone) == []


async def test_a_notice_goes_by_wechat_while_that_reaches(someone: Someone, house: House) -> None:
    await ask(someone)
    await work(house)
    await tell(house, someone, "申请提交好了，编号示例。")
    await work(house)
    assert custom_texts(someone)[-1] == "申请提交好了，编号示例。"
    assert await texts(house) == []


@pytest.mark.parametrize("code", [45015, 43004, 45047, 40003])
async def test_a_notice_that_wechat_does_not_deliver_leaves_as_an_sms_once(
    someone: Someone, house: House, wechat: CheckedPlatform, code: int
) -> None:
    await ask(someone)
    await work(house)
    wechat.codes["send"] = [code]
    await tell(house, someone, "申请提交好了。")
    await work(house)
    assert ["TY-3501-26-000001" in each for each in await texts(house)] == [True]
    assert [row.state for row in await someone.sent()][-1] == "by_sms"
    await work(house)
    assert len(await texts(house)) == 1


async def test_after_48_hours_and_after_unsubscribing_a_notice_is_an_sms_at_once(someone: Someone, house: House) -> None:
    await ask(someone)
    with time_machine.travel(now() + timedelta(hours=48), tick=True):
        await tell(house, someone, "过了两天。", "n1")
    assert len(await texts(house)) == 1
    await ask(someone)
    await someone.event("unsubscribe")
    await tell(house, someone, "取消了关注。", "n2")
    assert len(await texts(house)) == 2
    assert all(row.kind != "notice" for row in await someone.sent())


async def test_after_out_of_reach_the_next_notice_does_not_try_wechat_at_all(
    someone: Someone, house: House, wechat: CheckedPlatform
) -> None:
    await ask(someone)
    await work(house)
    wechat.codes["send"] = [45015]
    await tell(house, someone, "一", "n1")
    await work(house)
    await tell(house, someone, "二", "n2")
    assert len(await texts(house)) == 2


async def test_an_answer_in_the_hands_of_a_worker_that_died_is_not_sent_twice(someone: Someone, house: House) -> None:
    await ask(someone)
    rows = await someone.sent()
    async with house.db.unit() as unit:
        await repository.claim(unit.session, [rows[0].seq], "sending", now())
        await unit.commit()
    delivery = Delivery("k", {"wechat": rows[0].seq}, 0, now())
    with pytest.raises(DeliveryFailed):
        await service.deliver(house, delivery)
    with time_machine.travel(now() + timedelta(minutes=3), tick=True):
        await service.deliver(house, delivery)
    assert [row.state for row in await someone.sent()] == ["unknown"]
    assert custom_texts(someone) == []


async def test_what_cannot_be_reached_is_tried_again_and_what_may_have_arrived_is_not(
    someone: Someone, house: House, wechat: CheckedPlatform
) -> None:
    good = house.wechat
    assert good is not None
    await tokens.current(house, good)
    await ask(someone)
    house.wechat = WeChatApi(replace(good.settings, api="http://127.0.0.1:9"), house.http)
    await work(house)
    assert [row.state for row in await someone.sent()] == ["queued"]
    house.wechat = WeChatApi(replace(good.settings, api=good.settings.api.replace("/api", "/nowhere")), house.http)
    with time_machine.travel(now() + timedelta(seconds=30), tick=True):
        await work(house)
    assert [row.state for row in await someone.sent()] == ["unknown"]


async def test_a_long_answer_leaves_whole_in_as_few_messages_as_hold_it(someone: Someone, house: House, rasa: FakeRasa) -> None:
    said = "".join(f"第{number}句话说完了。" for number in range(200))
    rasa.answering = lambda body: (200, {"messages": [{"recipient_id": "c", "custom": {"text": said}}]})
    await ask(someone)
    await work(house)
    assert "".join(custom_texts(someone)) == said
    assert len(someone.custom) == 3
    assert all(len(each.encode()) <= 2048 for each in custom_texts(someone))


async def test_pictures_are_up_and_downloaded_within_bounds(someone: Someone, house: House, wechat: CheckedPlatform) -> None:
    api = house.wechat
    assert api is not None
    token = (await tokens.current(house, api)).value
    media_id = await api.upload_image(token, b"\xff\xd8\xff" + b"x" * 1000)
    assert await api.picture(token, media_id, 2000) == wechat.media[media_id]
    with pytest.raises(TooLarge):
        await api.picture(token, media_id, 1000)
    with pytest.raises(Refused, match="40007"):
        await api.picture(token, "nothing", 1000)
    with pytest.raises(Refused, match="40001"):
        await api.upload_image("wrong", b"x")
    with pytest.raises(NotReached):
        await WeChatApi(replace(api.settings, api="http://127.0.0.1:9"), house.http).picture(token, media_id, 1000)


async def test_that_an_answer_is_being_written_is_shown(someone: Someone, house: House, rasa: FakeRasa) -> None:
    answered = asyncio.Event()

    async def slow(_body: object) -> tuple[int, object]:
        await answered.wait()
        return 200, {"messages": [{"recipient_id": "c", "custom": {"text": "好了"}}]}

    rasa.answering = slow
    await someone.type("慢慢来")
    await eventually(lambda: _typing(someone), bool)
    answered.set()
    await someone.until(lambda rows: len(rows) == 1)


async def _typing(someone: Someone) -> bool:
    return someone.platform.phones[someone.who].typing


async def test_erasing_a_conversation_takes_what_waited_with_it(someone: Someone, house: House) -> None:
    await ask(someone)
    async with house.db.unit() as unit:
        conversation = await conversations.conversation_of(unit.session, "wechat", someone.index)
        assert conversation is not None
        await hub.erase(unit, conversation.id)
        await unit.commit()
    await work(house)
    assert custom_texts(someone) == []
