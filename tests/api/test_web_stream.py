"""The page's API: what it serves, streams, switches and erases."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from backend.channels.web import endpoints
from backend.conversations import service as hub
from backend.house import House
from backend.security.rate_limits import RateLimit
from tests.support.fake_rasa import Answer, FakeRasa, says
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


async def test_only_browser_files_of_listed_packages_are_served(page: httpx.AsyncClient) -> None:
    for path in (
        "../pyproject.toml",
        "weui/../../pyproject.toml",
        "%2e%2e/pyproject.toml",
        "weui/package.json",
        "left-pad/a.js",
    ):
        assert (await page.get(f"/vendor/{path}")).status_code == 404, path


async def test_who_sends_too_fast_is_asked_to_wait(page: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "SENDING", RateLimit(burst=2, per_second=0.01))
    answers = [await send(page, f"k{number}", text="快") for number in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert answers[2].json()["retry_after"] > 0


async def test_events_show_a_turn_as_it_happens(page: httpx.AsyncClient, rasa: FakeRasa) -> None:
    go_on = asyncio.Event()

    async def when_told(_body: dict[str, Any]) -> Answer:
        await go_on.wait()
        return says("好")

    rasa.answering = when_told
    async with events(page) as stream:
        assert (await stream.next())[0] == "message"
        seq = (await send(page, text="你好")).json()["seq"]
        name, data, event_id = await stream.next()
        assert (name, data["seq"], data["state"], event_id) == ("message", seq, "stored", str(seq))
        assert await stream.until("typing") == {"on": True}
        go_on.set()
        assert await stream.until("changed") == {"seq": seq, "state": "answered"}
        assert (await stream.until("message"))["body"] == {"text": "好"}
        assert await stream.until("typing") == {"on": False}


async def test_events_are_taken_up_where_they_broke_off(page: httpx.AsyncClient) -> None:
    first = (await messages(page))[0]["seq"]
    seq = (await send(page, text="你好")).json()["seq"]
    await until_answered(page, seq)
    async with events(page, headers={"last-event-id": str(seq)}) as stream:
        assert await stream.until("changed") == {"seq": seq, "state": "answered"}
        assert (await stream.until("message"))["author"] == "bot"
    async with events(page, params={"after": first}) as stream:
        assert (await stream.until("message"))["seq"] == seq


async def test_one_conversations_events_are_not_anothers(base: str, page: httpx.AsyncClient) -> None:
    async with visitor(base) as other:
        await other.post("/api/chat", json={"language": "zh_Hans_CN"})
        async with events(other) as stream:
            await stream.until("message")
            await until_answered(page, (await send(page, text="不给别人看")).json()["seq"])
            seq = (await send(other, text="我自己的")).json()["seq"]
            assert (await stream.until("message"))["seq"] == seq


async def test_rasa_away_is_told_live_and_answered_later(house: House, page: httpx.AsyncClient, rasa: FakeRasa) -> None:
    await rasa.stop()
    async with events(page) as stream:
        await stream.until("message")
        seq = (await send(page, text="你好")).json()["seq"]
        assert await stream.until("changed") == {"seq": seq, "state": "delayed"}
        assert "不用重发" in (await stream.until("message"))["body"]["text"]
        await rasa.start()
        async with asyncio.timeout(PATIENCE):
            # The worker's sweep; the pause after a failure is a second.
            while not await hub.handle_all_due(house):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        assert await stream.until("changed") == {"seq": seq, "state": "answered"}
        assert (await stream.until("message"))["body"] == {"text": "回：你好"}


async def test_a_long_poll_waits_for_the_next_message(page: httpx.AsyncClient) -> None:
    first = (await messages(page))[0]["seq"]
    waiting = asyncio.create_task(messages(page, first, wait=20))
    seq = (await send(page, text="你好")).json()["seq"]
    assert (await waiting)[0]["seq"] == seq


async def test_the_language_can_be_changed(page: httpx.AsyncClient) -> None:
    answer = await page.post("/api/chat/language", json={"language": "en"})
    assert (answer.status_code, answer.json()) == (200, {"language": "en"})
    assert (await page.post("/api/chat", json={"language": "zh_Hans_CN"})).json()["language"] == "en"
    assert (await page.post("/api/chat/language", json={"language": "fr"})).status_code == 400


async def test_erasing_forgets_everything_and_tells_the_open_page(page: httpx.AsyncClient) -> None:
    await until_answered(page, (await send(page, text="我手机13800138000")).json()["seq"])
    cookie = page.cookies["guitu_chat"]
    async with events(page) as stream:
        await stream.until("message")
        answer = await page.delete("/api/chat")
        assert (answer.status_code, answer.json()["erased"]) == (200, True)
        await stream.until("gone")
    page.cookies.set("guitu_chat", cookie)
    assert (await page.get("/api/chat/messages")).status_code == 401


async def test_the_page_and_every_file_it_names_are_served_without_inline_scripts(page: httpx.AsyncClient) -> None:
    answer = await page.get("/")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/html")
    named = re.findall(r'(?:src|href)="(/[^"#]+)"', answer.text)
    assert len(named) > 5
    for path in named:
        assert (await page.get(path)).status_code == 200, path
    assert not re.search(r"<script(?![^>]*\b(src=|type=\"application/json\"))|<style|\son\w+=|style=", answer.text)


async def test_our_own_files_are_sent_again_only_when_changed(page: httpx.AsyncClient) -> None:
    first = await page.get("/static/chat/main.js")
    assert first.headers["cache-control"] == "no-cache"
    again = await page.get("/static/chat/main.js", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


async def test_health_says_that_it_lives(page: httpx.AsyncClient) -> None:
    answer = await page.get("/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_an_unknown_path_is_no_fault_of_ours(page: httpx.AsyncClient) -> None:
    assert (await page.get("/api/nothing")).status_code == 404
    assert (await page.put("/api/chat")).status_code == 405
