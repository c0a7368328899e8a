"""/docs: the interfaces of departments and outside systems, to be read and for programs, with nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from sanic import Sanic

from backend.app import create_app
from backend.edge.guard import SECURITY_HEADERS
from backend.edge.serving import serve
from backend.house import House, open_house
from backend.reference.document import TaskOut
from backend.systems.registry import SYSTEMS

#: All that departments and outside systems may call.
INTERFACE = {
    "GET /api/departments/{unit_id}/tasks",
    "POST /api/departments/{unit_id}/results",
    "POST /api/systems/hall/applications",
    "POST /api/systems/{system}/reports",
}


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    app: Sanic[Any, Any] = create_app(open_house(house.settings), "guitu-reference")
    async with serve(app) as url:
        yield url


async def get(address: str, path: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
        return await http.get(f"{address}{path}")


async def test_only_the_interfaces_of_departments_and_systems_are_described(address: str) -> None:
    document = (await get(address, "/docs/openapi.json")).json()
    found = {f"{method.upper()} {path}" for path, methods in document["paths"].items() for method in methods}
    assert found == INTERFACE
    assert document["openapi"].startswith("3.1")
    pushed = {code for code, system in SYSTEMS.items() if "http" in system.ways}
    assert set(document["webhooks"]) == {"task", *pushed}
    text = str(document)
    assert not re.search(r"internal|staff|/api/chat|/api/cases", text)
    assert "tracking_number" in text and "webhook-signature" in text


async def test_every_reference_of_the_document_leads_somewhere(address: str) -> None:
    text = (await get(address, "/docs/openapi.json")).text.replace("\\/", "/")
    forms = (await get(address, "/docs/openapi.json")).json()["components"]["schemas"]
    named = set(re.findall(r'"\$ref":\s*"([^"]+)"', text))
    assert TaskOut.__name__ in forms
    assert named and all(ref.removeprefix("#/components/schemas/") in forms for ref in named)


async def test_the_page_loads_nothing_from_elsewhere_and_carries_our_headers(address: str) -> None:
    page = await get(address, "/docs")
    assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
    for path in ("/docs", "/docs/openapi.json"):
        answer = await get(address, path)
        assert {name: answer.headers.get(name) for name in SECURITY_HEADERS} == SECURITY_HEADERS
    loaded = re.findall(r'(?:src|href)="([^"#]+)"', page.text)
    assert loaded and all(each.startswith("/") and not each.startswith("//") for each in loaded)
    assert "<script" not in page.text and "style=" not in page.text
    for path in loaded:
        assert (await get(address, path)).status_code == 200
    for path in INTERFACE:
        assert path in page.text


async def test_the_frameworks_own_pages_are_not_there(address: str) -> None:
    for path in ("/docs/swagger", "/docs/redoc", "/docs/swagger-config"):
        assert (await get(address, path)).status_code == 404
