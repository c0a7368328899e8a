"""Twilio gets what its Messages API asks for, each of its answers is read right, and its signatures are its own library's."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from backend.channels.sms.outcome import NotSent, Sent
from backend.channels.sms.outgoing import Outgoing
from backend.channels.sms.twilio import TwilioProvider
from backend.security.signatures import is_from_twilio, twilio_signature
from backend.settings import TwilioSettings

ACCOUNT = TwilioSettings("AC1", "secret", "+15005550006")
URL = "https://example.org/webhooks/sms/twilio?x=1"


def provider(answer: Callable[[httpx.Request], httpx.Response], account: TwilioSettings = ACCOUNT) -> TwilioProvider:
    return TwilioProvider(account, "https://example.org", httpx.AsyncClient(transport=httpx.MockTransport(answer), timeout=30))


async def test_a_text_is_posted_as_twilio_asks() -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(201, json={"sid": "SM1", "status": "queued"})

    assert await provider(answer).send(Outgoing("13800138000", "你好", "7")) == Sent("SM1", "sent")
    (request,) = requests
    assert str(request.url) == "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json"
    assert request.headers["authorization"].startswith("Basic ")
    assert parse_qs(request.content.decode()) == {
        "To": ["+8613800138000"],
        "From": ["+15005550006"],
        "Body": ["你好"],
        "StatusCallback": ["https://example.org/webhooks/sms/twilio/status?sms=7"],
    }


async def test_a_messaging_service_sends_under_its_own_name() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert parse_qs(request.content.decode())["MessagingServiceSid"] == ["MG1"]
        return httpx.Response(201, json={"sid": "SM1"})

    await provider(answer, TwilioSettings("AC1", "secret", "MG1")).send(Outgoing("+15005550001", "hi", "7"))


@pytest.mark.parametrize(
    ("answer", "state", "error"),
    [
        (httpx.Response(400, json={"code": 21211}), "failed", "21211"),
        (httpx.Response(401, text="no json"), "failed", "http 401"),
        (httpx.Response(201, text="no json"), "unknown", "http 201"),
        (httpx.Response(500), "unknown", "http 500"),
        (httpx.Response(503), "unknown", "http 503"),
    ],
)
async def test_each_answer_is_read(answer: httpx.Response, state: str, error: str) -> None:
    sent = await provider(lambda _request: answer).send(Outgoing("13800138000", "你好", "7"))
    assert (sent.state, sent.error) == (state, error)


@pytest.mark.parametrize("error", [httpx.ReadTimeout, httpx.WriteTimeout, httpx.RemoteProtocolError, httpx.ReadError])
async def test_what_may_have_arrived_is_not_sent_again(error: type[httpx.TransportError]) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error("x", request=request)

    assert (await provider(answer).send(Outgoing("13800138000", "你好", "7"))).state == "unknown"


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ConnectTimeout])
async def test_what_cannot_have_left_may_be_tried_again(error: type[httpx.TransportError]) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error("x", request=request)

    with pytest.raises(NotSent):
        await provider(answer).send(Outgoing("13800138000", "你好", "7"))


async def test_too_many_at_once_is_tried_again() -> None:
    with pytest.raises(NotSent):
        await provider(lambda _request: httpx.Response(429)).send(Outgoing("13800138000", "你好", "7"))


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.lists(st.text(max_size=8), min_size=1, max_size=3), max_size=5))
def test_our_signature_is_the_one_of_twilios_own_library(form: dict[str, list[str]]) -> None:
    pairs = MultiDict([(name, value) for name, values in form.items() for value in values])
    assert twilio_signature("secret", URL, form) == RequestValidator("secret").compute_signature(URL, pairs)


def test_a_signature_of_anything_else_is_refused() -> None:
    form = {"From": ["+8613800138000"], "Body": ["进度"]}
    good = RequestValidator("secret").compute_signature(URL, {"From": "+8613800138000", "Body": "进度"})
    assert is_from_twilio("secret", URL, form, good)
    assert not is_from_twilio("other", URL, form, good)
    assert not is_from_twilio("secret", URL.replace("x=1", "x=2"), form, good)
    assert not is_from_twilio("secret", URL, {**form, "Body": ["退订"]}, good)
    assert not is_from_twilio("secret", URL, form, "")
    assert not is_from_twilio("secret", URL, form, "签名\ud800")
