"""What WeChat brings that was not typed: voice, places, pictures of papers, the account's menu."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import time_machine

from backend.applications import service as applications
from backend.applications.model import Application
from backend.channels.sms import repository as sms_texts
from backend.channels.sms import service as sms
from backend.channels.wechat import repository
from backend.clock import now
from backend.conversations import repository as conversations
from backend.house import House
from backend.locale.text import SOURCE_LANGUAGE
from backend.notices import repository as notices
from backend.vouchers.rules import MOST_BYTES
from tests.support import files
from tests.support.fake_rasa import FakeRasa
from tests.support.fake_wechat import CheckedPlatform, Someone, custom_texts, platform, work
from tests.support.people import CLERK, answers
from tests.support.pictures import open_draft, vouchers_of


@pytest.fixture
async def wechat(house: House, rasa: FakeRasa) -> AsyncIterator[CheckedPlatform]:
    async with platform(house) as made:
        yield made


async def test_a_voice_is_what_was_recognised_and_without_that_one_is_asked_to_type(someone: Someone, rasa: FakeRasa) -> None:
    assert await someone.bring(MsgType="voice", MediaId="m", Format="amr", Recognition="我要落户。") == "回：我要落户。"
    assert "打字" in await someone.bring(MsgType="voice", MediaId="m", Format="amr", Recognition="")
    assert "打字" in await someone.bring(MsgType="voice", MediaId="m", Format="amr")
    assert rasa.texts == ["我要落户。"]


@pytest.mark.parametrize("kind", ["location", "link", "video", "shortvideo", "file", "hologram", "MINIPROGRAMPAGE"])
async def test_what_is_no_talk_is_answered_kindly_and_on_record(
    someone: Someone, house: House, rasa: FakeRasa, kind: str
) -> None:
    answer = await someone.bring(MsgType=kind, MediaId="m", Title="x", Label="x")
    assert answer and len(answer) < 60
    assert rasa.seen == []
    async with house.db.reading() as session:
        assert [row.kind for row in await repository.received(session, someone.index)] == [kind.lower()]


async def test_the_accounts_menu_says_what_its_entry_is_called_and_a_page_of_it_nothing(
    someone: Someone, rasa: FakeRasa
) -> None:
    assert await someone.event("CLICK", "进度") == "回：进度"
    assert await someone.event("VIEW", "http://127.0.0.1/") == ""
    assert await someone.event("LOCATION") == ""
    assert await someone.event("TEMPLATESENDJOBFINISH") == ""
    assert rasa.texts == ["进度"]


async def conversation_of(someone: Someone) -> str:
    async with someone.house.db.reading() as session:
        found = await conversations.conversation_of(session, "wechat", someone.index)
    assert found is not None
    return found.id


async def filed(someone: Someone) -> Application:
    """An application that was filed in this veteran's conversation."""
    conversation = await conversation_of(someone)
    done = await applications.submit(someone.house, "d_wechat", conversation, answers(), SOURCE_LANGUAGE)
    return done.application


async def test_a_picture_of_a_paper_is_asked_about_fetched_and_kept(
    someone: Someone, house: House, rasa: FakeRasa
) -> None:  # notice 三(二)
    await someone.type("你好")
    await open_draft(house, await conversation_of(someone))
    asked = await someone.send_picture(files.photograph())
    assert asked.startswith("照片收到了。这是哪一份材料？") and "\n1. " in asked
    assert "正在收" in await someone.type("1")
    await work(house)
    (voucher,) = await vouchers_of(house)
    assert (voucher.material, voucher.pages, voucher.state) == (1, 1, "uploaded")
    assert custom_texts(someone)[-1].startswith("照片收下了")
    # Rasa saw nothing of it, and a number means the talk's own question again.
    assert rasa.texts == ["你好"]
    await someone.type("1")
    assert rasa.texts == ["你好", "1"]


async def test_a_choice_of_paper_delivered_twice_keeps_one_picture(someone: Someone, house: House) -> None:
    await someone.type("你好")
    await open_draft(house, await conversation_of(someone))
    await someone.send_picture(files.photograph())
    for _ in range(2):
        assert "正在收" in await someone.type("2", MsgId="55")
    await work(house)
    assert len(await vouchers_of(house)) == 1


async def test_where_one_paper_is_asked_for_a_picture_is_of_that_one(someone: Someone, house: House) -> None:
    await someone.type("你好")
    application = await filed(someone)
    await applications.record_archive(house, application.number, CLERK)
    await applications.request_correction(house, application.number, CLERK, [("4", "看不清")])
    assert await someone.send_picture(files.photograph()) == ""
    await work(house)
    assert [voucher.material for voucher in await vouchers_of(house)] == [4]


async def test_a_picture_that_nobody_wants_is_not_fetched(someone: Someone, house: House, wechat: CheckedPlatform) -> None:
    assert "同意" in await someone.send_picture(files.photograph())
    await work(house)
    assert wechat.tokens == [] and not await vouchers_of(house)


BAD = [
    ("a picture that is none", b"\xff\xd8\xff" + bytes(500), "打不开"),
    ("a truncated picture", files.photograph()[:2000], "打不开"),
    ("a page of the web", b"<script>alert(1)</script>", "不是照片"),
    ("too much", files.photograph() + bytes(MOST_BYTES), "最多"),
]


async def test_a_picture_that_is_none_is_refused_with_the_reason(
    someone: Someone, house: House, wechat: CheckedPlatform
) -> None:
    await someone.type("你好")
    await open_draft(house, await conversation_of(someone))
    for what, content, reason in BAD:
        await someone.send_picture(content)
        await someone.type("1")
        await work(house)
        assert reason in custom_texts(someone)[-1], what
    await someone.send_picture(files.photograph())
    wechat.media.clear()
    await someone.type("1")
    await work(house)
    assert "没取到" in custom_texts(someone)[-1]
    assert not await vouchers_of(house)


async def test_while_wechat_is_busy_a_picture_waits(someone: Someone, house: House, wechat: CheckedPlatform) -> None:
    await someone.type("你好")
    await open_draft(house, await conversation_of(someone))
    await someone.send_picture(files.photograph())
    await someone.type("1")
    wechat.codes["media"] = [-1]
    await work(house)
    assert not await vouchers_of(house)
    with time_machine.travel(now() + timedelta(seconds=30), tick=True):
        await work(house)
    assert len(await vouchers_of(house)) == 1


async def test_a_notice_to_who_applied_on_wechat_goes_there_and_not_by_sms(
    someone: Someone, house: House, wechat: CheckedPlatform
) -> None:
    await someone.type("你好")
    application = await filed(someone)
    mobile = sms.mobile_index(application.answers["mobile"])
    async with house.db.reading() as session:
        before = len(await sms_texts.of_mobile(session, mobile, 0, 9))
    await applications.record_archive(house, application.number, CLERK)
    await applications.accept(house, application.number, CLERK)
    await work(house)
    assert "审核通过了" in custom_texts(someone)[-1]
    async with house.db.reading() as session:
        assert len(await sms_texts.of_mobile(session, mobile, 0, 9)) == before
        told = {
            row.channel: row.state for row in await notices.of_application(session, application.id) if row.event == "accepted"
        }
    assert told == {"chat": "said", "sms": "by_wechat"}


async def test_who_unsubscribed_is_told_by_sms(someone: Someone, house: House) -> None:
    await someone.type("你好")
    application = await filed(someone)
    await someone.event("unsubscribe")
    await applications.record_archive(house, application.number, CLERK)
    await applications.reject(house, application.number, CLERK, "示例")
    mobile = sms.mobile_index(application.answers["mobile"])
    async with house.db.reading() as session:
        assert any("示例" in text.text for text in await sms_texts.of_mobile(session, mobile, 0, 9))
    await work(house)
    assert someone.custom == []
