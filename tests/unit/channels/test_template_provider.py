"""An SMS provider that sends approved templates only is one class, and what the outbox hands it is enough (decision 0010)."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from sanic import Request, json
from sanic.response import HTTPResponse

from backend.channels.sms import repository, service
from backend.channels.sms.incoming import receive_sms
from backend.channels.sms.provider import NO_TEMPLATE, NotSent, Outgoing, Sent
from backend.conversations import service as hub
from backend.edge.application import new_app
from backend.edge.serving import serve
from backend.house import House
from backend.outbox.service import deliver_due
from backend.takeover import unread
from tests.support.people import submitted

APPROVED = {("submitted", 1): "示例模板1"}


class ByTemplate:
    """A provider as a county would add it: its own number for each approved wording, parameters, and a signature."""

    def __init__(self, url: str, http: httpx.AsyncClient) -> None:
        self._url, self._http = url, http

    async def send(self, sms: Outgoing) -> Sent:
        made_from = sms.template
        code = APPROVED.get((made_from.id, made_from.version)) if made_from else None
        if made_from is None or code is None:
            return Sent(None, "failed", NO_TEMPLATE)
        body = {"to": sms.to, "template": code, "sign": made_from.signature, "params": dict(made_from.params), "ref": sms.key}
        try:
            answer = await self._http.post(f"{self._url}/send", json=body)
        except httpx.ConnectError as error:
            raise NotSent("not reached") from error
        return Sent(answer.json()["id"], "sent")


@dataclass
class Gateway:
    """The provider's side."""

    url: str = ""
    got: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    app, made = new_app(f"gateway-{secrets.token_hex(4)}"), Gateway()

    @app.post("/send")
    async def take(request: Request) -> HTTPResponse:
        made.got.append(request.json)
        return json({"id": f"g{len(made.got)}"})

    async with serve(app) as made.url:
        yield made


async def test_a_notice_reaches_a_provider_of_templates_with_all_it_needs(house: House, gateway: Gateway) -> None:
    house.sms = ByTemplate(gateway.url, house.http)
    application = await submitted(house, mobile="13800138000")
    while await deliver_due(house, {service.TOPIC: service.deliver}):
        pass
    (got,) = gateway.got
    assert (got["to"], got["template"], got["sign"]) == ("13800138000", "示例模板1", "鼓楼退役军人示例窗口")
    assert got["params"] == {"surname": "林", "number": application.number}


async def test_free_words_are_refused_by_it_and_kept_as_failed(house: House, gateway: Gateway) -> None:
    house.sms = ByTemplate(gateway.url, house.http)
    async with house.db.unit() as unit:
        seq = await service.queue_text(unit, "13800138000", "在办，请等一等。", "reply:1")
        await unit.commit()
    while await deliver_due(house, {service.TOPIC: service.deliver}):
        pass
    async with house.db.reading() as session:
        (row,) = await repository.of_mobile(session, service.mobile_index("13800138000"), 0, 10)
    assert (row.seq, row.state, row.error) == (seq, "failed", NO_TEMPLATE) and gateway.got == []


async def texting(house: House, mobile: str, key: str) -> str:
    """A conversation by SMS in which something was asked; its id."""
    conversation = await receive_sms(house, mobile, "户口簿丢了怎么办", key)
    assert conversation is not None
    return conversation


async def work(house: House) -> None:
    handlers = {service.TOPIC: service.deliver, service.NOT_TAKEN_TOPIC: unread.tell_by_template}
    while await deliver_due(house, handlers):
        pass


async def answer(house: House, conversation: str, text: str, key: str) -> None:
    async with house.db.unit() as unit:
        said = [{"text": text}]
        await hub.say(unit, conversation, said, author="staff", author_name="示例·陈", key=key, deliver=True)
        await unit.commit()


async def test_where_free_words_are_not_taken_a_template_says_once_that_an_answer_waits(
    house: House, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.sms = ByTemplate(gateway.url, house.http)
    monkeypatch.setitem(APPROVED, (unread.ANSWER_WAITS, 1), "示例模板2")
    application = await submitted(house, mobile="13800138000")
    await work(house)
    gateway.got.clear()
    conversation = await texting(house, "13800138000", "SM1")
    await answer(house, conversation, "先去派出所补办。" * 20, "k1")
    await answer(house, conversation, "再来窗口。", "k2")
    await work(house)
    (got,) = gateway.got
    assert (got["to"], got["template"], got["params"]) == ("13800138000", "示例模板2", {"surname": "林"})
    async with house.db.reading() as session:
        page = [each.body["text"] for each in await hub.transcript(session, application.conversation_id)]
    assert page.count("再来窗口。") == 1 and page.count("先去派出所补办。" * 20) == 1, "what waits is on the page"
    await texting(house, "13800138000", "SM2")
    await answer(house, conversation, "还要带身份证。", "k3")
    await work(house)
    assert len(gateway.got) == 2, "who has written again is told again"


async def test_of_a_mobile_that_is_nobody_s_no_template_speaks(house: House, gateway: Gateway) -> None:
    house.sms = ByTemplate(gateway.url, house.http)
    conversation = await texting(house, "13900139000", "SM1")
    await answer(house, conversation, "你好", "k1")
    await work(house)
    assert gateway.got == []
