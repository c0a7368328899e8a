"""Only what fails by itself is given up; whoever waits for a slow Rasa goes on waiting."""

from __future__ import annotations

import time_machine

from backend import clock
from backend.conversations import handling, service
from backend.house import House
from tests.support.fake_rasa import Answer, FakeRasa, says
from tests.unit.conversations.conftest import Talk, open_talk
from tests.unit.conversations.test_handling import states


async def test_a_message_that_fails_by_itself_is_given_up_and_the_next_is_answered(
    house: House, talk: Talk, rasa: FakeRasa
) -> None:
    rasa.answering = lambda body: (502, {"messages": []}) if body["message"] == "怪话" else says("好")
    receipt = await talk.send("怪话")
    await talk.send("你好")
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _ in range(handling.MAX_STRIKES):
            await service.strike(house, receipt.message_id)
            await talk.handle()
            traveller.shift(20)
        await talk.handle()
    assert await states(house) == ["failed", "answered"]
    lines = await talk.lines()
    # Nobody is told that the system is busy: it is not.
    assert "换个说法" in lines[2]
    assert lines[3] == "bot: 好"


async def test_a_message_whose_answer_cannot_be_written_is_given_up_and_the_next_is_answered(
    house: House, talk: Talk, rasa: FakeRasa
) -> None:
    # Half of a character: nothing that keeps or sends text can take it.
    rasa.answering = lambda body: says("\ud800") if body["message"] == "怪话" else says("好")
    await talk.send("怪话")
    await talk.send("你好")
    with time_machine.travel(clock.now(), tick=False) as traveller:
        for _ in range(handling.MAX_STRIKES + 1):
            await talk.handle()
            traveller.shift(20)
    assert await states(house) == ["failed", "answered"]
    assert (await talk.lines())[-1] == "bot: 好"


async def test_a_slow_rasa_that_answers_others_is_waited_for(house: House, talk: Talk, rasa: FakeRasa) -> None:
    other = await open_talk(house, "b" * 64)

    async def others_first(body: dict[str, str]) -> Answer:
        if body["sender"] == other.id:
            return says("好")
        await other.send("在吗")
        assert await other.handle() == 1
        return 503, {}

    rasa.answering = others_first
    with time_machine.travel(clock.now(), tick=False) as traveller:
        await talk.send("你好")
        for _ in range(handling.MAX_STRIKES + 2):
            await talk.handle()
            traveller.shift(20)
        assert (await states(house))[0] == "stored"
        # For minutes on end, and all others are answered: it is this message after all.
        traveller.shift(handling.SLOW_AT_MOST)
        for _ in range(handling.MAX_STRIKES):
            await talk.handle()
            traveller.shift(20)
    assert (await states(house))[0] == "failed"
