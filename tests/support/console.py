"""Staff at the console, as a browser without script does it: pages, their form token, cookies."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape

import httpx

from backend.app import create_app
from backend.edge.serving import serve
from backend.house import House
from tests.support.people import COUNTY
from tests.support.staff import PASSWORD, account, token

TOKEN = re.compile(r'name="form_token" value="([0-9a-f]{64})"')


class Seat:
    """One browser. `get` and `post` go under /console; `post` carries the form token of the page seen last."""

    def __init__(self, address: str, cookie: str | None = None, username: str = "") -> None:
        cookies = {"guitu_staff": cookie} if cookie else {}
        headers = {"accept-language": "zh-CN"}
        self.http = httpx.AsyncClient(
            base_url=address, cookies=cookies, headers=headers, trust_env=False, verify=False, timeout=30
        )
        self.username = username
        self.form_token = ""

    async def get(self, path: str = "", **params: str) -> httpx.Response:
        """Look at a page."""
        return self._read(await self.http.get(f"/console{path}", params=params or None))

    async def post(self, path: str, **fields: object) -> httpx.Response:
        """Send a form."""
        data = {"form_token": self.form_token, **fields}
        return self._read(await self.http.post(f"/console{path}", data=data))

    def _read(self, answer: httpx.Response) -> httpx.Response:
        if found := TOKEN.search(answer.text):
            self.form_token = found[1]
        return answer


def hidden(page: httpx.Response, name: str) -> str:
    """The value of a hidden field on a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, name
    return unescape(found[1])


@asynccontextmanager
async def console(house: House) -> AsyncIterator[str]:
    """The whole backend on a real port; yields its address."""
    async with serve(create_app(house, f"console-{secrets.token_hex(4)}")) as url:
        yield url


@asynccontextmanager
async def seat(
    house: House, address: str, *roles: str, county: str | None = COUNTY, department: str | None = None
) -> AsyncIterator[Seat]:
    """Somebody new with these roles who is signed in, on the page of the day; nobody, without roles."""
    someone = Seat(address, await token(house, *roles, county=county, department=department) if roles else None)
    try:
        await someone.get("" if roles else "/sign-in")
        yield someone
    finally:
        await someone.http.aclose()


async def new_account(house: House, *roles: str, county: str | None = COUNTY) -> tuple[str, str]:
    """Name and password of a new account."""
    return await account(house, *roles, county=county), PASSWORD
