"""Forged, replayed, truncated, oversized and mis-encoded messages of WeChat's form: refused or answered kindly, never a 500."""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from backend.channels.wechat import crypto
from backend.channels.wechat.api import WeChatApi
from backend.channels.wechat.parsing import NotRead, passive_reply, read
from backend.house import House
from tests.support.fake_rasa import FakeRasa
from tests.support.fake_wechat import APPID, ENCODED, TOKEN, CheckedPlatform, settings
from tests.support.hub_server import serve

PATH = "/webhooks/wechat"
MESSAGE = (
    b"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><FromUserName><![CDATA[o-bad]]></FromUserName>"
    b"<CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[hello]]></Content>"
    b"<MsgId>%d</MsgId></xml>"
)
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><xml><Content>&c;</Content></xml>'
)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Content>&a;</Content></xml>'


@pytest.fixture
async def client(house: House, rasa: FakeRasa) -> AsyncIterator[httpx.AsyncClient]:
    house.wechat = WeChatApi(settings(), house.http)
    async with serve(house) as base, httpx.AsyncClient(base_url=base, timeout=10, trust_env=False) as client:
        yield client


def sealed(xml: bytes, timestamp: str = "", key: bytes = bytes(range(32)), appid: str = APPID) -> tuple[dict[str, str], bytes]:
    """A message as WeChat would post it, whatever it holds."""
    timestamp, nonce = timestamp or str(int(time.time())), secrets.token_hex(5)
    encrypted = crypto.seal(key, appid, xml)
    query = {
        "timestamp": timestamp,
        "nonce": nonce,
        "signature": crypto.signature(TOKEN, timestamp, nonce),
        "encrypt_type": "aes",
        "msg_signature": crypto.signature(TOKEN, timestamp, nonce, encrypted),
    }
    return query, f"<xml><ToUserName>gh_1</ToUserName><Encrypt>{encrypted}</Encrypt></xml>".encode()


async def post(client: httpx.AsyncClient, query: dict[str, str], body: bytes) -> httpx.Response:
    return await client.post(PATH, params=query, content=body)


def message() -> bytes:
    return MESSAGE % secrets.randbelow(10**9)


async def test_the_address_is_checked_by_its_signature(client: httpx.AsyncClient) -> None:
    query = {key: value for key, value in sealed(b"")[0].items() if key in ("timestamp", "nonce", "signature")}
    answer = await client.get(PATH, params={**query, "echostr": "5836127"})
    assert (answer.status_code, answer.text) == (200, "5836127")
    for wrong in ({"signature": "0" * 40}, {"nonce": "another"}, {"signature": ""}, {"timestamp": "1"}, {"timestamp": "x"}):
        assert (await client.get(PATH, params={**query, **wrong, "echostr": "1"})).status_code == 401, wrong
    assert (await client.get(PATH)).status_code == 401


async def test_an_encrypted_address_check_is_opened(client: httpx.AsyncClient) -> None:
    echo = crypto.seal(bytes(range(32)), APPID, b"5836127")
    timestamp, nonce = str(int(time.time())), "n"
    query = {"timestamp": timestamp, "nonce": nonce, "echostr": echo}
    signed = crypto.signature(TOKEN, timestamp, nonce, echo)
    assert (await client.get(PATH, params={**query, "msg_signature": signed})).text == "5836127"
    assert (await client.get(PATH, params={**query, "msg_signature": "0" * 40})).status_code == 401


async def test_what_is_forged_or_altered_is_refused(client: httpx.AsyncClient, rasa: FakeRasa) -> None:
    query, body = sealed(message())
    other, another = sealed(message())
    forged = [
        ({}, body),
        ({**query, "msg_signature": ""}, body),
        ({**query, "msg_signature": "签名"}, body),
        ({**query, "msg_signature": query["signature"]}, body),
        ({**query, "nonce": "x"}, body),
        (query, another),
        (other, body),
        sealed(message(), key=bytes(32)),
        sealed(message(), appid="wx-another"),
        # In clear, though encryption is set: nothing covers what it says.
        (query, message()),
    ]
    for case, content in forged:
        assert (await post(client, case, content)).status_code == 401, case
    assert rasa.seen == []


async def test_what_is_old_or_of_the_future_is_refused(client: httpx.AsyncClient, rasa: FakeRasa) -> None:
    for seconds in (-301, 301):
        assert (await post(client, *sealed(message(), str(int(time.time()) + seconds)))).status_code == 401
    assert rasa.seen == []


async def test_what_is_replayed_changes_nothing(client: httpx.AsyncClient, rasa: FakeRasa) -> None:
    query, body = sealed(message())
    for _ in range(3):
        assert (await post(client, query, body)).status_code == 200
    assert rasa.texts == ["hello"]


async def test_what_is_too_large_is_told_so(client: httpx.AsyncClient) -> None:
    query, _ = sealed(message())
    assert (await post(client, query, b"<xml>" + b"x" * 70_000 + b"</xml>")).status_code == 413
    assert (await post(client, *sealed(MESSAGE % 1 + b" " * 60_000))).status_code == 413


@pytest.mark.parametrize(
    "xml",
    [
        LAUGHS,
        OUTSIDE,
        b"",
        b"hello",
        b"<xml>",
        b"\xff\xfe<\x00x\x00m\x00l\x00/\x00>\x00",
        "<?xml version='1.0' encoding='gbk'?><xml><Content>退役</Content></xml>".encode("gbk"),
        b"<html/>",
        b"<xml></xml>",
        MESSAGE.replace(b"o-bad", b"") % 1,
        MESSAGE.replace(b"1700000000", b"soon") % 1,
        MESSAGE.replace(b"<CreateTime>", b"<MsgId>2</MsgId><CreateTime>") % 1,
        MESSAGE.replace(b"text]", "文字]".encode()) % 1,
        (MESSAGE % 1)[:-20],
        b"<xml>" * 5000,
    ],
    ids=range(15),
)
async def test_a_proved_message_that_cannot_be_read_is_refused_with_the_reason(
    client: httpx.AsyncClient, rasa: FakeRasa, xml: bytes
) -> None:
    answer = await post(client, *sealed(xml))
    assert (answer.status_code, answer.json()["error"]) == (400, "not_read"), answer.text
    query, _ = sealed(b"")
    assert (await post(client, query, xml)).status_code in (400, 401)
    assert rasa.seen == []


async def test_an_envelope_with_entities_is_never_expanded(client: httpx.AsyncClient) -> None:
    query, body = sealed(message())
    hidden = body.replace(b"<xml>", b'<!DOCTYPE xml [<!ENTITY e "x">]><xml>', 1)
    assert (await post(client, query, hidden)).status_code == 400


async def test_signs_that_no_person_types_are_answered_kindly(client: httpx.AsyncClient) -> None:
    for typed in ("", "  ", "\ufffd" * 40, "\u202e\u200b", "长" * 5000):
        xml = MESSAGE.replace(b"hello", typed.encode()) % secrets.randbelow(10**9)
        answer = await post(client, *sealed(xml))
        assert answer.status_code == 200, typed
        assert CheckedPlatform(settings()).open(answer.content), typed


async def test_without_an_account_there_is_no_endpoint(house: House, client: httpx.AsyncClient) -> None:
    house.wechat = None
    assert (await post(client, *sealed(message()))).status_code == 404
    assert (await client.get("/demo/wechat/")).status_code == 404


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(
    st.one_of(st.binary(max_size=400), st.text(max_size=300).map(lambda text: f"<xml>{text}</xml>".encode("utf-8", "replace")))
)
def test_whatever_is_posted_is_read_or_refused(body: bytes) -> None:
    try:
        came = read(body)
    except NotRead:
        return
    assert came.sender and came.kind


FIELDS = st.dictionaries(
    st.sampled_from(
        [
            "ToUserName",
            "FromUserName",
            "CreateTime",
            "MsgType",
            "Event",
            "EventKey",
            "MsgId",
            "Content",
            "MediaId",
            "bizmsgmenuid",
        ]
    ),
    st.one_of(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=40), st.just("text"), st.just("1")
    ),
)


@given(FIELDS)
def test_fields_of_any_content_are_read_or_refused(fields: dict[str, str]) -> None:
    from xml.sax.saxutils import escape

    body = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    try:
        came = read(f"<xml>{body}</xml>".encode())
    except NotRead:
        return
    assert len(came.key) <= 64 and len(came.name) <= 40 and len(came.menu) <= 64


@given(st.text(max_size=200))
def test_nothing_that_is_said_breaks_out_of_the_answer(said: str) -> None:
    import xmltodict

    answer = xmltodict.parse(passive_reply("o-1", "gh_1", 1, said + "]]><MsgType>x</MsgType>"))["xml"]
    assert answer["MsgType"] == "text"
    assert answer["Content"].endswith("]]><MsgType>x</MsgType>")


def test_the_key_of_the_tests_is_an_encoding_aes_key() -> None:
    assert base64.b64decode(f"{ENCODED}=") == bytes(range(32))
