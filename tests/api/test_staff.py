"""Signing in over real HTTP, and which requests it opens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import time_machine

from backend.applications.endpoints import blueprint
from backend.clock import now
from backend.house import House
from backend.staff import service
from tests.support.staff import PASSWORD, account, desk, served, token


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with served(house, blueprint) as url:
        yield url


async def post(address: str, **body: object) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
        return await http.post(f"{address}/api/staff/session", json=body)


async def test_who_signs_in_gets_a_cookie_that_no_script_reads(house: House, address: str) -> None:
    name = await account(house, "window")
    answer = await post(address, username=name, password=PASSWORD)
    assert answer.status_code == 201
    assert answer.json()["staff"]["roles"] == ["window"]
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie


async def test_a_wrong_password_and_an_unknown_name_are_refused_alike(house: House, address: str) -> None:
    name = await account(house, "window")
    wrong = await post(address, username=name, password="something-else-entirely")
    unknown = await post(address, username="nobody.here", password=PASSWORD)
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()


async def test_guessing_is_slowed_down(house: House, address: str) -> None:
    name = await account(house, "window")
    answers = [(await post(address, username=name, password=f"guess-number-{n}")).status_code for n in range(6)]
    assert answers[-1] == 429


async def test_a_session_ends_when_it_is_idle_when_it_is_old_and_when_it_is_ended(house: House, address: str) -> None:
    began = now()
    with time_machine.travel(began, tick=False) as clock:
        async with desk(house, address, "window") as clerk:
            assert (await clerk.get("/api/staff/me")).status_code == 200
            clock.move_to(began + timedelta(minutes=59))
            assert (await clerk.get("/api/staff/me")).status_code == 200
            clock.move_to(began + timedelta(minutes=59 + 61))
            assert (await clerk.get("/api/staff/me")).status_code == 401
        clock.move_to(began)
        async with desk(house, address, "window") as clerk:
            for minutes in range(0, 12 * 60, 50):
                clock.move_to(began + timedelta(minutes=minutes))
                assert (await clerk.get("/api/staff/me")).status_code == 200
            clock.move_to(began + timedelta(hours=12, minutes=1))
            assert (await clerk.get("/api/staff/me")).status_code == 401
        clock.move_to(began)
        async with desk(house, address, "window") as clerk:
            assert (await clerk.http.delete("/api/staff/session")).status_code == 204
            assert (await clerk.get("/api/staff/me")).status_code == 401


async def test_a_new_password_ends_every_session(house: House, address: str) -> None:
    async with desk(house, address, "window") as clerk:
        name = (await clerk.get("/api/staff/me")).json()["staff"]["username"]
        await service.set_password(house, name, "another-good-password")
        assert (await clerk.get("/api/staff/me")).status_code == 401


async def test_nobody_and_other_roles_are_kept_out(house: House, address: str) -> None:
    async with desk(house, address) as stranger, desk(house, address, "officer", department="medical_insurance") as officer:
        assert (await stranger.get("/api/cases")).status_code == 401
        answer = await officer.get("/api/cases")
        assert (answer.status_code, answer.json()["error"]) == (403, "wrong_role")


async def test_another_sites_page_cannot_use_the_cookie(house: House, address: str) -> None:
    bearer = await token(house, "window")
    async with httpx.AsyncClient(base_url=address, cookies={"guitu_staff": bearer}, trust_env=False, timeout=30) as http:
        body = {"version": 1, "reason": "退役士兵要求"}
        answer = await http.post("/api/cases/TY-3501-26-000001/withdrawal", json=body, headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, answer.json()["error"]) == (403, "wrong_origin")
