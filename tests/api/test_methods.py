"""HEAD is answered wherever GET is, without a body; no other method is answered that a room did not name."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator

import httpx
import pytest

from backend.app import create_app
from backend.edge.serving import serve
from backend.house import House


@pytest.fixture
async def client(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with (
        serve(create_app(house, f"methods-{secrets.token_hex(4)}")) as base,
        httpx.AsyncClient(base_url=base, trust_env=False, timeout=30) as someone,
    ):
        yield someone


@pytest.mark.parametrize("path", ["/", "/console/sign-in", "/health", "/docs", "/api/cases", "/not-here"])
async def test_head_says_what_get_would_and_sends_no_body(client: httpx.AsyncClient, path: str) -> None:
    got, head = await client.get(path), await client.head(path)
    assert (head.status_code, head.headers["content-type"]) == (got.status_code, got.headers["content-type"])
    assert got.content and not head.content


async def test_a_rooms_own_checks_stand_before_head_too(client: httpx.AsyncClient) -> None:
    # the chat's middleware refuses what comes from another site
    asked = {"origin": "https://elsewhere.example"}
    refused = [(await client.request(method, "/api/chat/messages", headers=asked)).status_code for method in ("GET", "HEAD")]
    assert refused[0] == refused[1] >= 400


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT"])
async def test_what_no_room_named_is_refused_with_what_is_allowed(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET"
