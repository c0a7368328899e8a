"""Twilio's webhooks and the demonstration's handset, over real HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from twilio.request_validator import RequestValidator

from backend.channels.sms import repository, service
from backend.channels.sms.outcome import Sent
from backend.channels.sms.outgoing import Outgoing
from backend.house import House
from backend.outbox import service as outbox
from backend.settings import TwilioSettings
from tests.support.fake_rasa import FakeRasa
from tests.support.hub_server import serve

TOKEN = "twilio-auth-token"
PUBLIC = "https://guitu.example"
INCOMING, STATUS = "/webhooks/sms/twilio", "/webhooks/sms/twilio/status"
MOBILE = "13800138001"
FORM = {"From": f"+86{MOBILE}", "To": "+15005550006", "Body": "进度", "MessageSid": "SM1", "NumMedia": "0", "Empty": ""}


class Accepting:
    """A provider that takes everything."""

    async def send(self, sms: Outgoing) -> Sent:
        return Sent(f"SM-{sms.key}", "sent")


@pytest.fixture
async def rasa(house: House) -> AsyncIterator[FakeRasa]:
    fake = FakeRasa()
    await fake.start()
    twilio = TwilioSettings("AC1", TOKEN, "+15005550006")
    house.settings = replace(house.settings, rasa_url=fake.url, twilio=twilio, public_url=PUBLIC)
    house.sms = Accepting()
    yield fake
    await fake.stop()


@pytest.fixture
async def client(house: House, rasa: FakeRasa) -> AsyncIterator[httpx.AsyncClient]:
    async with serve(house) as base, httpx.AsyncClient(base_url=base, timeout=10, trust_env=False) as client:
        yield client


async def post(client: httpx.AsyncClient, path: str, form: dict[str, str], signature: str | None = None) -> httpx.Response:
    signed = RequestValidator(TOKEN).compute_signature(PUBLIC + path, form) if signature is None else signature
    return await client.post(path, data=form, headers={"x-twilio-signature": signed})


async def texts(house: House, mobile: str, count: int) -> list[Any]:
    """The texts of a mobile, once there are so many."""
    async with asyncio.timeout(10):
        while True:
            async with house.db.reading() as session:
                found = await repository.of_mobile(session, service.mobile_index(mobile), 0, 100)
            if len(found) >= count:
                return list(found)
            await asyncio.sleep(0.02)


async def test_a_text_is_acknowledged_empty_and_answered_by_a_text(house: House, client: httpx.AsyncClient) -> None:
    answer = await post(client, INCOMING, FORM)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    assert answer.text == '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
    found = await texts(house, MOBILE, 2)
    assert [(text.direction, text.text) for text in found] == [("in", "进度"), ("out", "回：进度")]


async def test_a_text_delivered_twice_is_answered_once(house: House, client: httpx.AsyncClient, rasa: FakeRasa) -> None:
    for _ in range(3):
        assert (await post(client, INCOMING, FORM)).status_code == 200
    await texts(house, MOBILE, 2)
    assert rasa.texts == ["进度"]


async def test_however_many_come_at_once_each_is_kept_and_acknowledged(house: House, client: httpx.AsyncClient) -> None:
    many, sender = 14, "13800138014"
    for number in range(many):
        form = {**FORM, "From": f"+86{sender}", "MessageSid": f"SM-many-{number}", "Body": f"第{number}条"}
        assert (await post(client, INCOMING, form)).status_code == 200
    kept = [text.text for text in await texts(house, sender, many) if text.direction == "in"]
    assert kept == [f"第{number}条" for number in range(many)]


async def test_a_receipt_moves_a_text_forward(house: House, client: httpx.AsyncClient) -> None:
    await post(client, INCOMING, FORM)
    seq = (await texts(house, MOBILE, 2))[1].seq
    await outbox.deliver_due(house, {service.TOPIC: service.deliver})
    for status in ("delivered", "sent", "queued"):
        answer = await post(client, f"{STATUS}?sms={seq}", {"MessageSid": f"SM-{seq}", "MessageStatus": status})
        assert answer.status_code == 204
    assert (await texts(house, MOBILE, 2))[1].state == "delivered"


async def test_a_receipt_of_no_text_of_ours_is_acknowledged(client: httpx.AsyncClient) -> None:
    answer = await post(client, f"{STATUS}?sms=abc", {"MessageSid": "SM9", "MessageStatus": "delivered"})
    assert answer.status_code == 204


async def test_a_forged_request_is_refused(client: httpx.AsyncClient, rasa: FakeRasa) -> None:
    for signature in (b"", b"forged", "签名".encode()):
        for path in (INCOMING, STATUS):
            answer = await client.post(path, data=FORM, headers={b"x-twilio-signature": signature})
            assert answer.status_code == 401
    assert (await client.post(INCOMING, data=FORM)).status_code == 401
    assert rasa.seen == []


async def test_a_body_that_was_changed_on_the_way_is_refused(client: httpx.AsyncClient) -> None:
    signature = RequestValidator(TOKEN).compute_signature(PUBLIC + INCOMING, FORM)
    assert (await post(client, INCOMING, {**FORM, "Body": "退订"}, signature)).status_code == 401


async def test_a_malformed_text_is_refused_and_an_unreadable_one_answered(client: httpx.AsyncClient) -> None:
    cases: list[tuple[dict[str, str], int]] = [
        ({}, 400),
        ({"From": "+8613800138002"}, 400),
        ({"From": "nobody", "MessageSid": "SM2", "Body": "x"}, 400),
        ({"From": "+8613800138002", "MessageSid": "S" * 65, "Body": "x"}, 400),
        ({"From": "+8613800138002", "MessageSid": "SM2"}, 200),
        ({"From": "+8613800138002", "MessageSid": "SM2", "Body": ""}, 200),
        ({"From": "+8613800138002", "MessageSid": "SM2", "Body": "长" * 5000}, 200),
    ]
    for form, status in cases:
        assert (await post(client, INCOMING, form)).status_code == status, form


async def test_a_form_that_is_no_text_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post(INCOMING, content=b"\xff\xfe=%ff", headers={"x-twilio-signature": "x"})
    assert answer.status_code == 400


async def test_without_twilio_there_is_no_webhook(house: House, client: httpx.AsyncClient) -> None:
    house.settings = replace(house.settings, twilio=None)
    assert (await post(client, INCOMING, FORM)).status_code == 404


async def test_the_handset_sends_a_text_and_shows_the_answer(house: House, client: httpx.AsyncClient) -> None:
    number = "13800138003"
    for _ in range(2):
        sent = await client.post("/demo/phone/messages", json={"number": number, "text": "进度", "key": "p1"})
        assert sent.status_code == 202
    await texts(house, number, 2)
    answer = await client.get("/demo/phone/messages", params={"number": number})
    shown = answer.json()["messages"]
    assert [(each["direction"], each["text"], each["segments"]) for each in shown] == [
        ("in", "进度", 1),
        ("out", "回：进度", 1),
    ]
    assert shown[0]["at"].endswith("+08:00")
    later = await client.get("/demo/phone/messages", params={"number": number, "after": shown[0]["seq"]})
    assert [each["direction"] for each in later.json()["messages"]] == ["out"]
    assert (await client.get("/demo/phone/numbers")).json() == {"numbers": [number]}


async def test_the_handset_is_a_page_with_its_files(client: httpx.AsyncClient) -> None:
    page = await client.get("/demo/phone")
    assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
    for path in ("/static/phone/phone.js", "/static/phone/phone.css", "/static/chat/dom.js"):
        assert f'"{path}"' in page.text or path.endswith("dom.js")
        assert (await client.get(path)).status_code == 200


async def test_the_handset_refuses_what_does_not_fit(client: httpx.AsyncClient) -> None:
    for body in ({"number": "123", "text": "x", "key": "k"}, {"number": "13800138004", "key": "k"}, {}):
        assert (await client.post("/demo/phone/messages", json=body)).status_code == 400, body
    assert (await client.get("/demo/phone/messages", params={"number": "123"})).status_code == 400
