"""The roster at the console, over real HTTP and without a script: typed, exported, handed over by two ways. # notice 三(二), 附表"""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import msoffcrypto
import openpyxl
import pytest
import time_machine

from backend.applications import service as applications
from backend.clock import now
from backend.house import House
from tests.support.console import Seat, hidden, seat
from tests.support.people import CLERK, COUNTY, in_progress

UNITS = {"large": "示例大单位", "brigade": "示例旅示例营"}
TO = "示例人民武装部 张示例"


@pytest.fixture
async def clerk(house: House, address: str) -> AsyncIterator[Seat]:
    async with seat(house, address, "window", "reviewer") as someone:
        yield someone


async def type_units(someone: Seat, number: str, **units: str) -> httpx.Response:
    page = await someone.get(f"/roster/{number}")
    form = {"version": hidden(page, "version"), "seen": hidden(page, "seen")}
    return await someone.post(f"/roster/{number}", **form, **{**UNITS, **units})


async def export(someone: Seat) -> httpx.Response:
    page = await someone.get("/roster")
    return await someone.post("/roster/export", county=COUNTY, after=hidden(page, "after"))


async def test_a_roster_goes_from_the_certificate_to_the_department_by_two_ways(house: House, clerk: Seat) -> None:
    first, second = await in_progress(house, name="林小明"), await in_progress(house, name="陈归来")
    page = await clerk.get("/roster", view="to_type")
    assert first.number in page.text and second.number in page.text and first.answers["id_number"] not in page.text
    assert (await type_units(clerk, first.number)).status_code == 303
    made = await export(clerk)
    assert made.status_code == 200 and second.number in made.text and "只在这里显示这一次" in made.text
    found = re.search(r'<code class="secret">([^<]+)</code>', made.text)
    assert found
    history = await clerk.get("/roster/exports")
    assert found[1] not in history.text and "文件还没交" in history.text
    export_id = re.findall(r"/roster/exports/([^/]+)/file", history.text)[0]
    file = await clerk.post(f"/roster/exports/{export_id}/file", county=COUNTY)
    locked, plain = msoffcrypto.OfficeFile(io.BytesIO(file.content)), io.BytesIO()
    locked.load_key(password=found[1], verify_password=True)
    locked.decrypt(plain)
    sheet = openpyxl.load_workbook(plain).active
    assert sheet is not None and UNITS["brigade"] in list(sheet.iter_rows(values_only=True))[-1]

    await clerk.get("/roster/exports")
    gone = await clerk.post(f"/roster/exports/{export_id}/handed-over", county=COUNTY, to=TO, way="confidential_post")
    assert gone.status_code == 303
    same = await clerk.post(f"/roster/exports/{export_id}/password", county=COUNTY, to=TO, way="confidential_post")
    assert same.status_code == 409 and "不能走同一条路" in same.text
    nobody = await clerk.post(f"/roster/exports/{export_id}/password", county=COUNTY, way="phone")
    assert nobody.status_code == 400 and "请写明交给了谁" in nobody.text
    told = await clerk.post(f"/roster/exports/{export_id}/password", county=COUNTY, to=f"{TO}丙", way="phone")
    assert told.status_code == 303
    history = await clerk.get("/roster/exports")
    assert all(each in history.text for each in (TO, f"{TO}丙", "机要邮寄", "电话", "都交了"))
    again = await clerk.post(f"/roster/exports/{export_id}/file", county=COUNTY)
    assert again.status_code == 409 and "文件不再保留" in again.text
    twice = await clerk.post(f"/roster/exports/{export_id}/handed-over", county=COUNTY, to=TO, way="in_person")
    assert twice.status_code == 409 and "登记过移交" in twice.text
    assert first.number in (await clerk.get("/roster", view="handed_over")).text


async def test_what_was_typed_is_shown_to_the_window_alone_on_request_and_on_record(
    house: House, address: str, clerk: Seat
) -> None:
    case = await in_progress(house)
    await type_units(clerk, case.number)
    for path in ("/roster", f"/roster/{case.number}", f"/cases/{case.number}"):
        assert UNITS["large"] not in (await clerk.get(path)).text
    await clerk.get(f"/roster/{case.number}")
    with time_machine.travel(now() + timedelta(minutes=6)):
        sent = await clerk.post(f"/roster/{case.number}/reveal")
        assert sent.headers["location"].startswith("/console/prove?next=")
    assert UNITS["large"] in (await clerk.post(f"/roster/{case.number}/reveal")).text
    async with house.db.reading() as session:
        done = [
            each.command
            for each in await applications.history(session, await applications.by_number(session, CLERK, case.number))
        ]
    assert "show_units" in done
    async with seat(house, address, "reviewer") as reviewer:
        assert (await reviewer.get(f"/roster/{case.number}")).status_code == 403


async def test_the_second_to_type_is_told_who_typed_and_overwrites_nothing(house: House, address: str, clerk: Seat) -> None:
    case = await in_progress(house)
    page = await clerk.get(f"/roster/{case.number}")
    form = {"version": hidden(page, "version"), "seen": hidden(page, "seen")}
    async with seat(house, address, "window") as other:
        assert (await type_units(other, case.number)).status_code == 303
    refused = await clerk.post(f"/roster/{case.number}", **form, large="另一大单位", brigade="另一旅")
    assert refused.status_code == 409 and "刚录入过部队，没有改动" in refused.text and "另一旅" not in refused.text
    assert UNITS["brigade"] in (await clerk.post(f"/roster/{case.number}/reveal")).text


async def test_the_second_to_export_is_shown_the_first_export(house: House, address: str, clerk: Seat) -> None:
    case = await in_progress(house)
    await type_units(clerk, case.number)
    page = await clerk.get("/roster")
    seen = hidden(page, "after")
    async with seat(house, address, "reviewer") as other:
        assert (await export(other)).status_code == 200
    refused = await clerk.post("/roster/export", county=COUNTY, after=seen)
    assert refused.status_code == 409 and "刚导出过1人的名册" in refused.text


async def test_the_armed_forces_see_what_is_on_its_way_to_them_and_no_row(house: House, address: str, clerk: Seat) -> None:
    case = await in_progress(house)
    await type_units(clerk, case.number)
    await export(clerk)
    async with seat(house, address, "armed_forces") as someone:
        page = await someone.get("/roster/exports")
        assert "文件还没交" in page.text and "登记文件移交" not in page.text
        assert (await someone.get("/roster")).status_code == 403
    async with seat(house, address, "armed_forces", county="350582") as elsewhere:
        assert "还没有导出过名册" in (await elsewhere.get("/roster/exports")).text
        assert (await elsewhere.get("/roster/exports", county=COUNTY)).status_code == 404
