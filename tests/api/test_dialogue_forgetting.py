"""What a veteran takes back is gone from every table; what was filed is gone from Rasa's memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from backend import clock
from backend.channels.web import service as web
from backend.conversations import erasing
from backend.conversations import service as hub
from backend.db.models import all_tables
from backend.dialogue import repository, service
from backend.dialogue.schemas import Ranked, TurnRequest
from backend.house import House
from backend.outbox import service as outbox
from tests.support.fake_rasa import Answer, FakeRasa
from tests.support.turns import Person

TYPED = ("林晓", "350102199905050010", "6222021001116245702", "示例路8号", "活着没意思")
#: text → what Rasa makes of it, and the step that its rules choose.
HEARD = {
    "我叫林晓，住示例路8号": ("inform", "form"),
    "转人工，我叫林晓，身份证350102199905050010，卡6222021001116245702": ("handoff", "handoff"),
    "感觉活着没意思，我叫林晓": ("distress", "answer"),
    "不同意": ("deny", "form"),
    "不办了": ("withdraw", "form"),
    "对，不办了": ("affirm", "form"),
}


@pytest.fixture
async def rasa(house: House) -> AsyncIterator[FakeRasa]:
    """Rasa with its action server: it hears by HEARD and asks the dialogue."""
    fake = FakeRasa()
    await fake.start()
    house.settings = replace(house.settings, rasa_url=fake.url)

    async def answer(body: dict[str, Any]) -> Answer:
        text = next((text for text in HEARD if text[:3] == body["message"][:3]), "不同意")
        intent, step = HEARD[text]
        asked = TurnRequest(
            conversation=body["sender"],
            message=body["id"],
            intent=Ranked(name=intent, confidence=0.9),
            step=step,  # type: ignore[arg-type]
        )
        reply = await service.take_turn(house, asked)
        return 200, {"messages": [{"custom": said} for said in reply.replies]}

    fake.answering = answer
    yield fake
    await fake.stop()


async def say(person: Person, *texts: str) -> None:
    for text in texts:
        await person.store(text)
        await hub.handle_pending(person.house, person.conversation)


async def everything(house: House) -> str:
    """Every row of every table, what is encrypted opened."""
    async with house.db.reading() as session:
        return "\n".join(
            [str(tuple(row)) for table in all_tables().sorted_tables for row in await session.execute(select(table))]
        )


async def declines(person: Person) -> None:
    await say(person, "不同意")


async def cancels(person: Person) -> None:
    await person.press("consent=yes")
    await person.press("consent_sensitive=yes")
    await say(person, "不办了", "对，不办了")


async def deletes(person: Person) -> None:
    await web.erase(person.house, person.conversation)


WAYS = pytest.mark.parametrize("takes_back", [declines, cancels, deletes])


@WAYS
async def test_nothing_typed_is_left_in_any_table(
    house: House, rasa: FakeRasa, takes_back: Callable[[Person], Awaitable[None]]
) -> None:
    person = Person(house)
    await person.open()
    await say(person, *list(HEARD)[:2])
    held = await everything(house)
    assert [typed for typed in TYPED[:4] if typed not in held] == []
    await takes_back(person)
    left = await everything(house)
    assert [typed for typed in TYPED if typed in left] == []


@WAYS
async def test_a_call_of_distress_stays_without_its_words(
    house: House, rasa: FakeRasa, takes_back: Callable[[Person], Awaitable[None]]
) -> None:
    person = Person(house)
    await person.open()
    await say(person, *list(HEARD)[:3])
    await takes_back(person)
    left = await everything(house)
    assert [typed for typed in TYPED if typed in left] == []
    async with house.db.reading() as session:
        request = await repository.open_handover(session, person.conversation)
        assert request is not None and request.priority == 100
        # Somebody who looks after them can still write to them.
        assert await hub.get_conversation(session, person.conversation)


async def deliver_forgetting(house: House) -> None:
    await outbox.deliver_due(house, {erasing.FORGET_TOPIC: hub.forget_thread})


async def test_rasa_forgets_the_talk_once_it_is_filed_and_answered(house: House, rasa: FakeRasa) -> None:
    person = Person(house)
    await person.fill()
    await person.press("review=submit")
    await deliver_forgetting(house)
    assert rasa.forgotten == []
    with time_machine.travel(clock.now() + erasing.LONGEST_TURN + timedelta(seconds=1)):
        await deliver_forgetting(house)
    assert rasa.forgotten == [person.conversation]


async def test_rasa_does_not_forget_while_it_answers(house: House, rasa: FakeRasa) -> None:
    person = Person(house)
    await person.fill()
    await person.press("review=submit")
    seen: list[list[str]] = []

    async def answer(_body: dict[str, Any]) -> Answer:
        await deliver_forgetting(house)
        seen.append(list(rasa.forgotten))
        return 200, {"messages": [{"custom": {"text": "好"}}]}

    rasa.answering = answer
    with time_machine.travel(clock.now() + erasing.LONGEST_TURN + timedelta(seconds=1)) as traveller:
        await say(person, "进度")
        assert seen and not any(seen)
        traveller.shift(3600)
        await deliver_forgetting(house)
    assert rasa.forgotten == [person.conversation]
