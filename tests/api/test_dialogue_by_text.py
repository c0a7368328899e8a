"""Who texts is answered about the application that their number is bound to, and only that."""

from __future__ import annotations

from backend.applications import service as applications
from backend.applications.model import Application
from backend.channels.sms.service import CHANNEL, mobile_index
from backend.channels.sms.text import as_texts
from backend.conversations import service as hub
from backend.house import House
from backend.locale.text import SOURCE_LANGUAGE
from tests.support.people import CLERK, in_progress, mobile, submitted
from tests.support.turns import Person


async def phone(house: House, number: str) -> Person:
    """Somebody who texts from a number."""
    async with house.db.unit() as unit:
        opened = await hub.open_conversation(unit, CHANNEL, mobile_index(number), SOURCE_LANGUAGE, address=number)
        await unit.commit()
    return Person(house, opened.id)


async def of(house: House, application: Application) -> Person:
    return await phone(house, application.answers["mobile"])


async def test_after_a_rejection_the_phone_is_told_what_the_chat_is_told(house: House) -> None:
    application = await submitted(house)
    await applications.reject(house, application.number, CLERK, "不是今年退役")
    answer = await (await of(house, application)).say("进度", "progress", "progress")
    assert application.number in answer and "没有通过" in answer


async def test_papers_are_this_persons_own_and_name_what_is_lacking(house: House) -> None:
    application = await submitted(house, matters=["report_in", "household_restoration"], papers_lacking=[7])
    person = await of(house, application)
    answer = await person.say("材料", "materials", "answer")
    assert "户主身份证" in answer and answer.endswith("还缺：户口簿或产权证明。开到了带去窗口就行。")
    texts = [text for reply in person.last.replies for text in as_texts(reply, SOURCE_LANGUAGE)]
    assert len(texts) <= 3


async def test_after_check_in_only_what_is_still_lacking_is_named(house: House) -> None:
    lacking = await in_progress(house, (13,))
    assert await (await of(house, lacking)).say("材料", "materials", "answer") == "还缺：组织关系介绍信。开到了带去窗口就行。"
    complete = await in_progress(house)
    assert "收齐" in await (await of(house, complete)).say("材料", "materials", "answer")


async def test_what_was_filed_in_another_talk_is_withdrawn_there(house: House) -> None:
    application = await submitted(house)
    answer = await (await of(house, application)).say("撤回申请", "withdraw", "withdraw")
    assert application.number in answer and "提交它的聊天" in answer


async def test_an_unknown_number_learns_nothing_of_anybody(house: House) -> None:
    application = await submitted(house)
    person = await phone(house, mobile())
    answer = await person.say("材料", "materials", "answer")
    assert "人人都要带" in answer
    assert application.number not in answer + await person.say("进度", "progress", "progress")
