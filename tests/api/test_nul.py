"""A NUL in an address or a body is a clear refusal in every room; PostgreSQL would break on it."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator

import httpx
import pytest

from backend.app import create_app
from backend.edge.serving import serve
from backend.house import House
from backend.staff.model import ROLES
from tests.support.staff import token

PARAMETER = re.compile(r"<[^>]+>")
#: Names under which rooms read their queries.
QUERIES = ("county", "number", "name", "month", "before", "by", "case", "form", "after", "state", "department", "q")


@pytest.fixture
async def client(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody with every role at the whole service: what they ask gets as far as anything can."""
    house_app = create_app(house, f"nul-{secrets.token_hex(4)}")
    bearer = await token(house, *ROLES, department=next(iter(house.catalogue.departments)))
    async with serve(house_app) as base:
        headers = {"authorization": f"Bearer {bearer}"}
        async with httpx.AsyncClient(base_url=base, headers=headers, trust_env=False, timeout=20) as someone:
            yield someone


def routes(house: House) -> list[tuple[str, str]]:
    """Method and path of everything that the service answers."""
    app = create_app(house, f"nul-{secrets.token_hex(4)}")
    found = {(method, "/" + route.path.lstrip("/")) for route in app.router.routes for method in route.methods}
    return sorted(each for each in found if each[0] in ("GET", "POST", "DELETE", "PUT", "PATCH"))


def code_of(answer: httpx.Response) -> str:
    """The code of a refusal: the console's pages say it in a header."""
    return str(answer.headers.get("x-guitu-error") or answer.json()["error"])


async def test_a_nul_in_a_path_reaches_no_room(house: House, client: httpx.AsyncClient) -> None:
    rooms = set()
    for method, path in routes(house):
        if not PARAMETER.search(path):
            continue
        answer = await client.request(method, PARAMETER.sub("a%00b", path), json={})
        assert answer.status_code in (400, 404), (method, path, answer.status_code, answer.text)
        if answer.status_code == 400:
            assert code_of(answer) == "nul", (method, path, answer.text)
            rooms.add("/".join(path.split("/")[:3]))
    assert len(rooms) >= 8, rooms


async def test_a_nul_in_a_query_reaches_no_room(house: House, client: httpx.AsyncClient) -> None:
    asked = 0
    for method, path in routes(house):
        if method == "GET" and not PARAMETER.search(path):
            for name in QUERIES:
                answer = await client.get(f"{path}?{name}=a%00b")
                assert (answer.status_code, code_of(answer)) == (400, "nul"), (path, name, answer.text)
                asked += 1
    assert asked > 100


async def test_a_nul_in_a_name_of_a_query_or_in_a_body_is_refused_too(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/cases?a%00=1")).json()["error"] == "nul"
    for body in ({"version": 1, "outcome": "reject", "reason": "a\0b"}, {"a\0": 1}, {"points": [{"name": "a\0"}]}):
        answer = await client.post("/api/cases/TY-1/review", json=body)
        assert (answer.status_code, answer.json()["error"]) == (400, "nul")


async def test_a_percent_sign_that_is_no_nul_passes(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/cases?number=%E6%9E%97%2500")).status_code == 200


async def test_what_a_veteran_types_is_rid_of_it_and_taken(client: httpx.AsyncClient) -> None:
    await client.post("/api/chat", json={"language": "zh_Hans_CN"})
    sent = await client.post("/api/chat/messages", json={"key": "k1", "text": "进\0度"})
    assert sent.status_code in (200, 201, 202), sent.text
    shown = (await client.get("/api/chat/messages", params={"after": 0})).json()
    assert "进度" in str(shown) and "\\x00" not in str(shown)
