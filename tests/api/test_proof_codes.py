"""A code to the mobile: how long it holds, how often it is tried and asked for, and where it is not to be read."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from backend import clock
from backend.conversations import service as hub
from backend.conversations.model import Secret, TranscriptMessage
from backend.house import House
from backend.resuming import service as resuming
from backend.resuming.model import ProofCode
from tests.support.coming_back import asks, bound_code, code_to, left, stranger, texts_to, wrong
from tests.support.people import mobile


async def test_an_unbound_number_is_answered_like_a_bound_one(house: House) -> None:
    number, nobody = mobile(), mobile()
    await left(house, number)
    known, unknown = await stranger(house), await stranger(house)
    said = []
    for person, given in ((known, number), (unknown, nobody)):
        first = await person.say("继续上次的", "resume")
        second = await person.say(given)
        third = await person.say("000000" if await bound_code(house, given) != "000000" else "000001")
        said.append([first, second.replace(given[-4:], "").replace(given[:3], ""), third, person.last.form])
    assert said[0] == said[1]
    assert len(await texts_to(house, number)) == 1
    assert await texts_to(house, nobody) == []


async def test_no_code_opens_what_an_unbound_number_has(house: House) -> None:
    nobody = mobile()
    person = await asks(house, nobody)
    assert "不对" in await person.say("123456")
    assert await person.drafts() == []


async def test_five_wrong_tries_end_a_code_and_the_right_one_is_too_late(house: House) -> None:
    number = mobile()
    await left(house, number)
    person = await asks(house, number)
    code = await code_to(house, number)
    said = [await person.say(wrong(code, each)) for each in range(1, 6)]
    assert ["还能试4次" in said[0], "还能试1次" in said[3], "用不了" in said[4]] == [True, True, True]
    assert "用不了" in await person.say(code)
    assert await person.drafts() == []


async def test_a_code_is_too_old_after_five_minutes(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    number = mobile()
    await left(house, number)
    person = await asks(house, number)
    code, later = await code_to(house, number), clock.now() + timedelta(minutes=5, seconds=1)
    monkeypatch.setattr("backend.resuming.service.now", lambda: later)
    assert "用不了" in await person.say(code)
    assert await person.drafts() == []


async def test_a_code_is_used_once(house: House) -> None:
    number = mobile()
    await left(house, number)
    person = await asks(house, number)
    code = await code_to(house, number)
    await person.say(code)
    async with house.db.unit() as unit:
        assert (await resuming.check(unit, house, person.conversation, code)).outcome == "gone"


async def test_a_code_of_one_conversation_opens_nothing_in_another(house: House) -> None:
    number = mobile()
    await left(house, number)
    await asks(house, number)
    code = await code_to(house, number)
    other = await stranger(house)
    await other.say("换手机了", "inform")
    await other.say(number)
    assert "用不了" in await other.say(code)
    assert await other.drafts() == []


async def test_a_number_gets_one_code_a_minute_and_three_an_hour_from_wherever(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, began = mobile(), clock.now()
    await left(house, number)
    said = []
    for minute in (0, 0.5, 2, 4, 6):
        monkeypatch.setattr("backend.resuming.service.now", lambda minute=minute: began + timedelta(minutes=minute))
        person = await stranger(house)
        await person.say("换手机了", "inform")
        said.append(await person.say(number))
    assert [("等一分钟" in each, "太多" in each) for each in said] == [
        (False, False),
        (True, False),
        (False, False),
        (False, False),
        (False, True),
    ]
    assert len(await texts_to(house, number)) == 3


async def test_a_conversation_asks_for_five_codes_an_hour_of_whatever_numbers(house: House) -> None:
    person = await stranger(house)
    await person.say("换手机了", "inform")
    said = [await person.say(mobile()) for _ in range(6)]
    assert ["太多" in each for each in said] == [False] * 5 + [True]


async def test_neither_the_code_nor_its_hash_can_be_read_anywhere(house: House) -> None:
    number = mobile()
    await left(house, number)
    person = await asks(house, number)
    code = await code_to(house, number)
    for typed in ("１２３４５６", "一二三四五六", f"验证码是{code[:3]} {code[3:]}"):
        message = await person.store(typed)
        async with house.db.reading() as session:
            body = (await session.scalars(select(TranscriptMessage).where(TranscriptMessage.id == message))).one().body
            shown = (await hub.transcript(session, person.conversation))[-1].body["text"]
        assert "«code:" in body["text"]
        assert not re.search(r"\d{3}", re.sub("«.*?»", "", body["text"]))
        assert "******" in shown
        await person.send(message, "nlu_fallback", "fallback")
    async with house.db.reading() as session:
        kept = await session.scalars(select(Secret).where(Secret.conversation_id == person.conversation, Secret.kind == "code"))
        assert {each.value for each in kept} == {"******"}
        (row,) = (await session.scalars(select(ProofCode).where(ProofCode.conversation_id == person.conversation))).all()
    assert row.code_hash and code not in row.code_hash


async def test_the_words_of_the_text_with_the_code_end(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    number = mobile()
    await left(house, number)
    await asks(house, number)
    await resuming.tidy(house)
    assert len((await texts_to(house, number))[0]) > 20
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr("backend.resuming.service.now", lambda: later)
    await resuming.tidy(house)
    assert await texts_to(house, number) == [""]


async def test_what_waits_for_a_minute_is_sent_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    number = mobile()
    await left(house, number)
    person = await asks(house, number)
    first = await code_to(house, number)
    assert "等一分钟" in await person.press("resume=again")
    later = clock.now() + timedelta(minutes=2)
    monkeypatch.setattr("backend.resuming.service.now", lambda: later)
    assert "如果" in await person.press("resume=again")
    if first != await code_to(house, number):
        assert "不对" in await person.say(first)
    assert "欢迎回来" in await person.say(await code_to(house, number))
