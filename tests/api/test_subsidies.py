"""The local subsidy's money over real HTTP: funds, lists, outcomes, another card (notice 三(四), 四(二))."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine
from openpyxl import load_workbook
from sqlalchemy import select

from backend.applications import service as applications
from backend.applications.model import Application
from backend.clock import now, today
from backend.house import House
from backend.security.model import AccessRecord
from backend.subsidies import commands, service
from backend.subsidies.endpoints import blueprint
from tests.support.people import COUNTY, bank_card, in_progress, said, send, tasks_of
from tests.support.staff import Desk, desk, served
from tests.unit.spreadsheets.test_spreadsheets import book

SUBSIDY = ["report_in", "local_subsidy"]
BATCH = "2026年第一批"
HEAD = ("编号", "结果", "付款日期")


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with served(house, blueprint) as url:
        yield url


@pytest.fixture
async def finance(house: House, address: str) -> AsyncIterator[Desk]:
    async with desk(house, address, "finance") as someone:
        yield someone


async def waiting(house: House) -> Application:
    """Somebody whose subsidy waits for the money."""
    application = await in_progress(house, matters=SUBSIDY)
    await send(house, (await tasks_of(house, application))["local_subsidy"], "received")
    return application


async def state(house: House, application: Application) -> str:
    return (await tasks_of(house, application))["local_subsidy"].state


async def arrive(finance: Desk) -> httpx.Response:
    return await finance.post(f"/api/subsidies/{COUNTY}/funds", batch=BATCH, arrived_on=today().isoformat())


async def make_list(finance: Desk) -> str:
    answer = await finance.post(f"/api/subsidies/{COUNTY}/lists", batch=BATCH)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["list"])


async def outcomes(finance: Desk, list_id: str, *rows: tuple[object, ...]) -> httpx.Response:
    path = f"/api/subsidies/{COUNTY}/lists/{list_id}/outcomes"
    return await finance.http.post(path, content=book(HEAD, *rows))


async def sheet_of(finance: Desk, list_id: str) -> list[tuple[Any, ...]]:
    answer = await finance.get(f"/api/subsidies/{COUNTY}/lists/{list_id}/sheet.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    return [tuple(cell.value for cell in row) for row in sheet.iter_rows()]


async def test_paid_ends_the_matter_and_the_veteran_is_told(house: House, finance: Desk) -> None:
    application = await waiting(house)
    assert await state(house, application) == "waiting_funds"
    assert (await arrive(finance)).json() == {"batch": BATCH, "waiting": 1}
    assert await state(house, application) == "received"
    list_id = await make_list(finance)
    head, row = await sheet_of(finance, list_id)
    assert head[:5] == ("序号", "编号", "姓名", "公民身份号码", "银行卡号")
    assert row[1:5] == (application.number, "林小明", application.answers["id_number"], application.answers["bank_card"])
    done = await outcomes(finance, list_id, (application.number, "已付", today().isoformat()))
    assert done.json() == {"taken": 1, "known": 0, "without_effect": []}
    assert await state(house, application) == "done"
    assert any("补助已经发到" in line for line in await said(house, application))
    async with house.db.reading() as session:
        assert (await applications.by_number(session, "system", application.number)).state == "completed"


@pytest.mark.parametrize(("word", "reason"), [("账户已销户", "已经销户"), ("户名不符", "户名"), ("失败", "没有收到")])
async def test_a_card_that_cannot_be_paid_is_asked_for_again_and_paid_by_the_next_list(
    house: House, finance: Desk, word: str, reason: str
) -> None:
    application = await waiting(house)
    await arrive(finance)
    first = await make_list(finance)
    await outcomes(finance, first, (application.number, word, None))
    # A payment that failed is not the end of the matter. # our reading of 三(四)
    assert await state(house, application) == "waiting_veteran"
    assert any(reason in line for line in await said(house, application))
    nobody = await finance.post(f"/api/subsidies/{COUNTY}/lists", batch=BATCH)
    assert (nobody.status_code, nobody.json()["error"]) == (409, "nobody_to_pay")

    new = bank_card("622200000000000001")
    await applications.correct(house, application.number, f"veteran:{application.conversation_id}", {"bank_card": new})
    assert await state(house, application) == "received"
    second = await make_list(finance)
    assert (await sheet_of(finance, second))[1][4] == new
    await outcomes(finance, second, (application.number, "已付", None))
    assert await state(house, application) == "done"


async def test_nobody_is_on_two_lists_at_once(house: House, finance: Desk) -> None:
    await waiting(house)
    await arrive(finance)
    await make_list(finance)
    again = await finance.post(f"/api/subsidies/{COUNTY}/lists", batch=BATCH)
    assert (again.status_code, again.json()["error"]) == (409, "nobody_to_pay")


async def test_lists_made_at_the_same_moment_name_nobody_twice(house: House, finance: Desk) -> None:
    application = await waiting(house)
    await arrive(finance)
    await finance.post(f"/api/subsidies/{COUNTY}/funds", batch="第二批", arrived_on=today().isoformat())
    path = f"/api/subsidies/{COUNTY}/lists"
    answers = await asyncio.gather(*(finance.post(path, batch=batch) for batch in (BATCH, "第二批") * 3))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]
    (made,) = (answer.json() for answer in answers if answer.status_code == 201)
    assert (await sheet_of(finance, made["list"]))[1][1] == application.number


async def test_funds_recorded_at_the_same_moment_are_recorded_once(house: House, finance: Desk) -> None:
    application = await waiting(house)
    answers = await asyncio.gather(*(arrive(finance) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {answer.json()["error"] for answer in answers if answer.status_code == 409} == {"batch_known"}
    assert await state(house, application) == "received"


async def test_outcomes_taken_twice_are_taken_once_and_may_not_change(house: House, finance: Desk) -> None:
    application = await waiting(house)
    await arrive(finance)
    list_id = await make_list(finance)
    await outcomes(finance, list_id, (application.number, "已付", None))
    assert (await outcomes(finance, list_id, (application.number, "已付", None))).json() == {
        "taken": 0,
        "known": 1,
        "without_effect": [],
    }
    changed = await outcomes(finance, list_id, (application.number, "户名不符", None))
    assert (changed.status_code, changed.json()["error"]) == (422, "bad_sheet")
    assert await state(house, application) == "done"


async def test_outcomes_sent_at_the_same_moment_are_taken_once_and_do_not_change(house: House, finance: Desk) -> None:
    application = await waiting(house)
    await arrive(finance)
    list_id = await make_list(finance)
    words = ("已付", "已付", "户名不符", "户名不符")
    answers = await asyncio.gather(*(outcomes(finance, list_id, (application.number, word, None)) for word in words))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 422, 422]
    assert sorted(answer.json()["taken"] for answer in answers if answer.status_code == 200) == [0, 1]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (("TY-3501-26-999999", "已付", None), "不在这张名单里"),
        ((None, "也许", None), "看不懂"),
        ((None, "已付", "2099-01-01"), "付款日期"),
        ((None, "已付", (today() - timedelta(days=1)).isoformat()), "付款日期"),  # the list was made today
        ((None, "=1+1", None), "是公式"),
    ],
)
async def test_a_list_of_outcomes_with_one_wrong_row_changes_nothing(
    house: House, finance: Desk, row: tuple[Any, ...], problem: str
) -> None:
    good, other = await waiting(house), await waiting(house)
    await arrive(finance)
    list_id = await make_list(finance)
    wrong = (row[0] or other.number, *row[1:])
    answer = await outcomes(finance, list_id, (good.number, "已付", None), wrong)
    assert answer.status_code == 422
    assert any(problem in each for each in answer.json()["problems"])
    assert await state(house, good) == "received"


async def test_a_payment_of_the_day_on_which_the_list_was_made_is_not_before_the_list(house: House, finance: Desk) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 7, tzinfo=UTC), tick=False):  # 15:00 in Shanghai
        application = await waiting(house)
        await arrive(finance)
        made = await service.make_list(house, "cli:tester", COUNTY, BATCH)
    with time_machine.travel(datetime(2026, 11, 25, 7, tzinfo=UTC), tick=False):
        content = book(HEAD, (application.number, "已付", "2026-11-23"))
        await service.import_outcomes(house, "cli:tester", COUNTY, made.id, content)
    assert (await tasks_of(house, application))["local_subsidy"].done_at == made.at


async def test_who_gets_the_list_has_looked_at_everybody_on_it(house: House, finance: Desk) -> None:
    both = [await waiting(house), await waiting(house)]
    await arrive(finance)
    await sheet_of(finance, await make_list(finance))
    async with house.db.reading() as session:
        looks = (await session.scalars(select(AccessRecord))).all()
    assert sorted(look.case_number for look in looks) == sorted(each.number for each in both)
    assert all(look.actor.startswith("staff:") for look in looks)


async def test_a_list_that_is_written_to_a_file_is_for_its_owner_alone(house: House, finance: Desk, tmp_path: Path) -> None:
    await waiting(house)
    await arrive(finance)
    written = tmp_path / "list.xlsx"
    await commands.write_list(house, "cli:tester", COUNTY, BATCH, written)
    assert written.stat().st_mode & 0o777 == 0o600


async def test_a_payment_that_no_longer_ends_anything_is_written_down_and_named(house: House, finance: Desk) -> None:
    application = await waiting(house)
    await arrive(finance)
    list_id = await make_list(finance)
    await send(house, (await tasks_of(house, application))["local_subsidy"], "declined", reason="理由")
    done = (await outcomes(finance, list_id, (application.number, "已付", None))).json()
    assert (done["taken"], done["known"]) == (1, 0)
    (line,) = done["without_effect"]
    assert application.number in line
    assert await state(house, application) == "declined"
    (batch,) = (await finance.get(f"/api/subsidies/{COUNTY}")).json()["batches"]
    assert batch["lists"][0]["states"] == {"paid": 1}


async def test_money_reaches_who_was_reported_a_little_ahead_of_our_clock(house: House, finance: Desk) -> None:
    application = await in_progress(house, matters=SUBSIDY)
    task = (await tasks_of(house, application))["local_subsidy"]
    await send(house, task, "received", now() + timedelta(minutes=4))
    assert await state(house, application) == "waiting_funds"
    assert (await arrive(finance)).json()["waiting"] == 1
    assert await state(house, application) == "received"


async def test_funds_are_recorded_once_a_batch_and_not_before_they_came(house: House, finance: Desk) -> None:
    await arrive(finance)
    assert (await arrive(finance)).json()["error"] == "batch_known"
    ahead = await finance.post(f"/api/subsidies/{COUNTY}/funds", batch="第二批", arrived_on="2099-01-01")
    assert (ahead.status_code, ahead.json()["error"]) == (400, "day_ahead")
    unknown = await finance.post(f"/api/subsidies/{COUNTY}/lists", batch="没有的")
    assert unknown.status_code == 404


async def test_another_county_and_other_roles_are_kept_out(house: House, address: str, finance: Desk) -> None:
    await waiting(house)
    await arrive(finance)
    list_id = await make_list(finance)
    async with desk(house, address, "finance", county="350582") as theirs, desk(house, address, "window") as clerk:
        for path in (f"/api/subsidies/{COUNTY}", f"/api/subsidies/{COUNTY}/lists/{list_id}/sheet.xlsx"):
            assert (await theirs.get(path)).status_code == 404
            assert (await clerk.get(path)).status_code == 403
        assert (await theirs.get(f"/api/subsidies/350582/lists/{list_id}/sheet.xlsx")).status_code == 404


async def test_the_overview_counts_what_became_of_each_list(house: House, finance: Desk) -> None:
    paid, listed = await waiting(house), await waiting(house)
    await arrive(finance)
    list_id = await make_list(finance)
    await outcomes(finance, list_id, (paid.number, "已付", None))
    (batch,) = (await finance.get(f"/api/subsidies/{COUNTY}")).json()["batches"]
    assert batch["lists"][0]["states"] == {"paid": 1, "listed": 1}
    assert listed.answers["bank_card"] not in str(batch)
