"""Who handles at once what it receives takes the work in the transaction that stores it, and nobody else gets it too."""

from __future__ import annotations

from datetime import timedelta

import time_machine

from backend import clock
from backend.conversations import handling, repository, service
from backend.db.ids import new_id
from backend.house import House
from tests.support.fake_rasa import FakeRasa
from tests.unit.conversations.conftest import Talk


async def receive(house: House, talk: Talk, key: str, text: str, lease: str) -> service.Receipt:
    return await service.receive(house, talk.id, "web", key, text=text, lease=lease)


async def test_what_was_begun_on_receipt_is_answered_by_who_began_it_alone(house: House, talk: Talk, rasa: FakeRasa) -> None:
    lease = new_id("l")
    receipt = await receive(house, talk, "k1", "你好", lease)
    assert receipt.work is not None and receipt.work.message_id == receipt.message_id
    assert await talk.handle() == 0, "the sweep has to leave it alone"
    assert await service.handle_pending(house, talk.id, lease, receipt.work) == 1
    assert await talk.lines() == ["veteran: 你好", "bot: 回：你好"]


async def test_a_repeat_begins_nothing(house: House, talk: Talk, rasa: FakeRasa) -> None:
    first = await receive(house, talk, "k1", "你好", "l_first")
    repeat = await receive(house, talk, "k1", "你好", "l_second")
    assert not repeat.new and repeat.work is None
    assert await service.handle_pending(house, talk.id, "l_second", repeat.work) == 0
    assert await service.handle_pending(house, talk.id, "l_first", first.work) == 1
    assert rasa.texts == ["你好"]


async def test_while_one_is_in_flight_the_next_waits_for_it(house: House, talk: Talk, rasa: FakeRasa) -> None:
    first = await receive(house, talk, "k1", "第一条", "l_first")
    second = await receive(house, talk, "k2", "第二条", "l_second")
    assert second.new and second.work is None
    assert await service.handle_pending(house, talk.id, "l_first", first.work) == 2
    assert rasa.texts == ["第一条", "第二条"]


async def test_what_waits_longer_comes_first(house: House, talk: Talk, rasa: FakeRasa) -> None:
    await talk.send("第一条")
    begun = await receive(house, talk, "second", "第二条", "l_second")
    assert begun.work is not None and begun.work.message_id != begun.message_id
    assert await service.handle_pending(house, talk.id, "l_second", begun.work) == 2
    assert rasa.texts == ["第一条", "第二条"]


async def test_a_process_that_died_is_replaced_when_its_lease_has_run_out(house: House, talk: Talk, rasa: FakeRasa) -> None:
    await receive(house, talk, "k1", "你好", "l_dead")
    assert await service.handle_all_due(house) == 0
    with time_machine.travel(clock.now() + repository.LEASE + timedelta(seconds=1), tick=False):
        assert await service.handle_all_due(house) == 1
    assert rasa.texts == ["你好"]


async def test_work_that_lay_too_long_is_begun_anew_and_left_if_another_took_it(
    house: House, talk: Talk, rasa: FakeRasa
) -> None:
    receipt = await receive(house, talk, "k1", "你好", "l_slow")
    with time_machine.travel(clock.now() + repository.LEASE + timedelta(seconds=1), tick=False):
        assert await service.handle_all_due(house) == 1
        assert await service.handle_pending(house, talk.id, "l_slow", receipt.work) == 0
    again = await receive(house, talk, "k2", "还在吗", "l_slow")
    with time_machine.travel(clock.now() + handling.FRESH + timedelta(seconds=1), tick=False):
        assert await service.handle_pending(house, talk.id, "l_slow", again.work) == 1
    assert rasa.texts == ["你好", "还在吗"]


async def test_a_conversation_that_staff_own_is_not_begun(house: House, talk: Talk, rasa: FakeRasa) -> None:
    async with house.db.unit() as unit:
        await service.change_owner(unit, talk.id, 0, "staff", "s_1")
        await unit.commit()
    receipt = await receive(house, talk, "k1", "有人吗", "l_1")
    assert receipt.new and receipt.work is None
    async with house.db.reading() as session:
        assert (await service.get_conversation(session, talk.id)).lease_owner is None
