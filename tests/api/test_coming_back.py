"""Who comes back on another phone or browser proves the mobile by a code, and goes on where they were; nobody else sees anything."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backend import clock
from backend.applications.model import Application, CaseEvent
from backend.conversations import service as hub
from backend.dialogue.model import OPEN, DraftRow
from backend.house import House
from backend.vouchers.model import Voucher
from tests.support.coming_back import asks, code_to, left, open_drafts, stranger, texting, texts_to
from tests.support.people import mobile, submitted
from tests.support.turns import Person


async def test_with_the_code_the_draft_goes_on_here_by_what_is_missing(house: House) -> None:
    number = mobile()
    before = await left(house, number, bank_card="6222020000000000000")
    await before.press("edit=bank_card")
    person = await asks(house, number)
    answer = await person.say(await code_to(house, number))
    assert "欢迎回来" in answer
    assert person.last.form == "open"
    assert await person.drafts() == [OPEN]
    assert await before.drafts() == []
    (draft,) = await open_drafts(house)
    assert draft.content["answers"]["mobile"] == number
    assert "提交" in answer


async def test_where_the_draft_was_it_is_said_that_it_went(house: House) -> None:
    number = mobile()
    before = await left(house, number)
    person = await asks(house, number)
    await person.say(await code_to(house, number))
    async with house.db.reading() as session:
        shown = await hub.transcript(session, before.conversation)
    assert "在另一处凭手机验证码" in shown[-1].body["text"]


async def test_who_filed_elsewhere_sees_progress_and_gets_the_news_here(house: House) -> None:
    application = await submitted(house)
    person = await stranger(house)
    asked = await person.say("进度", "progress", "progress")
    assert application.number not in asked and "手机号" in asked
    number = application.answers["mobile"]
    await person.say(number)
    answer = await person.say(await code_to(house, number), "nlu_fallback", "fallback")
    assert application.number in answer
    assert (await person.application()).id == application.id
    async with house.db.reading() as session:
        commands = await session.scalars(select(CaseEvent.command).where(CaseEvent.application_id == application.id))
        assert "join_conversation" in set(commands)
    assert application.number in await person.say("进度", "progress", "progress")


async def test_what_the_county_sent_back_is_corrected_here(house: House) -> None:
    before = Person(house)
    await before.sent_back(("bank_card", "卡号对不上"))
    application = await before.application()
    number = application.answers["mobile"]
    person = await asks(house, number)
    answer = await person.say(await code_to(house, number))
    assert "卡号对不上" in answer
    assert person.last.form == "open"
    await person.say("6222020000000000000")
    await person.press("review=submit")
    async with house.db.reading() as session:
        assert (await session.get_one(Application, application.id)).state == "submitted"


async def test_what_stands_on_one_side_only_is_kept_and_nothing_is_asked(house: House) -> None:
    number = mobile()
    await left(house, number, discharge_month="2026-09")
    async with house.db.unit() as unit:
        (row,) = (await unit.session.scalars(select(DraftRow))).all()
        answers = {name: value for name, value in row.content["answers"].items() if name != "education"}
        row.content = {**row.content, "answers": answers}
        await unit.commit()
    person = await stranger(house)
    await person.press("consent=yes")
    await person.press("consent_sensitive=yes")
    await person.say("我2026年9月退的，大专")
    await person.say("换手机了，之前填到一半", "resume")
    await person.say(number)
    assert "欢迎回来" in await person.say(await code_to(house, number))
    (draft,) = await open_drafts(house)
    assert draft.conversation_id == person.conversation
    assert draft.content["answers"] == {**answers, "education": "junior_college"}


@pytest.mark.parametrize(("says", "kept"), [("用上次的", "2026-09"), ("就用这次的吧", "2026-08")])
async def test_where_both_say_something_else_the_veteran_decides(
    house: House, says: str, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = mobile()
    await left(house, number, discharge_month="2026-09")
    person = await stranger(house)
    await person.press("consent=yes")
    await person.press("consent_sensitive=yes")
    await person.say("我2026年8月退的")
    await person.say("我在电脑上填过", "inform")
    await person.say(number)
    asked = await person.say(await code_to(house, number))
    assert "2026年9月" in asked and "2026年8月" in asked
    assert len(await open_drafts(house)) == 2
    await person.say(says)
    (draft,) = await open_drafts(house)
    assert draft.content["answers"]["discharge_month"] == kept
    assert draft.content["answers"]["name"]


async def test_pictures_that_were_sent_go_with_the_draft(house: House) -> None:
    number = mobile()
    before = await left(house, number)
    person = await asks(house, number)
    async with house.db.unit() as unit:
        moment = clock.now()
        unit.session.add(
            Voucher(
                id="v_1",
                key="v_1",
                conversation_id=before.conversation,
                material=1,
                state="uploaded",
                pages=1,
                uploaded_by="veteran:test",
                uploaded_at=moment,
            )
        )
        await unit.commit()
    await person.say(await code_to(house, number))
    async with house.db.reading() as session:
        assert (await session.get_one(Voucher, "v_1")).conversation_id == person.conversation


async def test_the_mobile_itself_is_the_proof_by_sms(house: House) -> None:
    number = mobile()
    await left(house, number)
    person = await texting(house, number)
    assert "一半" in await person.say("进度", "progress", "progress")
    answer = await person.say("继续上次的", "resume")
    assert "欢迎回来" in answer
    assert await person.drafts() == [OPEN]
    assert await texts_to(house, number) == []


async def test_by_sms_a_filed_case_is_told_of_and_stays_where_it_was_filed(house: House) -> None:
    application = await submitted(house)
    person = await texting(house, application.answers["mobile"])
    assert application.number in await person.say("换手机了，继续上次的", "resume")
    assert await person.application() is None


async def test_a_chat_with_a_case_of_its_own_takes_no_other(house: House) -> None:
    number = mobile()
    await left(house, number)
    owner = Person(house)
    await owner.sent_back(("bank_card", "卡号对不上"))
    await owner.press("resume=begin")
    await owner.say(number)
    assert "一个聊天只办一个人的" in await owner.say(await code_to(house, number))
    assert len(await open_drafts(house)) == 1


async def test_a_question_is_answered_and_the_code_still_awaited(house: House) -> None:
    number = mobile()
    await left(house, number)
    person = await asks(house, number)
    assert "邮费" in await person.say("邮寄要钱不", "faq/postage", "answer")
    assert "欢迎回来" in await person.say(await code_to(house, number))


async def test_who_does_not_want_it_any_more_begins_anew(house: House) -> None:
    person = await stranger(house)
    await person.say("继续上次的", "resume")
    assert "不找了" in await person.say("算了", "deny")
    assert "同意" in await person.say("我要办理", "apply")


async def test_a_wrong_mobile_is_named_and_asked_again(house: House) -> None:
    person = await stranger(house)
    await person.say("继续上次的", "resume")
    assert "少了1位" in await person.say("1380013800")


async def test_the_same_message_twice_joins_once(house: House) -> None:
    number = mobile()
    await left(house, number)
    person = await asks(house, number)
    message = await person.store(await code_to(house, number))
    first = await person.send(message, "inform", "form")
    assert await person.send(message, "inform", "form") == first
