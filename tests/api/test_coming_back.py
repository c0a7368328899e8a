"""Who comes back on another phone or browser proves the mobile by a code, and goes on where they were; nobody else sees anything."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend import clock
from backend.applications.model import Application, CaseEvent
from backend.channels.sms.model import SmsMessage
from backend.channels.sms.service import CHANNEL, mobile_index
from backend.conversations import service as hub
from backend.conversations.model import Secret, TranscriptMessage
from backend.dialogue.model import OPEN, DraftRow
from backend.house import House
from backend.locale.text import SOURCE_LANGUAGE
from backend.resuming import service as resuming
from backend.resuming.model import ProofCode
from backend.vouchers.model import Voucher
from tests.support.people import CLERK, mobile, submitted
from tests.support.turns import Person


async def left(house: House, number: str, **answers: Any) -> Person:
    """Somebody who filled in part of it, gave their mobile, and left."""
    person = Person(house)
    await person.fill(**answers)
    await person.say(f"手机号改成{number}", "correct")
    return person


async def stranger(house: House) -> Person:
    """A new visit in another browser."""
    person = Person(house)
    await person.open()
    return person


async def texts_to(house: House, number: str) -> list[str]:
    async with house.db.reading() as session:
        found = await session.scalars(
            select(SmsMessage).where(SmsMessage.mobile_index == mobile_index(number)).order_by(SmsMessage.seq)
        )
        return [each.text for each in found if each.template_id == resuming.NOTICE]


async def code_to(house: House, number: str) -> str:
    found = re.search(r"验证码(\d{6})，", (await texts_to(house, number))[-1])
    assert found
    return found[1]


async def asks(house: House, number: str) -> Person:
    """A new visit that has asked for a code."""
    person = await stranger(house)
    assert "手机号" in await person.say("我之前填到一半", "resume")
    assert "如果" in await person.say(number)
    return person


def wrong(code: str, by: int = 1) -> str:
    return f"{(int(code) + by) % 1_000_000:06d}"


async def open_drafts(house: House) -> list[DraftRow]:
    async with house.db.reading() as session:
        return list(await session.scalars(select(DraftRow).where(DraftRow.state == OPEN)))


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


async def bound_code(house: House, number: str) -> str | None:
    return await code_to(house, number) if await texts_to(house, number) else None


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
    assert draft.content["answers"] == {**answers, "education": "college"}


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


async def texting(house: House, number: str) -> Person:
    async with house.db.unit() as unit:
        opened = await hub.open_conversation(unit, CHANNEL, mobile_index(number), SOURCE_LANGUAGE, address=number)
        await unit.commit()
    return Person(house, opened.id)


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


async def test_the_same_message_twice_joins_once(house: House) -> None:
    number = mobile()
    await left(house, number)
    person = await asks(house, number)
    message = await person.store(await code_to(house, number))
    first = await person.send(message, "inform", "form")
    assert await person.send(message, "inform", "form") == first
    assert CLERK  # who comes back needs nobody at the window
