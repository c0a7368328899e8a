"""Each message is answered once and in order, whatever dies, comes twice, or is away for a while."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import text

from backend import clock
from backend.conversations import handling, receiving, repository, service
from backend.conversations.model import Conversation, Inbound
from backend.house import House
from tests.support.fake_rasa import Answer, FakeRasa, says
from tests.unit.conversations.conftest import Talk, open_talk

DELAYED = "system: 消息收到了，系统正忙，恢复后马上回你，不用重发。"


async def states(house: House) -> list[str]:
    async with house.db.reading() as session:
        rows = await session.execute(text("SELECT state FROM inbound ORDER BY seq"))
        return [row.state for row in rows]


async def test_a_message_is_answered_and_rasa_saw_no_number(house: House, talk: Talk, rasa: FakeRasa) -> None:
    await talk.send("我手机13800138000")
    assert await talk.handle() == 1
    assert rasa.seen == [
        {
            "sender": talk.id,
            "message": "我手机«mobile:1»",
            "id": rasa.seen[0]["id"],
            "metadata": {"message": rasa.seen[0]["id"]},
        }
    ]
    assert rasa.authorisations == [f"Bearer {house.settings.rasa_token}"]
    assert await talk.lines() == ["veteran: 我手机138****8000", "bot: 回：我手机«mobile:1»"]
    assert (await talk.shown())[0].state == "answered"


@pytest.mark.parametrize("typed", ["/restart", "／restart", " /back"])
async def test_a_command_typed_by_hand_is_only_a_word(talk: Talk, rasa: FakeRasa, typed: str) -> None:
    await talk.send(typed)
    await talk.handle()
    assert rasa.texts == [typed.strip()[1:]]
    assert (await talk.lines())[0] == f"veteran: {typed.strip()}"


async def test_several_messages_are_answered_in_order(talk: Talk, rasa: FakeRasa) -> None:
    for number in range(5):
        await talk.send(f"第{number}条")
    assert await talk.handle() == 5
    assert rasa.texts == [f"第{number}条" for number in range(5)]
    assert [line for line in await talk.lines() if line.startswith("bot")] == [f"bot: 回：第{number}条" for number in range(5)]


async def test_of_several_handlers_at_once_one_works(talk: Talk, rasa: FakeRasa) -> None:
    inside = 0

    async def slowly(body: dict[str, str]) -> Answer:
        nonlocal inside
        inside += 1
        assert inside == 1, "two messages of one conversation in flight"
        await asyncio.sleep(0.02)
        inside -= 1
        return says(f"回：{body['message']}")

    rasa.answering = slowly
    for number in range(3):
        await talk.send(f"第{number}条")
    answered = await asyncio.gather(*(talk.handle() for _ in range(4)))
    assert sorted(answered) == [0, 0, 0, 3]
    assert rasa.texts == ["第0条", "第1条", "第2条"]


async def test_what_comes_while_another_is_answered_is_not_left_lying(talk: Talk, rasa: FakeRasa) -> None:
    async def meanwhile(body: dict[str, str]) -> Answer:
        if body["message"] == "第一条":
            await talk.send("第二条")
            assert await talk.handle() == 0, "the lease is held"
        return says("好")

    rasa.answering = meanwhile
    await talk.send("第一条")
    assert await talk.handle() == 2


async def test_a_handler_that_died_is_replaced_when_its_lease_has_run_out(house: House, talk: Talk, rasa: FakeRasa) -> None:
    receipt = await talk.send("你好")
    with time_machine.travel(clock.now(), tick=False) as traveller:
        work = await handling._begin(house, talk.id, "l_dead")
        assert work is not None and work.message_id == receipt.message_id
        assert await talk.handle() == 0
        traveller.shift(handling.LEASE + timedelta(seconds=1))
        assert await service.handle_all_due(house) == 1
        # The dead one was only slow: what it brings now is not said a second time.
        assert await handling._finish(house, work, "l_dead", [{"text": "太晚了"}]) == (False, None)
    assert await talk.lines() == ["veteran: 你好", "bot: 回：你好"]


async def test_rasa_away_is_told_once_and_answered_when_it_is_back(house: House, talk: Talk, rasa: FakeRasa) -> None:
    await rasa.stop()
    await talk.send("你好")
    await talk.send("在吗")
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _ in range(4):
            traveller.shift(20)
            assert await service.handle_all_due(house) == 0
        assert await talk.lines() == ["veteran: 你好", "veteran: 在吗", DELAYED]
        assert [message.state for message in await talk.shown()][:2] == ["delayed", "stored"]
        await rasa.start()
        traveller.shift(20)
        assert await service.handle_all_due(house) == 2
    assert await talk.lines() == ["veteran: 你好", "veteran: 在吗", DELAYED, "bot: 回：你好", "bot: 回：在吗"]
    assert [message.state for message in await talk.shown()][:2] == ["answered", "answered"]
    assert await states(house) == ["answered", "answered"]


async def test_a_message_is_not_tried_again_before_its_pause_is_over(house: House, talk: Talk, rasa: FakeRasa) -> None:
    rasa.answering = lambda _body: (503, {"error": "Conflict"})
    await talk.send("你好")
    with time_machine.travel(clock.now(), tick=False) as traveller:
        await talk.handle()
        await talk.handle()
        assert len(rasa.seen) == 1
        traveller.shift(1.5)
        await talk.handle()
        assert len(rasa.seen) == 2


@pytest.mark.parametrize(
    "answer",
    [
        (503, {"error": "x"}),
        (502, {"messages": []}),
        (401, {}),
        (200, {"messages": []}),
        (200, []),
        (200, {"messages": [{"custom": {"no": "text"}}]}),
        (200, {"messages": [{}]}),
    ],
)
async def test_whatever_is_no_answer_keeps_the_message(house: House, talk: Talk, rasa: FakeRasa, answer: Answer) -> None:
    rasa.answering = lambda _body: answer
    await talk.send("你好")
    assert await talk.handle() == 0
    assert await states(house) == ["stored"]
    assert await talk.lines() == ["veteran: 你好", DELAYED]


async def test_a_fresh_message_is_left_to_the_backend_that_stored_it(house: House, talk: Talk, rasa: FakeRasa) -> None:
    await talk.send("你好")
    assert await service.handle_all_due(house) == 0
    with time_machine.travel(clock.now() + timedelta(seconds=receiving.GRACE_SECONDS + 1), tick=False):
        assert await service.handle_all_due(house) == 1


async def test_rasa_never_sees_what_belongs_to_people(house: House, talk: Talk, rasa: FakeRasa) -> None:
    await talk.send("转人工前")
    async with house.db.unit() as unit:
        await service.change_owner(unit, talk.id, 0, "staff", "lin")
        await unit.commit()
    await talk.send("转人工后")
    assert await talk.handle() == 0
    assert rasa.seen == []
    assert await states(house) == ["passed", "passed"]


async def test_an_answer_is_not_sent_when_people_took_over_meanwhile(house: House, talk: Talk, rasa: FakeRasa) -> None:
    async def taken_over(_body: dict[str, str]) -> Answer:
        async with house.db.unit() as unit:
            await service.change_owner(unit, talk.id, 0, "staff", "lin")
            await unit.commit()
        return says("机器人的话")

    rasa.answering = taken_over
    await talk.send("你好")
    assert await talk.handle() == 0
    assert await talk.lines() == ["veteran: 你好"]


async def test_the_answer_to_the_message_that_asked_for_a_person_is_sent(house: House, talk: Talk, rasa: FakeRasa) -> None:
    async def hands_over(body: dict[str, str]) -> Answer:
        async with house.db.unit() as unit:
            await service.change_owner(unit, talk.id, 0, "queue", cause=body["id"])
            await unit.commit()
        return says("好，已转给窗口")

    rasa.answering = hands_over
    await talk.send("转人工")
    assert await talk.handle() == 1
    assert await talk.lines() == ["veteran: 转人工", "bot: 好，已转给窗口"]


async def test_who_waits_in_the_queue_goes_on_with_the_bot_until_somebody_comes(
    house: House, talk: Talk, rasa: FakeRasa
) -> None:
    async with house.db.unit() as unit:
        await service.change_owner(unit, talk.id, 0, "queue")
        await unit.commit()
    await talk.send("在吗")
    assert await talk.handle() == 1
    async with house.db.unit() as unit:
        await service.change_owner(unit, talk.id, 1, "staff", "lin")
        await unit.commit()
    await talk.send("在吗")
    assert await talk.handle() == 0
    assert await talk.lines() == ["veteran: 在吗", "bot: 回：在吗", "veteran: 在吗"]
    assert await states(house) == ["answered", "passed"]


async def test_declining_leaves_only_the_last_answer(house: House, talk: Talk, rasa: FakeRasa) -> None:
    async def declines(body: dict[str, str]) -> Answer:
        if body["message"] == "不同意":
            async with house.db.unit() as unit:
                await service.clear_after_answer(unit, talk.id)
                await unit.commit()
            await talk.send("再打13900139000")
        return says("好的，都删了")

    rasa.answering = declines
    await talk.send("我是林某，13800138000")
    await talk.handle()
    await talk.send("不同意")
    rasa_before = len(rasa.seen)
    await talk.handle()
    assert len(rasa.seen) == rasa_before + 2
    lines = await talk.lines()
    # What was typed after declining is not lost with what was said before.
    assert lines == ["veteran: 再打139****9000", "bot: 好的，都删了", "bot: 好的，都删了"]
    assert rasa.forgotten == [talk.id]
    async with house.db.reading() as session:
        secrets = await repository.secrets_of(session, talk.id)
        assert [secret.value for secret in secrets.values()] == ["13900139000"]


async def test_an_erased_conversation_gets_no_late_answer(house: House, talk: Talk, rasa: FakeRasa) -> None:
    async def erased(_body: dict[str, str]) -> Answer:
        async with house.db.unit() as unit:
            await service.erase(unit, talk.id)
            await unit.commit()
        return says("太晚了")

    rasa.answering = erased
    await talk.send("你好")
    assert await talk.handle() == 0
    async with house.db.reading() as session:
        assert await session.get(Conversation, talk.id) is None
        assert await session.scalar(text("SELECT count(*) FROM messages")) == 0


async def test_a_handler_that_is_stopped_gives_its_lease_back(house: House, talk: Talk, rasa: FakeRasa) -> None:
    reached, never = asyncio.Event(), asyncio.Event()

    async def hangs(_body: dict[str, str]) -> Answer:
        reached.set()
        await never.wait()
        return says("太晚了")

    rasa.answering = hangs
    receipt = await talk.send("你好")
    task = asyncio.create_task(talk.handle())
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    rasa.answering = lambda _body: says("好")
    # Another takes it up at its next round, and not when the lease would have run out.
    assert await service.handle_all_due(house) == 1
    async with house.db.reading() as session:
        inbound = await session.get_one(Inbound, receipt.message_id)
        assert (inbound.state, inbound.attempts) == ("answered", 2)
    never.set()


async def test_conversations_do_not_wait_for_each_other(house: House, talk: Talk, rasa: FakeRasa) -> None:
    other = await open_talk(house, "b" * 64)
    rasa.answering = lambda body: (503, {}) if body["sender"] == talk.id else says("好")
    await talk.send("你好")
    await other.send("你好")
    with time_machine.travel(clock.now() + timedelta(seconds=5), tick=False):
        assert await service.handle_all_due(house) == 1
    assert await other.lines() == ["veteran: 你好", "bot: 好"]
