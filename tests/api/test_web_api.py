"""The chat's API over real HTTP: what a page relies on, and what a page or a stranger may get wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from backend.channels.web import endpoints
from backend.house import House
from backend.security.rate_limits import RateLimit
from tests.support.fake_rasa import FakeRasa
from tests.support.hub_server import serve

CHOICES = {
    "text": "自取还是邮寄？",
    "choices": [
        {"id": "1", "label": "自取", "intent": "choose", "value": "booklet_delivery=collect"},
        {"id": "2", "label": "邮寄", "intent": "choose", "value": "booklet_delivery=mail"},
    ],
    "several": False,
}
PATIENCE = 10.0


@pytest.fixture
async def base(house: House, rasa: FakeRasa) -> AsyncIterator[str]:
    async with serve(house) as url:
        yield url


@asynccontextmanager
async def visitor(base: str) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of its own."""
    async with httpx.AsyncClient(base_url=base, timeout=PATIENCE, trust_env=False) as client:
        yield client


@pytest.fixture
async def page(base: str) -> AsyncIterator[httpx.AsyncClient]:
    """A page whose conversation is open."""
    async with visitor(base) as client:
        answer = await client.post("/api/chat", json={"language": "zh_Hans_CN"})
        assert answer.status_code == 201
        yield client


async def send(page: httpx.AsyncClient, key: str = "k1", **what: Any) -> httpx.Response:
    return await page.post("/api/chat/messages", json={"key": key, **what})


async def messages(page: httpx.AsyncClient, after: int = 0, wait: int = 0) -> list[dict[str, Any]]:
    answer = await page.get("/api/chat/messages", params={"after": after, "wait": wait})
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json()["messages"]
    return found


async def until_answered(page: httpx.AsyncClient, after: int) -> list[dict[str, Any]]:
    """What follows a seq, once something other than the veteran's own came."""
    while True:
        found = [message for message in await messages(page, after, wait=5) if message["author"] != "veteran"]
        if found:
            return found


class Events:
    """The events of a stream, one after the other."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()

    async def next(self) -> tuple[str, dict[str, Any], str | None]:
        """Name, data and id of the next event."""
        name, data, seq = "", {}, None
        async with asyncio.timeout(PATIENCE):
            async for line in self._lines:
                field, _, value = line.partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    data = json.loads(value)
                elif field == "id":
                    seq = value
                elif not line and name:
                    return name, data, seq
        raise AssertionError("the stream ended")

    async def until(self, name: str) -> dict[str, Any]:
        """The data of the next event of a name."""
        while True:
            found, data, _ = await self.next()
            if found == name:
                return data


@asynccontextmanager
async def events(page: httpx.AsyncClient, **how: Any) -> AsyncIterator[Events]:
    async with page.stream("GET", "/api/chat/events", **how) as response:
        assert response.status_code == 200
        assert response.headers["content-type"].startswith("text/event-stream")
        yield Events(response)


async def test_a_first_visit_is_greeted_and_kept_by_a_cookie(base: str) -> None:
    async with visitor(base) as client:
        first = await client.post("/api/chat", json={"language": "zh_Hans_CN"})
        cookie = first.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
        again = await client.post("/api/chat", json={"language": "en"})
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json() == {"conversation": first.json()["conversation"], "language": "zh_Hans_CN"}
        (greeting,) = await messages(client)
        assert greeting["author"] == "bot" and "程序，不是真人" in greeting["body"]["text"]
        assert greeting["at"].endswith("+08:00")
        assert greeting["body"]["choices"][0]["label"] == "同意，开始"


async def test_a_message_is_acknowledged_and_then_answered(page: httpx.AsyncClient) -> None:
    answer = await send(page, text="你好")
    assert answer.status_code == 202
    (bot,) = await until_answered(page, answer.json()["seq"])
    assert bot["body"] == {"text": "回：你好"}
    veteran = next(message for message in await messages(page) if message["author"] == "veteran")
    assert veteran["state"] == "answered"


async def test_the_same_key_again_is_the_same_message(page: httpx.AsyncClient, rasa: FakeRasa) -> None:
    answers = await asyncio.gather(*(send(page, text="你好") for _ in range(4)))
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["seq"] for answer in answers}) == 1
    await until_answered(page, answers[0].json()["seq"])
    assert rasa.texts == ["你好"]


async def test_a_press_is_accepted_when_offered_and_refused_otherwise(page: httpx.AsyncClient, rasa: FakeRasa) -> None:
    rasa.answering = lambda _body: (200, {"messages": [{"custom": CHOICES}]})
    asked = await send(page, text="户口簿")
    (offer,) = await until_answered(page, asked.json()["seq"])
    pressed = await send(page, "k2", press={"message": offer["seq"], "choices": ["2"]})
    assert pressed.status_code == 202
    await until_answered(page, pressed.json()["seq"])
    assert rasa.texts[1] == '/choose{"value": "booklet_delivery=mail"}'
    for number, press in enumerate(({"message": offer["seq"], "choices": ["3"]}, {"message": 999999, "choices": ["1"]})):
        refused = await send(page, f"x{number}", press=press)
        assert refused.status_code == 400 and refused.json()["error"] == "not_offered"


MISFITS: list[tuple[str | bytes, str, int, str]] = [
    ('{"key":"k","text":"x"}', "text/plain", 415, "content_type"),
    ('{"key":"k","text":"x"}', "", 415, "content_type"),
    ("{", "application/json", 400, "not_json"),
    (b"\xff\xfe", "application/json", 400, "not_json"),
    ("[" * 20_000, "application/json", 400, "not_json"),
    ("[]", "application/json", 400, "invalid"),
    ("null", "application/json", 400, "invalid"),
    ('{"key":"k"}', "application/json", 400, "invalid"),
    ('{"key":"k","text":"x","more":1}', "application/json", 400, "invalid"),
    ('{"key":"k","text":5}', "application/json", 400, "invalid"),
    ('{"key":"","text":"x"}', "application/json", 400, "invalid"),
    ('{"key":"k\\u0000","text":"x"}', "application/json", 400, "invalid"),
    ('{"key":"' + "k" * 65 + '","text":"x"}', "application/json", 400, "invalid"),
    ('{"key":"k","text":"x","press":{"message":1,"choices":["1"]}}', "application/json", 400, "invalid"),
    ('{"key":"k","press":{"message":1,"choices":[]}}', "application/json", 400, "invalid"),
    ('{"key":"k","press":{"message":99999999999999999999999,"choices":["1"]}}', "application/json", 400, "invalid"),
    ('{"key":"k","text":""}', "application/json", 400, "empty"),
    ('{"key":"k","text":"\\u0000\\u0001"}', "application/json", 400, "binary"),
    ('{"key":"k","text":"' + "x" * 2001 + '"}', "application/json", 413, "too_long"),
    ('{"key":"k","text":"' + "x" * 70_000 + '"}', "application/json", 413, "too_large"),
]


async def test_what_does_not_fit_is_refused_with_a_reason(page: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "SENDING", RateLimit(burst=100, per_second=1))
    for content, kind, status, error in MISFITS:
        answer = await page.post("/api/chat/messages", content=content, headers={"content-type": kind})
        assert (answer.status_code, answer.json()["error"]) == (status, error), content[:80]
        assert answer.json()["message"]
    assert len(await messages(page)) == 1, "nothing but the greeting"


async def test_whatever_a_person_types_is_kept_and_answered(page: httpx.AsyncClient) -> None:
    typed = ["👍", "\ud83d半个", "/restart", "／restart", "' OR 1=1 --", "<script>alert(1)</script>", "x" * 2000]
    for number, text in enumerate(typed):
        raw = json.dumps({"key": f"k{number}", "text": text})
        answer = await page.post("/api/chat/messages", content=raw, headers={"content-type": "application/json"})
        assert answer.status_code == 202, text
        assert await until_answered(page, answer.json()["seq"])


async def test_a_query_that_is_no_number_is_refused(page: httpx.AsyncClient) -> None:
    for path in ("/api/chat/messages?after=x", "/api/chat/messages?wait=-1", "/api/chat/events?after=1.5"):
        assert (await page.get(path)).status_code == 400, path


async def test_without_its_cookie_nobody_gets_in(base: str, page: httpx.AsyncClient) -> None:
    for cookie in ({}, {"guitu_chat": "guessed"}, {"guitu_chat": "x" * 5000}):
        async with visitor(base) as stranger:
            stranger.cookies.update(cookie)
            for method, path in (("GET", "/api/chat/messages"), ("GET", "/api/chat/events"), ("DELETE", "/api/chat")):
                answer = await stranger.request(method, path)
                assert (answer.status_code, answer.json()["error"]) == (401, "no_conversation")


async def test_a_planted_cookie_is_never_adopted(base: str) -> None:
    async with visitor(base) as client:
        client.cookies.set("guitu_chat", "planted")
        answer = await client.post("/api/chat", json={"language": "zh_Hans_CN"})
        assert answer.status_code == 201
        assert "planted" not in answer.headers["set-cookie"]


async def test_the_database_holds_no_cookie(house: House, page: httpx.AsyncClient) -> None:
    async with house.db.reading() as session:
        conversation = await session.connection()
        rows = (await conversation.exec_driver_sql("SELECT * FROM channel_addresses")).all()
    assert page.cookies["guitu_chat"] not in str(rows)


async def test_another_sites_page_can_change_nothing(page: httpx.AsyncClient) -> None:
    foreign: tuple[dict[str, str], ...] = (
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://[broken"},
    )
    ours: tuple[dict[str, str], ...] = ({}, {"sec-fetch-site": "same-origin"}, {"origin": str(page.base_url).rstrip("/")})
    sent = {"key": "k", "text": "你好"}
    for headers in foreign:
        assert (await page.post("/api/chat/messages", json=sent, headers=headers)).status_code == 403, headers
        assert (await page.delete("/api/chat", headers=headers)).status_code == 403
    for headers in ours:
        assert (await page.post("/api/chat/messages", json=sent, headers=headers)).status_code == 202, headers


async def test_every_answer_is_secured(page: httpx.AsyncClient) -> None:
    for path in ("/health", "/api/chat/messages", "/api/chat/messages?after=x", "/vendor/none"):
        answer = await page.get(path)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
