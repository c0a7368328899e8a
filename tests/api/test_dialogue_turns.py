"""A turn of the dialogue against the real database, as the action server calls it; Rasa itself is left out."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from backend.applications import service as applications
from backend.clock import now
from backend.conversations import service as hub
from backend.dialogue import filing, service
from backend.dialogue.model import DraftRow, Turn
from backend.dialogue.opening import greeting
from backend.dialogue.schemas import Ranked, TurnReply, TurnRequest
from backend.errors import GuituError
from backend.house import House
from backend.interview.draft import Draft
from backend.interview.outcome import Outcome
from backend.interview.questions import load_script
from tests.support.people import in_progress
from tests.unit.interview.test_engine import FILLED

Body = dict[str, Any]


@dataclass
class Person:
    """A veteran whose messages reach the dialogue as the hub and Rasa would bring them."""

    house: House
    conversation: str = ""
    last: TurnReply = field(default_factory=lambda: TurnReply(replies=[], form="closed"))

    async def open(self) -> None:
        async with self.house.db.unit() as unit:
            said = greeting(self.house.catalogue)
            opened = await hub.open_conversation(unit, "web", secrets.token_hex(32), "zh_Hans_CN", said)
            self.conversation = opened.id
            await unit.commit()

    async def say(self, text: str, intent: str = "inform", step: str = "form") -> str:
        return await self.send(await self.store(text), intent, step)

    async def press(self, value: str, intent: str = "choose", step: str = "form") -> str:
        return await self.send(await self.store("（按了一下）"), intent, step, value)

    async def store(self, text: str) -> str:
        receipt = await hub.receive(self.house, self.conversation, "web", secrets.token_hex(8), text=text)
        return receipt.message_id

    async def send(self, message: str, intent: str, step: str, value: str | None = None) -> str:
        request = TurnRequest(
            conversation=self.conversation,
            message=message,
            intent=Ranked(name=intent, confidence=0.9),
            value=value,
            step=step,  # type: ignore[arg-type]
        )
        self.last = await service.take_turn(self.house, request)
        return "\n".join(body["text"] for body in self.last.replies)

    async def fill(self, **answers: Any) -> None:
        """Consent, then put a whole draft in place, as if it had been said."""
        await self.open()
        await self.press("consent=yes")
        await self.press("consent_sensitive=yes")
        async with self.house.db.unit() as unit:
            row = await service.repository.open_draft(unit.session, self.conversation)
            assert row is not None
            row.content = {**row.content, "answers": {**FILLED, **answers}, "pending": "review"}
            await unit.commit()

    async def drafts(self) -> list[str]:
        async with self.house.db.reading() as session:
            found = await session.scalars(select(DraftRow.state).where(DraftRow.conversation_id == self.conversation))
            return list(found)

    async def application(self) -> Any:
        async with self.house.db.reading() as session:
            return await applications.latest_for_conversation(session, self.conversation)


async def test_submitting_creates_one_application_however_often_it_is_pressed(house: House) -> None:
    person = Person(house)
    await person.fill()
    message = await person.store("提交")
    first = await person.send(message, "choose", "form", "review=submit")
    assert "TY-3501-26-" in first
    assert await person.send(message, "choose", "form", "review=submit") == first
    assert "已经提交" in await person.press("review=submit")
    assert await person.drafts() == ["filed"]
    filed = await person.application()
    assert filed.state == "submitted"
    assert filed.answers["bank_card"] == FILLED["bank_card"]


async def test_a_second_application_of_the_same_person_is_refused_and_its_draft_stays(house: House) -> None:  # notice 二(一)
    first, second = Person(house), Person(house)
    await first.fill()
    await first.press("review=submit")
    await second.fill(mobile="13900139000")
    assert "不能重复申请" in await second.press("review=submit")
    assert await second.drafts() == ["open"]


async def test_a_repeated_message_gets_the_stored_answer_and_changes_nothing(house: House) -> None:
    person = Person(house)
    await person.fill()
    message = await person.store("换成建行")
    first = await person.send(message, "correct", "form")
    await person.say("换成工行", "correct")
    assert await person.send(message, "correct", "form") == first
    async with house.db.reading() as session:
        row = await service.repository.open_draft(session, person.conversation)
        assert row is not None
        assert row.content["answers"]["card_bank"] == "icbc"


async def test_declining_closes_the_form_and_keeps_no_draft(house: House) -> None:
    person = Person(house)
    await person.open()
    assert "尊重你的选择" in await person.press("consent=no")
    assert person.last.form == "closed"
    async with house.db.reading() as session:
        turns = await session.scalars(select(Turn).where(Turn.conversation_id == person.conversation))
        assert [turn.intent for turn in turns] == ["choose"]
    assert await person.drafts() == []


async def test_what_the_county_sends_back_is_corrected_in_the_chat(house: House) -> None:  # notice 三(二)
    person = Person(house)
    await person.fill()
    await person.press("review=submit")
    number = (await person.application()).number
    await applications.record_archive(house, number, "cli:test")
    await applications.review_application(house, number, "cli:test", corrections=[("mobile", "打不通")])
    answer = await person.say("继续", "resume")
    assert "打不通" in answer
    assert "手机号" in answer
    await person.say("13900139000")
    assert "交回县里" in await person.press("review=submit")
    filed = await person.application()
    assert filed.state == "submitted"
    assert filed.answers["mobile"] == "13900139000"


async def test_withdrawing_asks_first_and_then_allows_a_new_application(house: House) -> None:
    person = Person(house)
    await person.fill()
    await person.press("review=submit")
    assert "确定撤回" in await person.say("撤回申请", "withdraw", "withdraw")
    assert "已经撤回" in await person.press("withdraw=yes", "withdraw", "withdraw")
    assert (await person.application()).state == "withdrawn"
    assert "欢迎回家" in await person.say("我要办理", "apply")


async def test_a_draft_of_december_is_told_in_january_why_it_cannot_be_filed(house: House) -> None:  # notice 二(一)
    person = Person(house)
    await person.fill()
    with time_machine.travel(datetime(now().year + 1, 1, 3, 4, tzinfo=UTC)):
        answer = await person.press("review=submit")
    assert "年" in answer and "已经填的都留着" in answer
    assert person.last.form == "open"
    assert await person.drafts() == ["open"]


async def asked_to_correct(house: House, *points: tuple[str, str]) -> tuple[Person, str]:
    """Somebody who filed and is asked to correct; their number."""
    person = Person(house)
    await person.fill()
    await person.press("review=submit")
    number = (await person.application()).number
    await applications.record_archive(house, number, "cli:test")
    await applications.review_application(house, number, "cli:test", corrections=points)
    await person.say("继续", "resume")
    return person, number


async def test_a_correction_that_touches_what_cannot_be_corrected_keeps_the_rest(house: House) -> None:  # notice 三(二)
    person, _ = await asked_to_correct(house, ("mobile", "打不通"))
    await person.say("13900139000")
    async with house.db.unit() as unit:
        row = await service.repository.open_draft(unit.session, person.conversation)
        assert row is not None
        row.content = {**row.content, "answers": {**row.content["answers"], "county": "350582"}}
        await unit.commit()
    answer = await person.press("review=submit")
    assert "安置地不能在聊天里改" in answer
    assert await person.drafts() == ["filed", "open"]
    assert "交回县里" in await person.press("review=submit")
    filed = await person.application()
    assert (filed.county, filed.answers["mobile"]) == (FILLED["county"], "13900139000")


async def test_corrections_to_a_case_that_has_ended_are_answered_with_how_it_stands(house: House) -> None:
    person, number = await asked_to_correct(house, ("mobile", "打不通"))
    await person.say("13900139000")
    await applications.withdraw(house, number, "cli:test")
    answer = await person.press("review=submit")
    assert number in answer and "已经撤回" in answer
    assert person.last.form == "closed"


async def test_withdrawing_what_was_rejected_meanwhile_is_answered(house: House) -> None:
    person = Person(house)
    await person.fill()
    await person.press("review=submit")
    await person.say("撤回申请", "withdraw", "withdraw")
    await applications.reject(house, (await person.application()).number, "cli:test", "不是今年退役")
    answer = await person.press("withdraw=yes", "withdraw", "withdraw")
    assert "没有通过" in answer and "重新申请" in answer


async def test_withdrawing_after_check_in_is_answered(house: House) -> None:
    filed = await in_progress(house)
    person = Person(house, filed.conversation_id)
    assert "找工作人员" in await person.press("withdraw=yes", "withdraw", "withdraw")


def codes_raised() -> list[str]:
    """Every code that the commands on applications can refuse with, from their source."""
    room = Path(applications.__file__).parent
    text = "".join(file.read_text("utf-8") for file in room.glob("*.py")) + (room.parent / "errors.py").read_text("utf-8")
    return sorted({*re.findall(r'code="(\w+)"', text), *re.findall(r'code = "(\w+)"', text), "of_another_day"})


@pytest.mark.parametrize("fields", [{}, {"fields": ["mobile"]}, {"fields": {"county": "x", "no_such": "y"}}])
@pytest.mark.parametrize("code", codes_raised())
async def test_no_refusal_of_the_applications_is_left_without_words(house: House, code: str, fields: dict[str, Any]) -> None:
    person = Person(house)
    await person.fill()
    script = load_script(house.catalogue.questions)
    outcome = Outcome(Draft(answers=FILLED), filed=FILLED)
    refusal = GuituError("staff words", code=code, **fields)
    filed = await filing._refused(house, script, person.conversation, outcome, refusal)
    assert filed.say or filed.wrong
    assert "staff words" not in str(filed.say)


async def test_distress_is_answered_at_once_and_put_to_staff_first(house: House) -> None:
    person = Person(house)
    await person.fill()
    answer = await person.say("不想活了", "distress")
    assert "12356" in answer.splitlines()[0]
    async with house.db.reading() as session:
        request = await service.repository.open_handover(session, person.conversation)
        assert request is not None
        assert request.priority == 100


async def test_distress_is_heard_although_the_classifier_missed_it(house: House) -> None:
    person = Person(house)
    await person.open()
    assert "12356" in await person.say("感觉活着没啥意思", "nlu_fallback", "fallback")
    assert "12356" in await person.say("真的不想活了", "inform")


async def test_progress_before_and_after_submitting(house: House) -> None:
    person = Person(house)
    await person.open()
    assert "还没有提交" in await person.say("进度", "progress", "progress")
    await person.fill()
    await person.press("review=submit")
    assert "等县里收到你的档案" in await person.say("进度", "progress", "progress")
