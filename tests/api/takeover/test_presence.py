"""Typing and reading, from the veteran's page to the desk and back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from backend.house import House
from tests.api.takeover.conftest import ALL, claimed, version
from tests.api.takeover.test_beside import read_event
from tests.support.county import County, at_work
from tests.support.turns import Person


@asynccontextmanager
async def page_of(county: County) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """A veteran's page of its own and its conversation."""
    async with httpx.AsyncClient(base_url=county.url, timeout=10, trust_env=False) as page:
        opened = await page.post("/api/chat", json={"language": "zh_Hans_CN"})
        yield page, opened.json()["conversation"]


async def test_each_side_sees_that_the_other_types_and_staff_see_what_was_read(house: House) -> None:
    async with at_work(house) as county, page_of(county) as (page, conversation):
        clerk, person = await county.clerk(), Person(house, conversation)
        await person.say("转人工", "handoff", "handoff")
        async with (
            page.stream("GET", "/api/chat/events") as shown,
            clerk.http.stream("GET", f"{ALL}/{conversation}/events") as desk,
        ):
            lines, events = shown.aiter_lines(), desk.aiter_lines()
            await read_event(events, "owner")
            await claimed(house, clerk, person)
            assert await read_event(lines, "attended") == {"on": True}
            assert (await clerk.post(f"{ALL}/{conversation}/typing", on=True)).status_code == 204
            assert await read_event(lines, "typing") == {"on": True}
            said = await clerk.post(
                f"{ALL}/{conversation}/replies", version=await version(house, person), text="你好", key="k1"
            )
            seq = said.json()["seq"]
            message = await read_event(lines, "message")
            while message["author"] != "staff":
                message = await read_event(lines, "message")
            assert message["author_name"] == said.json()["conversation"]["owner"]["display_name"]
            assert (await page.post("/api/chat/typing", json={"on": True})).status_code == 204
            assert await read_event(events, "typing") == {"on": True}
            assert (await page.post("/api/chat/seen", json={"seq": seq})).status_code == 204
            while (await read_event(events, "seen"))["seq"] != seq:
                continue
            await clerk.post(f"{ALL}/{conversation}/release", version=await version(house, person))
            assert await read_event(lines, "attended") == {"on": False}


async def test_reading_goes_forward_only_and_never_past_what_was_said(house: House) -> None:
    async with at_work(house) as county, page_of(county) as (page, conversation):
        clerk, person = await county.clerk(), Person(house, conversation)
        await person.say("转人工", "handoff", "handoff")
        last = (await page.get("/api/chat/messages")).json()["messages"][-1]["seq"]
        for seq in (last + 1000, 1):
            assert (await page.post("/api/chat/seen", json={"seq": seq})).status_code == 204
        async with clerk.http.stream("GET", f"{ALL}/{conversation}/events") as desk:
            assert await read_event(desk.aiter_lines(), "seen") == {"seq": last}


@pytest.mark.parametrize("path, body", [("seen", {"seq": 1}), ("typing", {"on": True})])
async def test_nobody_without_a_page_and_no_page_of_others_says_so(house: House, path: str, body: dict[str, object]) -> None:
    async with at_work(house) as county, page_of(county) as (page, _):
        async with httpx.AsyncClient(base_url=county.url, trust_env=False, timeout=30) as stranger:
            assert (await stranger.post(f"/api/chat/{path}", json=body)).status_code == 401
        foreign = await page.post(f"/api/chat/{path}", json=body, headers={"origin": "https://other.example"})
        assert foreign.status_code == 403
        assert (await page.post(f"/api/chat/{path}", json={"seq": -1, "on": "?"})).status_code == 400
