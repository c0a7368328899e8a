"""Members of staff who are signed in, for tests of what only they may do."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from sanic import Blueprint

from backend.edge.application import new_app
from backend.edge.serving import serve
from backend.error_answers import install_error_handlers
from backend.house import House
from backend.staff import endpoints, service
from backend.staff.sessions import sign_in
from tests.support.people import COUNTY

PASSWORD = "correct-horse-battery"


async def account(house: House, *roles: str, county: str | None = COUNTY, department: str | None = None) -> str:
    """A new account; returns its name."""
    name = f"user{secrets.token_hex(4)}"
    await service.create(house, name, f"示例·{roles[0]}", PASSWORD, roles, [county] if county else None, department)
    return name


async def token(house: House, *roles: str, county: str | None = COUNTY, department: str | None = None) -> str:
    """The token of a new account that is signed in."""
    name = await account(house, *roles, county=county, department=department)
    return (await sign_in(house, name, PASSWORD))[0]


@asynccontextmanager
async def served(house: House, *blueprints: Blueprint) -> AsyncIterator[str]:
    """The rooms of `blueprints` and the staff's own on a real port; yields the address."""
    app = new_app(f"rooms-{secrets.token_hex(4)}")
    app.config.FALLBACK_ERROR_FORMAT = "json"
    install_error_handlers(app)
    for blueprint in (endpoints.blueprint, *blueprints):
        app.blueprint(blueprint)
    app.ctx.house = house
    async with serve(app) as url:
        yield url


class Desk:
    """Somebody at work: `get` and `post` as they are signed in."""

    def __init__(self, address: str, bearer: str) -> None:
        # Nothing here is encrypted; reading the machine's certificates would take longer than the requests.
        headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
        self.http = httpx.AsyncClient(base_url=address, headers=headers, trust_env=False, verify=False, timeout=30)

    async def get(self, path: str, **params: str) -> httpx.Response:
        """Ask for something."""
        return await self.http.get(path, params=params)

    async def post(self, path: str, **body: object) -> httpx.Response:
        """Do something."""
        return await self.http.post(path, json=body)

    async def close(self) -> None:
        """Go home."""
        await self.http.aclose()


@asynccontextmanager
async def desk(
    house: House, address: str, *roles: str, county: str | None = COUNTY, department: str | None = None
) -> AsyncIterator[Desk]:
    """A new member of staff with these roles, signed in; nobody, without roles."""
    someone = Desk(address, await token(house, *roles, county=county, department=department) if roles else "")
    try:
        yield someone
    finally:
        await someone.close()
