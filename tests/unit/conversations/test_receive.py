"""What comes in is stored once, without numbers in clear, before it is acknowledged."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
import time_machine
from sqlalchemy import text

from backend import clock
from backend.conversations import repository, service
from backend.conversations.erasing import LONGEST_TURN
from backend.conversations.service import Press
from backend.errors import Conflict, GuituError, NotFound
from backend.house import House
from backend.outbox import service as outbox
from tests.support.fake_rasa import FakeRasa
from tests.unit.conversations.conftest import Talk, open_talk

MOBILE = "13800138000"
CHOICES = {
    "text": "自取还是邮寄？",
    "choices": [
        {"id": "1", "label": "自取", "intent": "choose", "value": "booklet_delivery=collect"},
        {"id": "2", "label": "邮寄", "intent": "choose", "value": "booklet_delivery=mail"},
    ],
    "several": False,
}


async def test_the_same_delivery_twice_is_one_message(talk: Talk) -> None:
    first = await talk.send("你好", key="same")
    again = await talk.send("你好", key="same")
    assert (first.new, again.new) == (True, False)
    assert first.seq == again.seq and first.message_id == again.message_id
    assert await talk.lines() == ["veteran: 你好"]


async def test_the_same_delivery_at_the_same_time_is_one_message(talk: Talk) -> None:
    receipts = await asyncio.gather(*(talk.send("你好", key="same") for _ in range(5)))
    assert len({receipt.seq for receipt in receipts}) == 1
    assert sum(receipt.new for receipt in receipts) == 1


async def test_another_conversations_key_is_its_own(house: House, talk: Talk) -> None:
    other = await open_talk(house, "b" * 64)
    first = await talk.send("你好", key="same")
    second = await other.send("您好", key="same")
    assert second.new and second.seq != first.seq


async def test_numbers_lie_nowhere_in_clear_and_are_shown_masked(house: House, talk: Talk) -> None:
    receipt = await talk.send(f"我手机{MOBILE}")
    assert await talk.lines() == ["veteran: 我手机138****8000"]
    async with house.db.reading() as session:
        assert await service.resolve_text(session, receipt.message_id) == f"我手机{MOBILE}"
        message = await repository.message_by_id(session, receipt.message_id)
        assert message is not None and message.body == {"text": "我手机«mobile:1»"}
        for table in ("messages", "conversation_secrets"):
            rows = (await session.execute(text(f"SELECT * FROM {table}"))).all()
            assert rows and MOBILE not in str(rows)


async def test_a_number_given_again_keeps_its_token_and_another_gets_the_next(house: House, talk: Talk) -> None:
    await talk.send(f"手机{MOBILE}")
    receipt = await talk.send(f"不对，是13900139000，不是{MOBILE}")
    async with house.db.reading() as session:
        message = await repository.message_by_id(session, receipt.message_id)
    assert message is not None and message.body["text"] == "不对，是«mobile:2»，不是«mobile:1»"


async def test_a_number_never_takes_the_token_of_another_that_is_still_there(house: House, talk: Talk) -> None:
    await talk.send("13800138001")
    await talk.send("13800138002")
    async with house.db.unit() as unit:
        # As clearing does for what was said before.
        await unit.session.execute(text("DELETE FROM conversation_secrets WHERE k = 1"))
        await unit.commit()
    receipt = await talk.send("13800138003")
    async with house.db.reading() as session:
        assert await service.resolve_text(session, receipt.message_id) == "13800138003"


async def test_a_token_typed_by_hand_stands_for_nothing(house: House, talk: Talk) -> None:
    await talk.send(f"手机{MOBILE}")
    receipt = await talk.send("«mobile:1» «id:9»")
    async with house.db.reading() as session:
        assert MOBILE not in await service.resolve_text(session, receipt.message_id)
    assert "138" not in (await talk.lines())[1]


async def test_a_press_that_was_offered_is_kept_with_its_label(house: House, talk: Talk) -> None:
    (seq,) = await talk.say(CHOICES)
    receipt = await talk.send(press=Press(seq, ("2",)))
    shown = (await talk.shown())[-1]
    assert shown.body == {"text": "邮寄", "press": {"message": seq, "choices": ["2"]}}
    async with house.db.reading() as session:
        assert await service.resolve_text(session, receipt.message_id) == "邮寄"


async def test_a_press_of_another_conversations_message_is_refused(house: House, talk: Talk) -> None:
    other = await open_talk(house, "b" * 64)
    (seq,) = await other.say(CHOICES)
    with pytest.raises(GuituError) as refusal:
        await talk.send(press=Press(seq, ("1",)))
    assert (refusal.value.code, refusal.value.status) == ("not_offered", 400)
    assert await talk.lines() == []


@pytest.mark.parametrize("press", [Press(10**15, ("1",)), Press(0, ("1",))])
async def test_a_press_of_no_message_is_refused(talk: Talk, press: Press) -> None:
    with pytest.raises(GuituError, match="选项"):
        await talk.send(press=press)


async def test_a_veteran_cannot_press_what_they_wrote_themselves(talk: Talk) -> None:
    receipt = await talk.send("1")
    with pytest.raises(GuituError):
        await talk.send(press=Press(receipt.seq, ("1",)))


@pytest.mark.parametrize(("typed", "status"), [("", 400), ("\x00\x01", 400), ("长" * 2001, 413)])
async def test_what_cannot_be_read_leaves_nothing(talk: Talk, typed: str, status: int) -> None:
    with pytest.raises(GuituError) as refusal:
        await talk.send(typed)
    assert refusal.value.status == status
    assert await talk.lines() == []


async def test_what_was_typed_earlier_can_be_read_without_presses(house: House, talk: Talk) -> None:
    await talk.send(f"我叫林某，{MOBILE}")
    (seq,) = await talk.say(CHOICES)
    await talk.send(press=Press(seq, ("1",)))
    last = await talk.send("同意")
    async with house.db.reading() as session:
        assert await service.earlier_texts(session, talk.id, last.message_id) == [f"我叫林某，{MOBILE}"]


async def test_saying_under_a_key_is_said_once(house: House, talk: Talk) -> None:
    for _ in range(2):
        async with house.db.unit() as unit:
            await service.say(unit, talk.id, [{"text": "办好了"}, {"text": "来取"}], key="notice:1")
            await unit.commit()
    assert await talk.lines() == ["bot: 办好了", "bot: 来取"]


async def test_what_is_not_committed_was_not_said(house: House, talk: Talk) -> None:
    async with house.db.unit() as unit:
        await service.say(unit, talk.id, [{"text": "没有的事"}])
    assert await talk.lines() == []


async def test_erasing_leaves_nothing_of_a_conversation(house: House, talk: Talk) -> None:
    await talk.send(f"手机{MOBILE}")
    async with house.db.unit() as unit:
        assert await service.erase(unit, talk.id)
        await unit.commit()
    async with house.db.reading() as session:
        for table in ("conversations", "channel_addresses", "messages", "inbound", "conversation_secrets"):
            assert (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0
    with pytest.raises(NotFound):
        await talk.send("在吗")


async def test_rasa_forgets_an_erased_conversation_once_it_can_be_reached(house: House, talk: Talk) -> None:
    async with house.db.unit() as unit:
        await service.erase(unit, talk.id)
        await unit.commit()
    handlers = {service.FORGET_TOPIC: service.forget_thread}
    with time_machine.travel(clock.now() + LONGEST_TURN, tick=False) as traveller:
        assert await outbox.deliver_due(house, handlers) == 1
        fake = FakeRasa()
        await fake.start()
        house.settings = replace(house.settings, rasa_url=fake.url)
        traveller.shift(3600)
        assert await outbox.deliver_due(house, handlers) == 1
        assert fake.forgotten == [talk.id]
        await fake.stop()


async def test_of_two_who_take_over_at_once_one_gets_it(house: House, talk: Talk) -> None:
    async def take(staff: str) -> int:
        async with house.db.unit() as unit:
            version = await service.change_owner(unit, talk.id, 0, "staff", staff)
            await unit.commit()
            return version

    results = await asyncio.gather(take("lin"), take("chen"), return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "int"]
    refusal = next(result for result in results if isinstance(result, Conflict))
    assert refusal.details["owner_id"] in ("lin", "chen")
