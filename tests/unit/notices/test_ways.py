"""By which way a notice reaches a veteran of each channel; a result reaches everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.applications import repository as cases
from backend.applications.model import Application
from backend.channels.sms import repository as texts
from backend.channels.sms import service as sms
from backend.channels.wechat import repository as pieces
from backend.channels.wechat import service as wechat
from backend.channels.wechat.model import WeChatUser
from backend.clock import now
from backend.conversations import service as hub
from backend.house import House
from backend.notices.service import tell
from tests.support.fake_wechat import platform
from tests.support.people import submitted

OPENID = "o_example"
WITH_SMS, WITHOUT_SMS, REMINDER_WITHOUT_SMS = "rejected", "corrected", "due_changed"


async def filed_on(house: House, channel: str, reachable: bool = True) -> Application:
    """An application that was filed on the web, by SMS, or by somebody on WeChat who can or cannot be written to there."""
    application = await submitted(house)
    if channel == "web":
        return application
    address = application.answers["mobile"] if channel == "sms" else OPENID
    index = sms.mobile_index(address) if channel == "sms" else wechat.openid_index(address)
    until = now() + timedelta(hours=48 if reachable else -1)
    async with house.db.unit() as unit:
        talk = await hub.open_conversation(unit, channel, index, application.language, address=address)
        if channel == "wechat":
            user = WeChatUser(
                openid_index=index, conversation_id=talk.id, subscribed=True, reachable_until=until, updated_at=now()
            )
            unit.session.add(user)
        held = await cases.by_id(unit.session, application.id, lock=True)
        assert held is not None
        held.conversation_id = talk.id
        await unit.commit()
    return held


async def told(house: House, application: Application, event: str) -> tuple[int, int]:
    """How many texts and how many pieces on WeChat a notice of this event became."""
    index = sms.mobile_index(application.answers["mobile"])
    async with house.db.reading() as session:
        before = len(await texts.of_mobile(session, index, 0, 100))
    params = {"reason": "示例", "matter": "恢复户口", "due": now(), "days": 5, "holder": "示例"}
    async with house.db.unit() as unit:
        await tell(unit, house, application, event, params, key=f"{event}:1")
        await unit.commit()
    async with house.db.reading() as session:
        written = await pieces.sent_to(session, wechat.openid_index(OPENID))
        return len(await texts.of_mobile(session, index, 0, 100)) - before, len(written)


@pytest.mark.parametrize(
    "channel, reachable, event, by",
    [
        ("web", True, WITH_SMS, (1, 0)),
        ("web", True, WITHOUT_SMS, (0, 0)),
        ("sms", True, WITH_SMS, (1, 0)),
        ("sms", True, WITHOUT_SMS, (1, 0)),
        ("sms", True, REMINDER_WITHOUT_SMS, (0, 0)),
        ("wechat", True, WITH_SMS, (0, 1)),
        ("wechat", True, WITHOUT_SMS, (0, 1)),
        ("wechat", False, WITH_SMS, (1, 0)),
        # It waits there until the veteran writes.
        ("wechat", False, WITHOUT_SMS, (0, 1)),
    ],
)
async def test_a_notice_goes_the_way_that_reaches_its_veteran(
    house: House, channel: str, reachable: bool, event: str, by: tuple[int, int]
) -> None:
    async with platform(house):
        assert await told(house, await filed_on(house, channel, reachable), event) == by


async def test_who_erased_the_chat_hears_by_sms_once_a_day_that_there_is_news_without_one(house: House) -> None:
    application = await filed_on(house, "web")
    async with house.db.unit() as unit:
        await hub.erase(unit, application.conversation_id)
        await unit.commit()
    assert await told(house, application, WITHOUT_SMS) == (1, 0)
    async with house.db.reading() as session:
        newest = (await texts.of_mobile(session, sms.mobile_index(application.answers["mobile"]), 0, 100))[-1]
    assert newest.template_id == "news_waits" and application.number in newest.text and "进度" in newest.text
    assert await told(house, application, WITHOUT_SMS) == (0, 0), "the same event"
    assert await told(house, application, WITH_SMS) == (1, 0), "what has a text of its own is told by that"
    assert await told(house, application, REMINDER_WITHOUT_SMS) == (0, 0)
