"""A county's list of expected soldiers over real HTTP, matched on the identity number (notice 四(一))."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import time_machine
from openpyxl import load_workbook

from backend.applications import service as applications
from backend.applications.endpoints import blueprint as cases
from backend.archives.endpoints import blueprint
from backend.house import House
from tests.support.people import CLERK, COUNTY, id_number, submitted
from tests.support.staff import Desk, desk, served
from tests.unit.spreadsheets.test_spreadsheets import book

HEAD = ("姓名", "公民身份号码", "退役时间", "士兵类别", "自主就业", "档案收到日期")


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with served(house, blueprint, cases) as url:
        yield url


@pytest.fixture
async def reviewer(house: House, address: str) -> AsyncIterator[Desk]:
    async with desk(house, address, "reviewer") as someone:
        yield someone


async def send(reviewer: Desk, *rows: tuple[object, ...], county: str = COUNTY, head: tuple[str, ...] = HEAD) -> httpx.Response:
    return await reviewer.http.post(f"/api/archives/{county}", content=book(head, *rows))


async def case(reviewer: Desk, number: str) -> dict[str, Any]:
    found: dict[str, Any] = (await reviewer.get(f"/api/cases/{number}")).json()["case"]
    return found


async def test_a_list_records_the_archives_of_those_who_have_applied(house: House, reviewer: Desk) -> None:
    application = await submitted(house)
    identity = application.answers["id_number"]
    answer = await send(
        reviewer, ("林小明", identity, "2026.01", "军士", "是", "2026-01-20"), ("陈归来", id_number(), "", "", "", "")
    )
    assert answer.status_code == 201
    assert answer.json() == {"rows": 2, "new": 2, "matched": 1, "archives": 1, "again": False}
    shown = await case(reviewer, application.number)
    assert shown["archive_received_at"]
    assert "soldier_kind" in shown["differs_from_list"] and "name" not in shown["differs_from_list"]


async def test_who_applies_after_the_list_came_finds_the_archive_recorded(house: House, reviewer: Desk) -> None:
    identity = id_number()
    await send(reviewer, ("林小明", identity, "", "", "", "2026-01-20"))
    application = await submitted(house, id_number=identity)
    shown = await case(reviewer, application.number)
    assert shown["archive_received_at"] and shown["differs_from_list"] == []
    assert [event["command"] for event in shown["events"]] == ["submit", "record_archive"]


async def test_another_countys_list_records_nothing_until_the_case_is_transferred(house: House, address: str) -> None:
    application = await submitted(house)
    async with desk(house, address, "reviewer", county="350582") as theirs, desk(house, address, "reviewer") as ours:
        row = ("林小明", application.answers["id_number"], "", "", "", "2026-01-20")
        assert (await send(theirs, row, county="350582")).json()["matched"] == 0
        assert (await case(ours, application.number))["archive_received_at"] is None
        body = {"version": application.version, "county": "350582", "reason": "落户在晋江"}
        assert (await ours.post(f"/api/cases/{application.number}/county", **body)).status_code == 200
        assert (await case(theirs, application.number))["archive_received_at"]


@pytest.mark.parametrize("came", ["2026-01-20", ""])
async def test_a_corrected_identity_number_finds_its_own_row_and_lets_the_others_go(
    house: House, reviewer: Desk, came: str
) -> None:
    application, right = await submitted(house), id_number()
    wrong = application.answers["id_number"]
    await send(reviewer, ("陈归来", wrong, "", "", "", "2026-01-20"), ("林小明", right, "", "", "", came))
    await applications.request_correction(house, application.number, CLERK, [("id_number", "与档案不一致")])
    await applications.correct(house, application.number, f"veteran:{application.conversation_id}", {"id_number": right})
    rows = (await reviewer.get(f"/api/archives/{COUNTY}")).json()["rows"]
    assert [row["application"] for row in rows] == [None, application.number]
    # The archive that had come was another's.
    assert bool((await case(reviewer, application.number))["archive_received_at"]) == bool(came)


async def test_a_list_of_january_finds_who_applied_in_december(house: House, reviewer: Desk) -> None:
    # Time limits that begin in December end in January: the archive may come then. # notice 四(一)
    with time_machine.travel(datetime(2025, 12, 30, 2, 0, tzinfo=UTC), tick=False):
        before = [await submitted(house) for _ in range(2)]
    first, second = (application.answers["id_number"] for application in before)
    answer = await send(
        reviewer, ("林小明", first, "2025.01", "", "", "2026-01-05"), ("林小明", second, "", "", "", "2026-01-05")
    )
    assert (answer.json()["matched"], answer.json()["archives"]) == (2, 2)
    for application in before:
        assert (await case(reviewer, application.number))["archive_received_at"]
    # Who is discharged this year has a row of this year.
    await send(reviewer, ("陈归来", id_number(), "2026.01", "", "", ""))
    assert (await reviewer.get(f"/api/archives/{COUNTY}", year="2025")).json()["counts"]["expected"] == 2
    assert (await reviewer.get(f"/api/archives/{COUNTY}")).json()["counts"]["expected"] == 1


async def test_a_month_that_became_a_number_is_refused_where_it_may_have_lost_its_nought(reviewer: Desk) -> None:
    answer = await send(reviewer, ("林小明", id_number(), 2026.1, "", "", ""))
    assert answer.status_code == 422
    assert "1月还是10月" in answer.json()["problems"][0]
    assert (await send(reviewer, ("林小明", id_number(), 2026.09, "", "", ""))).status_code == 201
    assert (await send(reviewer, ("林小明", id_number(), "2026.1", "", "", ""))).status_code == 201


async def test_the_same_file_again_changes_nothing_and_a_later_one_takes_nothing_back(house: House, reviewer: Desk) -> None:
    identity = id_number()
    content = book(HEAD, ("林小明", identity, "", "", "", "2026-01-20"))
    first = await reviewer.http.post(f"/api/archives/{COUNTY}", content=content)
    again = await reviewer.http.post(f"/api/archives/{COUNTY}", content=content)
    assert (first.status_code, again.status_code, again.json()["again"]) == (201, 200, True)
    await send(reviewer, ("林小明", identity, "2026.01", "", "", ""))
    (row,) = (await reviewer.get(f"/api/archives/{COUNTY}")).json()["rows"]
    assert row["archive_received_on"] == "2026-01-20"
    assert identity not in str(row)


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([("林小明", "381421199903212588", "", "", "", "")], "第3行：这个身份证号校验没通过"),
        ([("林小明", "350102200601150018", "", "", "", "")] * 2, "第4行：和第3行是同一个身份证号"),
    ],
)
async def test_a_list_with_one_wrong_row_is_refused_whole(reviewer: Desk, rows: list[tuple[object, ...]], problem: str) -> None:
    answer = await send(reviewer, ("王五", id_number(), "", "", "", ""), *rows)
    assert answer.status_code == 422
    assert [each for each in answer.json()["problems"] if each.startswith(problem)]
    assert (await reviewer.get(f"/api/archives/{COUNTY}")).json()["counts"]["expected"] == 0


async def test_a_list_for_another_county_or_by_another_role_is_refused(house: House, address: str, reviewer: Desk) -> None:
    row = ("林小明", id_number(), "", "", "", "")
    assert (await send(reviewer, row, county="350582")).status_code == 404
    assert (await send(reviewer, row, county="999999")).status_code == 404
    async with desk(house, address, "window") as clerk:
        assert (await send(clerk, row)).status_code == 403


async def test_the_template_is_what_the_import_takes(reviewer: Desk) -> None:
    answer = await reviewer.get("/api/archives/template.xlsx")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    head = tuple(str(cell.value) for cell in sheet[1])
    taken = await send(reviewer, ("林小明", id_number(), *[""] * (len(head) - 2)), head=head)
    assert taken.status_code == 201


async def test_the_list_comes_in_pages(reviewer: Desk) -> None:
    await send(reviewer, *[("林小明", id_number(), "", "", "", "") for _ in range(5)])
    first = (await reviewer.get(f"/api/archives/{COUNTY}", limit="3")).json()
    rest = (await reviewer.get(f"/api/archives/{COUNTY}", limit="3", after=str(first["next"]))).json()
    assert (len(first["rows"]), len(rest["rows"]), rest["next"]) == (3, 2, None)


async def test_a_list_sent_twice_at_the_same_moment_is_taken_once(house: House, reviewer: Desk) -> None:
    content = book(HEAD, ("林小明", id_number(), "", "", "", ""))
    path = f"/api/archives/{COUNTY}"
    answers = await asyncio.gather(*(reviewer.http.post(path, content=content) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert sum(answer.json()["new"] for answer in answers) == 1


async def test_two_lists_at_the_same_moment_that_name_the_same_people_are_both_taken(house: House, reviewer: Desk) -> None:
    people = [id_number() for _ in range(3)]
    lists = [[("林小明", each, "", "", "", "2026-01-20") for each in order] for order in (people, people[::-1])]
    answers = await asyncio.gather(*(send(reviewer, *rows) for rows in lists))
    assert [answer.status_code for answer in answers] == [201, 201]
    assert sorted(answer.json()["new"] for answer in answers) == [0, 3]
