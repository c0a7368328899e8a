"""Coming in at the console's door over real HTTP: steps, form tokens, where it leads, and what is refused."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pyotp
import pytest
import time_machine

from backend.clock import now
from backend.house import House
from backend.staff import accounts, service
from backend.staff.sessions import sign_in
from tests.support.console import Seat, console, hidden, new_account, seat
from tests.support.people import submitted


@pytest.fixture
async def strict(house: House) -> AsyncIterator[House]:
    """A house where everybody needs a second factor."""
    yield replace(house, settings=replace(house.settings, second_factor=True))


async def test_the_first_day_of_a_colleague_from_first_password_to_the_page_of_the_day(strict: House) -> None:
    await accounts.create(
        strict,
        "staff:admin",
        "lin",
        "first-password-1",
        display_name="示例·林",
        roles=["window"],
        counties=["350102"],
        department=None,
    )
    with time_machine.travel(datetime.fromisoformat("2026-11-25T10:00:00+08:00"), tick=False) as clock:
        async with console(strict) as address, seat(strict, address) as lin:
            answer = await lin.post("/sign-in", username="lin", password="first-password-1", next="/console/intake")
            assert answer.headers["location"] == "/console/sign-in/password?next=/console/intake"
            assert (await lin.get()).status_code == 303
            await lin.get("/sign-in/password")
            assert "两次输入的不一样" in (await lin.post("/sign-in/password", password="own-password-22", again="other")).text
            answer = await lin.post("/sign-in/password", password="own-password-22", again="own-password-22")
            assert answer.headers["location"] == "/console/sign-in/second-factor"
            page = await lin.get("/sign-in/second-factor")
            assert "data:image/png;base64," in page.text
            secret = hidden(page, "secret")
            wrong = await lin.post("/sign-in/second-factor", secret=secret, code="000000")
            assert wrong.status_code == 400 and hidden(wrong, "secret") == secret
            codes = await lin.post("/sign-in/second-factor", secret=secret, code=pyotp.TOTP(secret).at(now()))
            assert len(re.findall(r"<li><code>[a-z2-9]{5}-[a-z2-9]{5}</code>", codes.text)) == 10
            assert (await lin.get()).status_code == 200
            await lin.post("/sign-out")
            assert (await lin.get()).status_code == 303
            clock.shift(timedelta(minutes=1))
            await lin.get("/sign-in")
            answer = await lin.post("/sign-in", username="lin", password="own-password-22")
            assert answer.headers["location"] == "/console/sign-in/code"
            await lin.get("/sign-in/code")
            answer = await lin.post("/sign-in/code", code=pyotp.TOTP(secret).at(now()))
            assert answer.headers["location"] == "/console"
            assert (await lin.get()).status_code == 200


async def test_a_form_without_the_sessions_token_does_nothing(house: House, address: str) -> None:
    case = await submitted(house)
    async with seat(house, address, "reviewer") as reviewer, seat(house, address, "reviewer") as other:
        page = await reviewer.get(f"/review/{case.number}")
        version = hidden(page, "version")
        for stolen in ("", "0" * 64, other.form_token, "é"):
            reviewer.form_token = stolen
            answer = await reviewer.post(f"/review/{case.number}/reject", version=version, reason="不是今年退役的")
            assert (answer.status_code, answer.headers["x-guitu-error"]) == (403, "form_token")
        assert "等预审" in (await reviewer.get(f"/review/{case.number}")).text


async def test_another_sites_page_cannot_send_a_form(house: House, address: str) -> None:
    async with seat(house, address, "window") as window:
        headers = {"sec-fetch-site": "cross-site"}
        answer = await window.http.post("/console/sign-out", data={"form_token": window.form_token}, headers=headers)
        assert (answer.status_code, answer.headers["x-guitu-error"]) == (403, "wrong_origin")
        assert (await window.get()).status_code == 200


@pytest.mark.parametrize(
    ("wanted", "leads_to"),
    [
        ("/console/cases?state=accepted", "/console/cases?state=accepted"),
        ("https://example.org/", "/console"),
        ("//example.org/console", "/console"),
        ("/console\\@example.org", "/console"),
        ("/elsewhere", "/console"),
        ("/console\r\nx: y", "/console"),
    ],
)
async def test_signing_in_leads_to_where_somebody_wanted_to_go_and_never_away(
    house: House, address: str, wanted: str, leads_to: str
) -> None:
    name, password = await new_account(house, "window")
    async with seat(house, address) as someone:
        answer = await someone.post("/sign-in", username=name, password=password, next=wanted)
        assert (answer.status_code, answer.headers["location"]) == (303, leads_to)


async def test_a_wrong_password_says_so_and_many_say_how_long_to_wait(house: House, address: str) -> None:
    name, password = await new_account(house, "window")
    async with seat(house, address) as someone:
        for _ in range(5):
            answer = await someone.post("/sign-in", username=name, password="a wrong password")
            assert answer.status_code == 401 and "用户名或者密码不对" in answer.text
        answer = await someone.post("/sign-in", username=name, password=password)
        assert answer.status_code == 429 and "秒再试" in answer.text


async def test_a_programs_session_opens_no_page(house: House, address: str) -> None:
    await service.create(house, "robot", "示例·程序", "a good long password", ["window"], ["350102"], program=True)
    token, _ = await sign_in(house, "robot", "a good long password")
    robot = Seat(address, token)
    answer = await robot.get("/cases")
    assert (answer.status_code, answer.headers["x-guitu-error"]) == (403, "program")
    await robot.http.aclose()


@pytest.mark.parametrize(
    "fields", [{"username": "a\0b", "password": "x"}, {"username": "x" * 5000, "password": "x"}, {"username": ["x"] * 400}, {}]
)
async def test_a_form_that_no_person_sends_is_refused_clearly(house: House, address: str, fields: dict[str, str]) -> None:
    async with seat(house, address) as someone:
        answer = await someone.post("/sign-in", **fields)
        assert answer.status_code in (400, 401) and "<h1>" in answer.text


async def test_every_page_carries_the_headers_that_keep_it_ours_and_holds_nothing_inline(house: House, address: str) -> None:
    case = await submitted(house)
    async with seat(house, address, "window", "reviewer") as someone:
        for path in ("", "/review", f"/review/{case.number}", "/cases", f"/cases/{case.number}", "/intake", "/me", "/nowhere"):
            answer = await someone.get(path)
            assert "script-src 'self'" in answer.headers["content-security-policy"]
            assert answer.headers["cache-control"] == "no-store"
            assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", answer.text), path


async def test_the_language_is_switched_and_stays(house: House, address: str) -> None:
    async with seat(house, address, "window") as someone:
        answer = await someone.post("/language", language="en", back="/console/intake")
        assert answer.headers["location"] == "/console/intake"
        assert '<html lang="en">' in (await someone.get()).text


async def test_an_administrator_makes_changes_and_closes_an_account_and_it_is_on_record(house: House, address: str) -> None:
    async with seat(house, address, "administrator", county=None) as admin:
        await admin.get("/accounts/new")
        given = {"username": "lin", "display_name": "示例·林", "roles": "window", "counties": "350102"}
        assert 'class="secret">' in (await admin.post("/accounts/new", **given)).text
        page = await admin.get("/accounts/lin")
        changed = {"display_name": "示例·林", "roles": ["window", "reviewer"], "counties": "350102"}
        version = hidden(page, "version")
        assert (await admin.post("/accounts/lin", version=version, **changed)).status_code == 303
        stale = await admin.post("/accounts/lin", version=version, **{**changed, "display_name": "示例·别人"})
        assert stale.status_code == 409 and "刚刚被别人改过" in stale.text and 'value="示例·林"' in stale.text
        page = await admin.get("/accounts/lin")
        await admin.post("/accounts/lin/active", version=hidden(page, "version"), active="0")
        page = await admin.get("/accounts/lin")
        for words in ("停用账号", "修改账号", "建立账号", "窗口 → 预审、窗口"):
            assert words in page.text
    async with house.db.reading() as session:
        assert await service.verify(session, "lin", "whatever it was") is None
