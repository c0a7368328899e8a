"""What staff wrote while the veteran was not looking: by SMS it is said that it waits, once for each time they were away."""

from __future__ import annotations

from datetime import datetime, timedelta

import time_machine

from backend.applications.model import Application
from backend.channels.sms import repository as texts
from backend.channels.sms import service as sms
from backend.channels.sms.incoming import receive_sms
from backend.channels.wechat import service as service_of_wechat
from backend.channels.wechat.model import WeChatUser
from backend.clock import now
from backend.conversations import service as hub
from backend.house import House
from backend.outbox.service import deliver_due
from backend.takeover import service, unread
from tests.api.takeover.conftest import ALL, lines, owner
from tests.support.fake_wechat import platform
from tests.support.people import in_progress
from tests.support.staff import Desk
from tests.support.turns import Person

LATER = unread.LOOK_AFTER + timedelta(seconds=1)


async def sent(house: House, application: Application) -> list[str]:
    """The texts to the applicant's mobile of which staff's writing is the cause, once what is due was delivered."""
    while await deliver_due(house, {unread.TOPIC: unread.tell}):
        continue
    async with house.db.reading() as session:
        rows = await texts.of_mobile(session, sms.mobile_index(application.answers["mobile"]), 0, 100)
    return [row.text for row in rows if row.key.startswith(("out:notice:staff_", "out:reply:"))]


async def on_wechat(house: House, reachable_until: datetime) -> Application:
    """An application of somebody on WeChat, who can be written to there until then."""
    application = await in_progress(house)
    index = service_of_wechat.openid_index("o_example")
    async with house.db.unit() as unit:
        talk = await hub.open_conversation(unit, "wechat", index, "zh_Hans_CN", address="o_example")
        unit.session.add(
            WeChatUser(
                openid_index=index,
                conversation_id=talk.id,
                subscribed=True,
                reachable_until=reachable_until,
                updated_at=reachable_until,
            )
        )
        held = await unit.session.get_one(Application, application.id)
        held.conversation_id = talk.id
        await unit.commit()
    return held


async def write(clerk: Desk, application: Application, text: str, key: str) -> int:
    answer = await clerk.post(ALL, case=application.number, text=text, key=key)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["seq"])


async def test_it_is_said_once_that_an_answer_waits_until_the_veteran_looks_again(house: House, clerk: Desk) -> None:
    application = await in_progress(house)
    person = Person(house, application.conversation_id)
    with time_machine.travel(now(), tick=False) as clock:
        await write(clerk, application, "你的户口簿办好了", "k1")
        assert await sent(house, application) == [], "there is time to look first"
        clock.shift(LATER)
        (text,) = await sent(house, application)
        assert "工作人员回复你了" in text and "户口簿" not in text, "what was written is for the chat alone"
        await write(clerk, application, "还有一件事", "k2")
        clock.shift(LATER)
        assert await sent(house, application) == [text]
        await person.store("看到了")
        last = await write(clerk, application, "好的", "k3")
        clock.shift(LATER)
        assert await sent(house, application) == [text, text]
        await service.veteran_seen(house, person.conversation, last)
        await write(clerk, application, "再补一句", "k4")
        clock.shift(LATER)
        assert await sent(house, application) == [text, text, text]


async def test_what_was_seen_answered_or_deleted_in_time_needs_no_text(house: House, clerk: Desk) -> None:
    application = await in_progress(house)
    person = Person(house, application.conversation_id)
    with time_machine.travel(now(), tick=False) as clock:
        seq = await write(clerk, application, "在吗", "k1")
        await service.veteran_seen(house, person.conversation, seq)
        await write(clerk, application, "户口簿带了吗", "k2")
        await person.store("带了")
        clock.shift(LATER)
        assert await sent(house, application) == []
        await write(clerk, application, "好的", "k3")
        async with house.db.unit() as unit:
            await hub.clear_now(unit, person.conversation)
            await unit.commit()
        clock.shift(LATER)
        assert await sent(house, application) == []


async def test_on_wechat_a_text_goes_only_when_wechat_takes_nothing_any_more(house: House, clerk: Desk) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        async with platform(house):
            application = await on_wechat(house, now() + timedelta(hours=1))
            await write(clerk, application, "你的户口簿办好了", "k1")
            clock.shift(LATER)
            assert await sent(house, application) == []
            async with house.db.unit() as unit:
                user = await unit.session.get_one(WeChatUser, service_of_wechat.openid_index("o_example"))
                user.reachable_until = now()
                await unit.commit()
            version = (await owner(house, Person(house, application.conversation_id)))[2]
            place = f"{ALL}/{application.conversation_id}/replies"
            assert (await clerk.post(place, version=version, text="可以来取了", key="k2")).status_code == 200
            clock.shift(LATER)
            (text,) = await sent(house, application)
            assert "工作人员回复你了" in text


async def test_who_cannot_be_written_to_on_wechat_any_more_is_written_to_by_sms(house: House, clerk: Desk) -> None:
    async with platform(house):
        application = await on_wechat(house, now() - timedelta(hours=1))
        await write(clerk, application, "你的户口簿办好了", "k1")
        first, second = await sent(house, application)
        assert application.number in first and second == "你的户口簿办好了"


async def test_who_deleted_the_chat_is_written_to_by_sms_and_answers_there(house: House, clerk: Desk) -> None:
    application = await in_progress(house)
    async with house.db.unit() as unit:
        await hub.erase(unit, application.conversation_id)
        await unit.commit()
    await write(clerk, application, "你的户口簿办好了", "k1")
    first, second = await sent(house, application)
    assert application.number in first and first.startswith("【") and second == "你的户口簿办好了"
    conversation = await receive_sms(house, application.answers["mobile"], "谢谢", "SM1")
    assert conversation is not None
    person = Person(house, conversation)
    assert (await owner(house, person))[0] == "staff"
    assert (await lines(house, person))[-2:] == ["staff: 你的户口簿办好了", "veteran: 谢谢"]
