"""What the dialogue promises beside the interview, it does: no reminders, and never the same sentence twice."""

from __future__ import annotations

import itertools

import pytest

from backend.channels.sms import repository as texts
from backend.channels.sms.service import mobile_index
from backend.dialogue import service
from backend.dialogue.schemas import Ranked, TurnRequest
from backend.house import House
from tests.support.people import in_progress
from tests.support.turns import Person
from tests.unit.interview.test_engine import FILLED


async def is_stopped(house: House, mobile: str) -> bool:
    async with house.db.reading() as session:
        return await texts.is_stopped(session, mobile_index(mobile))


async def test_unsubscribing_in_the_chat_stops_reminders_and_can_be_undone(house: House) -> None:
    application = await in_progress(house)
    mobile = str(application.answers["mobile"])
    person = Person(house, application.conversation_id)
    assert f"{mobile[:3]}****{mobile[-4:]}" in await person.say("别发短信了", "unsubscribe", "answer")
    assert await is_stopped(house, mobile)
    (undo,) = person.last.replies[0]["choices"]
    assert "又能收到" in await person.press(undo["value"], undo["intent"], "answer")
    assert not await is_stopped(house, mobile)


async def test_nonsense_that_is_taken_for_it_stops_nothing(house: House) -> None:
    application = await in_progress(house)
    person = Person(house, application.conversation_id)
    assert "没听明白" in await person.say("乌拉拉", "unsubscribe", "answer")
    assert not await is_stopped(house, str(application.answers["mobile"]))


async def test_original_or_copy_is_answered_of_the_paper_that_was_named(house: House) -> None:
    person = Person(house)
    await person.fill()
    for intent in ("materials", "inform"):
        answer = await person.say("户口簿是要原件吗", intent)
        assert "户口簿或产权证明，两样有一样就行" in answer and "张照片" not in answer


async def test_the_mobile_of_a_draft_is_known_and_the_form_goes_on_after_it(house: House) -> None:
    person = Person(house)
    await person.fill()
    assert "不再收提醒短信" in await person.say("别发短信了", "unsubscribe")
    assert await is_stopped(house, FILLED["mobile"])
    assert "提交" in await person.press("reminders=on", "unsubscribe")
    assert person.last.form == "open"
    assert not await is_stopped(house, FILLED["mobile"])


async def test_where_no_mobile_is_known_that_is_said(house: House) -> None:
    person = Person(house)
    await person.open()
    assert "还没有你的手机号" in await person.say("别发短信了", "unsubscribe", "answer")


async def test_twice_not_understood_offers_what_it_may_be_and_the_third_time_a_person(house: House) -> None:
    person = Person(house)
    await person.open()
    answers, offers = [], []
    for _ in range(6):
        answers.append(await person.say("嗡嗡嗡", "nlu_fallback", "fallback"))
        offers.append([choice["label"] for choice in person.last.replies[0]["choices"]])
    assert all(before != after for before, after in itertools.pairwise(answers))
    assert "请工作人员" in answers[2] and offers[2][0] == "找工作人员"
    # Who has filed nothing can begin; there is no progress to ask for.
    assert all("我要办理" in offer and offer[-1] == "找工作人员" for offer in offers[:2])
    # What was understood in between ends the count.
    await person.say("你好", "greet", "answer")
    assert "没听明白" in await person.say("嗡嗡嗡", "nlu_fallback", "fallback")


@pytest.mark.parametrize("step", ["answer", "fallback"])
async def test_distress_is_never_taken_for_not_understood(house: House, step: str) -> None:
    person = Person(house)
    await person.open()
    for _ in range(3):
        assert "12356" in await person.say("不想活了", "nlu_fallback", step)


@pytest.mark.parametrize(
    ("words", "score", "heard"),
    [
        ("困死了 明天弄", 0.24, False),
        ("没有没有，我没事，你误会了", 0.56, False),
        ("我没事，就是不想再拖累大家了", 0.95, True),
        ("我一个人住", 0.2, False),
    ],
)
async def test_a_guess_at_distress_gives_way_but_a_sure_one_holds(house: House, words: str, score: float, heard: bool) -> None:
    person = Person(house)
    await person.open()
    request = TurnRequest(
        conversation=person.conversation,
        message=await person.store(words),
        intent=Ranked(name="distress", confidence=score),
        ranking=[Ranked(name="distress", confidence=score), Ranked(name="greet", confidence=0.1)],
        step="answer",
    )
    reply = await service.take_turn(house, request)
    assert any("12356" in body["text"] for body in reply.replies) == heard
