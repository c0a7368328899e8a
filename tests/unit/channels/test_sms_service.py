"""Texts leave once, in order, after the commit; what comes in is answered by texts; stopping stops reminders only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from backend import clock
from backend.catalogue.entries import Notice
from backend.channels.sms import repository, service
from backend.channels.sms.incoming import normalise_mobile, receive_sms
from backend.channels.sms.outcome import NotSent, Sent
from backend.channels.sms.outgoing import Outgoing, Template
from backend.conversations import service as hub
from backend.errors import GuituError
from backend.house import House
from backend.locale.text import Text
from backend.outbox import service as outbox
from backend.outbox.service import Delivery, DeliveryFailed
from tests.support.fake_rasa import FakeRasa, says

MOBILE = "13800138000"
RESULT = Notice("done", "result", 1, "办好了", "【示例县】{name}：恢复户口已办好。", ("name",), "三(四)")
REMINDER = Notice("collect", "reminder", 1, "来取", "【示例县】{name}：请来取户口簿。", ("name",), "三(五)")
CHAT_ONLY = Notice("chat", "result", 1, "只在聊天里说", None, (), "")


@dataclass
class Recorder:
    """A provider that keeps what it is given and answers as told."""

    sent: list[tuple[str, str]] = field(default_factory=list)
    outcome: Any = None
    templates: list[Template | None] = field(default_factory=list)

    async def send(self, sms: Outgoing) -> Sent:
        self.sent.append((sms.to, sms.text))
        self.templates.append(sms.template)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome or Sent(f"P{sms.key}", "sent")


@pytest.fixture
def provider(house: House) -> Recorder:
    recorder = Recorder()
    house.sms = recorder
    house.catalogue = SimpleNamespace(notices={n.id: n for n in (RESULT, REMINDER, CHAT_ONLY)})  # type: ignore[assignment]
    return recorder


@pytest.fixture
async def rasa(house: House) -> AsyncIterator[FakeRasa]:
    fake = FakeRasa()
    await fake.start()
    house.settings = replace(house.settings, rasa_url=fake.url)
    yield fake
    await fake.stop()


async def queue(house: House, key: str = "k1", template: str = "done", **params: str) -> int | None:
    async with house.db.unit() as unit:
        seq = await service.queue(unit, house, MOBILE, template, params or {"name": "林同志"}, key)
        await unit.commit()
    return seq


async def deliver_all(house: House) -> None:
    while await outbox.deliver_due(house, {service.TOPIC: service.deliver}):
        pass


async def states(house: House) -> list[str]:
    async with house.db.reading() as session:
        rows = await repository.of_mobile(session, service.mobile_index(MOBILE), 0, 100)
    return [row.state for row in rows]


def delivery(seq: int | None) -> Delivery:
    return Delivery("k", {"sms": seq}, 0, clock.now())


async def test_a_notice_leaves_once_whatever_is_queued_twice(house: House, provider: Recorder) -> None:
    assert await queue(house) is not None
    assert await queue(house) is None
    await deliver_all(house)
    assert provider.sent == [(MOBILE, "【示例县】林同志：恢复户口已办好。")]
    assert await states(house) == ["sent"]


async def test_a_provider_of_templates_gets_what_the_text_was_made_from(house: House, provider: Recorder) -> None:
    signed = Notice("signed", "result", 3, "办好了", "【{window}】{name}：{matter}已办好。", ("window", "name", "matter"), "")
    house.catalogue.notices["signed"] = signed  # type: ignore[index]
    matter: Any = Text("恢复户口")
    await queue(house, template="signed", window="示例县窗口", name="林", matter=matter, besides="not a place of the SMS")
    await deliver_all(house)
    assert provider.templates == [Template("signed", 3, {"name": "林", "matter": "恢复户口"}, "示例县窗口", "zh_Hans_CN")]
    assert provider.sent == [(MOBILE, "【示例县窗口】林：恢复户口已办好。")]


async def test_a_notice_without_sms_text_sends_none(house: House, provider: Recorder) -> None:
    assert await queue(house, template="chat") is None


async def test_neither_mobile_nor_text_lies_in_clear(house: House, provider: Recorder) -> None:
    await queue(house)
    async with house.db.reading() as session:
        rows = str((await session.execute(text("SELECT * FROM sms_messages"))).all())
        rows += str((await session.execute(text("SELECT * FROM outbox"))).all())
    assert MOBILE not in rows and "户口" not in rows and "林同志" not in rows


async def test_a_row_delivered_twice_is_sent_once(house: House, provider: Recorder) -> None:
    seq = await queue(house)
    await service.deliver(house, delivery(seq))
    await service.deliver(house, delivery(seq))
    assert len(provider.sent) == 1


async def test_texts_to_one_mobile_leave_in_their_order_whichever_is_taken_first(house: House, provider: Recorder) -> None:
    seqs = [await queue(house, f"k{number}", name=str(number)) for number in range(4)]
    await asyncio.gather(*(service.deliver(house, delivery(seq)) for seq in reversed(seqs)))
    assert [sent[1] for sent in provider.sent] == [f"【示例县】{number}：恢复户口已办好。" for number in range(4)]


async def test_what_could_not_leave_is_tried_again(house: House, provider: Recorder) -> None:
    seq = await queue(house)
    provider.outcome = NotSent("refused")
    with pytest.raises(DeliveryFailed):
        await service.deliver(house, delivery(seq))
    assert await states(house) == ["queued"]
    provider.outcome = None
    await service.deliver(house, delivery(seq))
    assert await states(house) == ["sent"]


async def test_an_unclear_outcome_is_flagged_and_never_sent_again(house: House, provider: Recorder) -> None:
    seq = await queue(house)
    provider.outcome = Sent(None, "unknown", "ReadTimeout")
    for _ in range(2):
        await service.deliver(house, delivery(seq))
    assert len(provider.sent) == 1
    assert await states(house) == ["unknown"]


async def test_a_worker_that_died_while_sending_leaves_unknown(house: House, provider: Recorder) -> None:
    seq = await queue(house)
    assert seq is not None
    async with house.db.unit() as unit:
        assert await repository.take(unit.session, seq, clock.now())
        await unit.commit()
    await service.deliver(house, delivery(seq))
    assert provider.sent == []
    assert await states(house) == ["unknown"]


async def test_receipts_go_forward_only(house: House, provider: Recorder) -> None:
    seq = await queue(house)
    await service.deliver(house, delivery(seq))
    for reported, expected in (("delivered", "delivered"), ("sent", "delivered"), ("failed", "delivered")):
        assert await service.note_receipt(house, f"P{seq}", reported)
        assert await states(house) == [expected]
    assert not await service.note_receipt(house, "P999", "delivered")


async def test_a_receipt_settles_an_unclear_attempt(house: House, provider: Recorder) -> None:
    seq = await queue(house)
    provider.outcome = Sent(None, "unknown", "ReadTimeout")
    await service.deliver(house, delivery(seq))
    assert await service.note_receipt(house, "SM1", "delivered", seq)
    assert await states(house) == ["delivered"]


async def test_a_text_is_answered_by_a_text(house: House, provider: Recorder, rasa: FakeRasa) -> None:
    rasa.answering = lambda body: says("9项里办好5项。", "还有4项。")
    conversation = await receive_sms(house, f"+86{MOBILE}", "进度", "twilio:SM1")
    assert conversation is not None
    assert await hub.handle_pending(house, conversation) == 1
    await deliver_all(house)
    assert provider.sent == [(MOBILE, "9项里办好5项。"), (MOBILE, "还有4项。")]
    async with house.db.reading() as session:
        assert await hub.mobile_of(session, conversation) == MOBILE


async def test_the_same_text_twice_is_handled_once(house: House, provider: Recorder, rasa: FakeRasa) -> None:
    conversations = {await receive_sms(house, MOBILE, "进度", "twilio:SM1") for _ in range(3)}
    (conversation,) = conversations
    assert conversation is not None
    assert await hub.handle_pending(house, conversation) == 1
    assert len(await states(house)) == 2


async def test_a_menu_is_answered_by_its_number(house: House, provider: Recorder, rasa: FakeRasa) -> None:
    choices = [
        {"id": "1", "label": "自取", "intent": "choose", "value": "d=collect"},
        {"id": "2", "label": "邮寄", "intent": "choose", "value": "d=mail"},
    ]
    rasa.answering = lambda _body: (
        200,
        {"messages": [{"custom": {"text": "自取还是邮寄？", "choices": choices, "several": False}}]},
    )
    conversation = await receive_sms(house, MOBILE, "你好", "SM1")
    assert conversation is not None
    await hub.handle_pending(house, conversation)
    await receive_sms(house, MOBILE, "2", "SM2")
    await hub.handle_pending(house, conversation)
    assert rasa.texts == ["你好", '/choose{"value": "d=mail"}']
    # A number that is on no menu is only a text.
    await receive_sms(house, MOBILE, "7", "SM3")
    await hub.handle_pending(house, conversation)
    assert rasa.texts[-1] == "7"


@pytest.mark.parametrize("word", ["退订", "TD", "ｔｄ", "退订。", "stop"])
async def test_stopping_stops_reminders_and_never_results(house: House, provider: Recorder, rasa: FakeRasa, word: str) -> None:
    assert await receive_sms(house, MOBILE, word, "SM1") is None
    assert await queue(house, "r1", "collect") is None
    assert await queue(house, "d1", "done") is not None
    assert await receive_sms(house, MOBILE, "订阅", "SM2") is None
    assert await queue(house, "r2", "collect") is not None
    await deliver_all(house)
    assert "办理结果还会通知你" in provider.sent[0][1]
    assert rasa.seen == []


@pytest.mark.parametrize("sent", ["", "\x00\x01\x02", "长" * 2001, "\ud800"])
async def test_a_text_that_cannot_be_read_is_answered_kindly(
    house: House, provider: Recorder, rasa: FakeRasa, sent: str
) -> None:
    assert await receive_sms(house, MOBILE, sent, "SM1") is None
    await deliver_all(house)
    assert len(provider.sent) == 1


async def test_clearing_a_conversation_clears_its_texts(house: House, provider: Recorder, rasa: FakeRasa) -> None:
    conversation = await receive_sms(house, MOBILE, "我是林某", "SM1")
    assert conversation is not None
    async with house.db.unit() as unit:
        await hub.clear_now(unit, conversation)
        await unit.commit()
    assert await states(house) == []


@pytest.mark.parametrize(
    ("given", "mobile"),
    [("+8613800138000", MOBILE), ("8613800138000", MOBILE), ("138 0013 8000", MOBILE), ("+15005550006", "+15005550006")],
)
def test_a_mobile_is_known_however_it_is_written(given: str, mobile: str) -> None:
    assert normalise_mobile(given) == mobile


@pytest.mark.parametrize("given", ["", "abc", "12345", "10690000", "+1; drop"])
def test_what_is_no_mobile_is_refused(given: str) -> None:
    with pytest.raises(GuituError):
        normalise_mobile(given)
