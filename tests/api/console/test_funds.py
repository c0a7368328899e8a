"""Finance's work at the console, over real HTTP and without a script: funds, the list for the bank, outcomes. # notice 三(四)"""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
import time_machine
from openpyxl import load_workbook
from sqlalchemy import select

from backend.applications.model import Application
from backend.clock import now, today
from backend.house import House
from backend.security.model import AccessRecord
from tests.support.console import Seat, seat
from tests.support.people import COUNTY, in_progress, said, send, tasks_of
from tests.unit.spreadsheets.test_spreadsheets import book

BATCH = "2026年第一批"


@pytest.fixture
async def finance(house: House, address: str) -> AsyncIterator[Seat]:
    async with seat(house, address, "finance") as someone:
        yield someone


async def waiting(house: House, name: str = "林小明") -> Application:
    application = await in_progress(house, matters=["report_in", "local_subsidy"], name=name)
    await send(house, (await tasks_of(house, application))["local_subsidy"], "received")
    return application


async def arrive(finance: Seat) -> httpx.Response:
    await finance.get("/funds")
    return await finance.post("/funds/arrived", county=COUNTY, batch=BATCH, arrived_on=today().isoformat())


async def make_list(finance: Seat) -> str:
    answer = await finance.post("/funds/list", county=COUNTY, batch=BATCH)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("/console").partition("?")[0]


async def outcomes(finance: Seat, path: str, *rows: tuple[object, ...]) -> httpx.Response:
    data, files = {"form_token": finance.form_token, "county": COUNTY}, {"file": ("o.xlsx", book(("编号", "结果"), *rows))}
    return finance._read(await finance.http.post(f"/console{path}/outcomes", data=data, files=files))


async def test_funds_arrive_and_who_waited_can_be_paid(house: House, finance: Seat) -> None:
    case = await waiting(house)
    page = await finance.get("/funds")
    assert case.number in page.text and "资金没到 <b>1</b>" in page.text and "林小明" not in page.text
    # Finance has no page of a case.
    assert f'href="/console/cases/{case.number}"' not in page.text
    assert (await arrive(finance)).status_code == 303
    page = await finance.get("/funds")
    assert f"已登记“{BATCH}”到账，1人可以发放了" in page.text and "可以发放，还没出名单 <b>1</b>" in page.text
    day = await finance.get("")
    assert "可以发放的补助" in day.text and f"/console/funds?county={COUNTY}&amp;why=ready" in day.text


async def test_the_same_batch_again_is_refused_with_who_recorded_it_and_what_was_typed_stays(
    house: House, address: str, finance: Seat
) -> None:
    await arrive(finance)
    async with seat(house, address, "reviewer") as other:
        await other.get("/funds")
        form = {"county": COUNTY, "batch": BATCH, "arrived_on": today().isoformat(), "note": "示例备注"}
        refused = await other.post("/funds/arrived", **form)
    assert refused.status_code == 409 and f"已经由{finance.username or 'user'}" in refused.text
    assert 'value="示例备注"' in refused.text


async def test_the_list_leaves_the_house_after_a_proof_only_and_each_export_is_on_record(house: House, finance: Seat) -> None:
    case = await waiting(house)
    await arrive(finance)
    path = await make_list(finance)
    page = await finance.get(path)
    assert case.answers["bank_card"] not in page.text and case.answers["id_number"] not in page.text
    assert "还没有导出过" in page.text
    with time_machine.travel(now() + timedelta(minutes=6)):
        sent = await finance.post(f"{path}/export", county=COUNTY)
    assert sent.status_code == 303 and sent.headers["location"].startswith("/console/prove?next=")
    # Who has just signed in has shown who they are.
    file = await finance.post(f"{path}/export", county=COUNTY)
    sheet = load_workbook(io.BytesIO(file.content)).active
    assert sheet is not None
    assert [cell.value for cell in list(sheet.iter_rows())[1]][3:5] == [case.answers["id_number"], case.answers["bank_card"]]
    page = await finance.get(path)
    assert "还没有导出过" not in page.text
    async with house.db.reading() as session:
        looks = (await session.scalars(select(AccessRecord).where(AccessRecord.case_number == case.number))).all()
    assert [each.what for each in looks] == ["payment_list"]


async def test_what_the_bank_wrote_back_ends_the_matter_or_asks_for_another_card(house: House, finance: Seat) -> None:
    paid, closed, wrong = await waiting(house), await waiting(house, "陈示例"), await waiting(house, "黄示例")
    await arrive(finance)
    path = await make_list(finance)
    answer = await outcomes(finance, path, (paid.number, "已付"), (closed.number, "账户已销户"), (wrong.number, "户名不符"))
    assert answer.status_code == 303, answer.text
    page = await finance.get(path)
    assert "收下3笔结果" in page.text and "账户已销户 <b>1</b>" in page.text and "户名不符 <b>1</b>" in page.text
    assert (await tasks_of(house, paid))["local_subsidy"].state == "done"
    assert any("已经销户" in line for line in await said(house, closed))
    still = await finance.get("/funds", why="veteran")
    assert closed.number in still.text and wrong.number in still.text and "这张卡已经销户" in still.text
    assert paid.number not in still.text


async def test_outcomes_with_one_bad_row_are_refused_by_row_and_nothing_changes(house: House, finance: Seat) -> None:
    case = await waiting(house)
    await arrive(finance)
    path = await make_list(finance)
    answer = await outcomes(finance, path, (case.number, "已付"), ("TY-3501-26-999999", "已付"))
    assert answer.status_code == 422 and "第3行：TY-3501-26-999999 不在这张名单里" in answer.text
    assert (await tasks_of(house, case))["local_subsidy"].state == "received"


async def test_the_second_to_make_a_list_is_told_that_nobody_is_left(house: House, finance: Seat) -> None:
    await waiting(house)
    await arrive(finance)
    await make_list(finance)
    again = await finance.post("/funds/list", county=COUNTY, batch=BATCH)
    assert again.status_code == 409 and "现在没有可以发放的人" in again.text


async def test_a_supervisor_looks_and_another_countys_money_is_not_there(house: House, address: str, finance: Seat) -> None:
    await waiting(house)
    await arrive(finance)
    path = await make_list(finance)
    async with seat(house, address, "county_supervisor") as supervisor:
        assert "登记到账" not in (await supervisor.get("/funds")).text
        assert "导出 .xlsx" not in (await supervisor.get(path)).text
    async with seat(house, address, "finance", county="350582") as other:
        assert (await other.get(path)).status_code == 404
        assert (await other.get(path, county=COUNTY)).status_code == 404
        assert (await other.post("/funds/arrived", county=COUNTY)).status_code == 404
