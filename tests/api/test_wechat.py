"""WeChat over real HTTP, with wechatpy as the other side: what comes is answered once, in time, and reaches its veteran."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from backend.channels.wechat import repository
from backend.channels.wechat.model import WeChatUser
from backend.clock import now
from backend.conversations import repository as conversations
from backend.conversations import service as hub
from backend.house import House
from tests.support.fake_rasa import FakeRasa, says
from tests.support.fake_wechat import CheckedPlatform, Someone, platform, work

MENU = {
    "text": "自取还是邮寄？",
    "choices": [
        {"id": "1", "label": "自取", "intent": "choose", "value": "booklet_delivery=collect"},
        {"id": "2", "label": "邮寄", "intent": "choose", "value": "booklet_delivery=mail"},
    ],
    "several": False,
}


def offers(body: object) -> tuple[int, object]:
    return 200, {"messages": [{"recipient_id": "c", "custom": body}]}


@pytest.fixture(params=["aes"])
async def wechat(house: House, rasa: FakeRasa, request: pytest.FixtureRequest) -> AsyncIterator[CheckedPlatform]:
    async with platform(house, request.param) as made:
        yield made


def late(house: House) -> None:
    """Do not wait for an answer: whatever is said comes afterwards."""
    assert house.wechat is not None
    house.wechat.settings = replace(house.wechat.settings, wait_seconds=0.0)


@pytest.mark.parametrize("wechat", ["aes", "compatible", "plain"], indirect=True)
async def test_a_message_is_answered_within_its_request_in_each_mode(someone: Someone, rasa: FakeRasa) -> None:
    assert await someone.type("进度 & <b>") == "回：进度 & <b>"
    assert rasa.texts == ["进度 & <b>"]
    await work(someone.house)
    assert someone.custom == []
    assert [row.state for row in await someone.sent()] == ["passive"]


async def test_a_slow_answer_is_acknowledged_and_comes_by_the_customer_service_interface(
    someone: Someone, rasa: FakeRasa, wechat: CheckedPlatform
) -> None:
    answered = asyncio.Event()

    async def slow(_body: object) -> tuple[int, object]:
        await answered.wait()
        return says("好了")

    rasa.answering = slow
    began = time.monotonic()
    assert await someone.type("慢慢来") == ""
    assert time.monotonic() - began < 5
    answered.set()
    await someone.until(lambda rows: len(rows) == 1)
    await work(someone.house)
    assert [each["text"]["content"] for each in someone.custom] == ["好了"]
    assert [(row.state, row.passive_for) for row in await someone.sent()] == [("sent", None)]
    assert wechat.phones[someone.who].typing is False


async def test_of_the_request_and_the_worker_that_both_want_an_answer_one_gets_it(someone: Someone, house: House) -> None:
    """Whoever comes first: it is told once, and never by both."""
    for number in range(6):
        asked = asyncio.create_task(someone.type(f"第{number}条"))
        working = asyncio.create_task(_work_on(house, asked))
        passive = await asked
        await working
        await work(house)
        told = [passive] * bool(passive) + [each["text"]["content"] for each in someone.custom]
        assert told.count(f"回：第{number}条") == 1, (passive, someone.custom)
    states = [row.state for row in await someone.sent()]
    assert len(states) == 6 and set(states) <= {"passive", "sent"}


async def _work_on(house: House, asked: asyncio.Task[str]) -> None:
    """A worker that, against the rule, does not wait until the request has had its turn."""
    while not asked.done():
        with time_machine.travel(now() + timedelta(seconds=30), tick=True):
            await work(house)


async def test_a_claim_that_came_too_late_gets_nothing(someone: Someone, house: House) -> None:
    late(house)
    await someone.type("你好")
    rows = await someone.until(lambda rows: len(rows) == 1)
    async with house.db.unit() as unit:
        assert await repository.claim(unit.session, [rows[0].seq], "passive", now(), "in:x") == [rows[0].seq]
        await unit.commit()
    async with house.db.unit() as unit:
        assert await repository.claim(unit.session, [rows[0].seq], "sending", now()) == []
    await work(house)
    assert someone.custom == []


async def test_a_message_delivered_three_times_is_asked_once_and_its_repeat_gets_the_same_answer(
    someone: Someone, rasa: FakeRasa
) -> None:
    for _ in range(3):
        assert await someone.type("你好", MsgId="77") == "回：你好"
    assert rasa.texts == ["你好"]
    with time_machine.travel(now() + timedelta(seconds=60), tick=True):
        assert await someone.type("你好", MsgId="77") == ""
    assert rasa.texts == ["你好"]


async def test_a_message_delivered_twice_at_once_is_asked_once(someone: Someone, rasa: FakeRasa) -> None:
    await asyncio.gather(*(someone.type("你好", MsgId="78") for _ in range(4)))
    await someone.until(lambda rows: len(rows) == 1)
    assert rasa.texts == ["你好"]


async def test_who_subscribes_is_greeted_once_with_the_question_for_consent(someone: Someone, house: House) -> None:
    with time_machine.travel(now(), tick=False):
        said = await someone.event("subscribe")
        again = await someone.event("subscribe")
    assert "同意" in said and "1. " in said
    assert again == said
    back = await someone.bring(MsgType="event", Event="subscribe", EventKey="qrscene_1", CreateTime="1700000000")
    assert "欢迎回来" in back
    async with house.db.reading() as session:
        conversation = await conversations.conversation_of(session, "wechat", someone.index)
        assert conversation is not None
        # The address is kept encrypted; the database finds it by a blind index.
        assert await conversations.address_of(session, conversation.id, "wechat") == someone.who
        assert someone.who not in someone.index


async def test_rasa_never_sees_an_openid(someone: Someone, rasa: FakeRasa) -> None:
    await someone.type("你好")
    assert someone.who not in str(rasa.seen)


@pytest.mark.parametrize("how", ["number", "name", "menu"])
async def test_a_menu_is_answered_by_number_by_name_and_by_press(
    someone: Someone, house: House, rasa: FakeRasa, how: str
) -> None:
    rasa.answering = lambda body: offers(MENU)
    shown = await someone.type("户口簿")
    assert shown == "自取还是邮寄？\n\n回复数字：\n1. 自取\n2. 邮寄"
    rasa.answering = lambda body: says("记下了")
    if how == "menu":
        offer = await _newest_offer(house, someone)
        assert await someone.type("邮寄", bizmsgmenuid=f"{offer}-2") == "记下了"
    else:
        assert await someone.type("2" if how == "number" else "邮寄") == "记下了"
    assert rasa.texts[-1] == '/choose{"value": "booklet_delivery=mail"}'


async def _newest_offer(house: House, someone: Someone) -> int:
    async with house.db.reading() as session:
        conversation = await conversations.conversation_of(session, "wechat", someone.index)
        assert conversation is not None
        offer = await hub.last_offer(session, conversation.id)
    assert offer is not None
    return offer[0]


async def test_a_menu_that_comes_afterwards_can_be_pressed(someone: Someone, house: House, rasa: FakeRasa) -> None:
    late(house)
    rasa.answering = lambda body: offers(MENU)
    await someone.type("户口簿")
    await someone.until(lambda rows: len(rows) == 1)
    await work(house)
    (sent,) = someone.custom
    assert sent["msgtype"] == "msgmenu"
    assert sent["msgmenu"]["head_content"] == "自取还是邮寄？"
    entry = sent["msgmenu"]["list"][1]
    assert entry["content"] == "邮寄"
    rasa.answering = lambda body: says("记下了")
    await someone.type(entry["content"], bizmsgmenuid=entry["id"])
    await someone.until(lambda rows: len(rows) == 2)
    assert rasa.texts[-1] == '/choose{"value": "booklet_delivery=mail"}'


async def test_an_account_that_may_send_no_menu_sends_numbers(
    someone: Someone, house: House, rasa: FakeRasa, wechat: CheckedPlatform
) -> None:
    late(house)
    rasa.answering = lambda body: offers(MENU)
    wechat.codes["send"] = [40200]
    await someone.type("户口簿")
    await someone.until(lambda rows: len(rows) == 1)
    await work(house)
    assert [each["text"]["content"] for each in someone.custom] == ["自取还是邮寄？\n\n回复数字：\n1. 自取\n2. 邮寄"]


async def test_a_press_that_was_never_offered_is_refused_kindly(someone: Someone, rasa: FakeRasa) -> None:
    for menu in ("999-1", "999999999999-x", "101", "-", "1-"):
        answer = await someone.type("邮寄", bizmsgmenuid=menu)
        assert answer.startswith(("这个选项现在用不了", "回：邮寄")), menu


async def test_who_unsubscribes_is_not_written_to(someone: Someone, house: House) -> None:
    assert await someone.event("unsubscribe") == ""
    async with house.db.reading() as session:
        assert await conversations.conversation_of(session, "wechat", someone.index) is None
    await someone.type("你好")
    assert await someone.event("unsubscribe") == ""
    async with house.db.reading() as session:
        user = await session.get(WeChatUser, someone.index)
        assert user is not None and not user.subscribed and user.reachable_until <= now()


async def test_a_text_that_is_too_long_is_refused_kindly(someone: Someone, rasa: FakeRasa) -> None:
    assert "太长" in await someone.type("长" * 2001)
    assert rasa.seen == []


async def test_a_message_while_rasa_is_away_says_so_and_is_answered_later(
    someone: Someone, house: House, rasa: FakeRasa
) -> None:
    await rasa.stop()
    assert "系统正忙" in await someone.type("你好")
    await rasa.start()
    with time_machine.travel(now() + timedelta(seconds=60), tick=True):
        await hub.handle_all_due(house)
        await work(house)
    assert [each["text"]["content"] for each in someone.custom] == ["回：你好"]


async def test_who_is_looked_after_by_people_is_acknowledged_at_once(someone: Someone, house: House, rasa: FakeRasa) -> None:
    await someone.type("你好")
    async with house.db.unit() as unit:
        conversation = await conversations.conversation_of(unit.session, "wechat", someone.index)
        assert conversation is not None
        await hub.change_owner(unit, conversation.id, conversation.owner_version, "staff", "s_1")
        await unit.commit()
    began = time.monotonic()
    assert await someone.type("在吗") == ""
    assert time.monotonic() - began < 1.5
    assert rasa.texts == ["你好"]
    async with house.db.unit() as unit:
        await hub.say(unit, conversation.id, [{"text": "我是窗口的小李"}], author="staff", deliver=True)
        await unit.commit()
    await work(house)
    assert [each["text"]["content"] for each in someone.custom] == ["我是窗口的小李"]


async def test_what_was_said_is_cleared_with_the_conversation(someone: Someone, house: House) -> None:
    await someone.type("你好")
    async with house.db.unit() as unit:
        conversation = await conversations.conversation_of(unit.session, "wechat", someone.index)
        assert conversation is not None
        await hub.clear_now(unit, conversation.id)
        await unit.commit()
    assert await someone.sent() == []
    async with house.db.unit() as unit:
        assert await hub.erase(unit, conversation.id)
        await unit.commit()
    async with house.db.reading() as session:
        assert await session.get(WeChatUser, someone.index) is None
    assert await someone.type("又来了") == "回：又来了"
