"""Timeliness over real HTTP: in three forms, and each supervisor sees what is theirs."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator

import pytest
from openpyxl import load_workbook

from backend.clock import today
from backend.house import House
from backend.statistics.endpoints import blueprint
from backend.statistics.service import HEAD
from tests.support.people import COUNTY, in_progress, send, tasks_of
from tests.support.staff import desk, served


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    application = await in_progress(house)
    await send(house, (await tasks_of(house, application))["medical_transfer"], "done")
    async with served(house, blueprint) as url:
        yield url


async def test_the_same_figures_come_as_json_csv_and_xlsx(house: House, address: str) -> None:
    month = f"{today():%Y-%m}"
    async with desk(house, address, "county_supervisor") as supervisor:
        answer = (await supervisor.get("/api/statistics", month=month)).json()
        sheet = await supervisor.get("/api/statistics", month=month, form="xlsx")
        table = await supervisor.get("/api/statistics", month=month, form="csv")
    ended = {line["matter"]: line["ended"] for line in answer["lines"]}
    assert ended["medical_transfer"] == ended["report_in"] == 1
    assert answer["lines"][0]["county"] == COUNTY
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert rows[0] == list(HEAD) and len(rows) == len(ended) + 1
    book = load_workbook(io.BytesIO(sheet.content)).active
    assert book is not None
    assert [[str(cell.value or "") for cell in row] for row in book.iter_rows()] == rows


async def test_a_county_sees_itself_and_the_province_all(house: House, address: str) -> None:
    async with (
        desk(house, address, "county_supervisor", county="350582") as elsewhere,
        desk(house, address, "provincial_supervisor", county=None) as province,
        desk(house, address, "window") as clerk,
    ):
        assert (await elsewhere.get("/api/statistics")).json()["lines"] == []
        assert (await elsewhere.get("/api/statistics", county=COUNTY)).status_code == 404
        assert (await province.get("/api/statistics")).json()["lines"]
        assert (await clerk.get("/api/statistics")).status_code == 403
        assert (await province.get("/api/statistics", month="soon")).status_code == 400
        assert (await province.get("/api/statistics", form="pdf")).status_code == 400
