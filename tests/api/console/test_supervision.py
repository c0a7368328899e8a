"""A supervisor at the console over real HTTP, without a script: figures, the cases behind them, voices, what is stuck; files of all."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator
from html import unescape
from urllib.parse import urlencode

import httpx
import pytest
from openpyxl import load_workbook

from backend.clock import today
from backend.house import House
from backend.locale.text import render
from backend.statistics import figures
from backend.statistics.rules import Slice
from backend.statistics.service import HEAD
from tests.support.console import Seat, seat
from tests.support.months import STATION, WORDS, Months, some_months
from tests.support.people import COUNTY

OTHER = "350203"
PAGES = ("", "/cases", "/satisfaction", "/problems", "/stuck")
COMPLAINT = "派出所让我跑了三趟"
URGE = "都过了两天了，能快一点吗？"


@pytest.fixture
async def made(house: House) -> Months:
    return await some_months(house, 2, 4, (OTHER,))


@pytest.fixture
async def county(house: House, address: str, made: Months) -> AsyncIterator[Seat]:
    async with seat(house, address, "county_supervisor") as someone:
        yield someone


@pytest.fixture
async def province(house: House, address: str, made: Months) -> AsyncIterator[Seat]:
    async with seat(house, address, "provincial_supervisor", county=None) as someone:
        yield someone


def month() -> str:
    return f"{today():%Y-%m}"


def rows_of(answer: httpx.Response) -> list[list[str]]:
    assert answer.status_code == 200 and "attachment" in answer.headers["content-disposition"]
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def cells(page: str) -> list[list[str]]:
    """The rows of the page's tables as text."""
    return [
        [unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    ]


async def file(someone: Seat, path: str, **asked: str) -> list[list[str]]:
    """A table as .csv, which is the same as .xlsx."""
    whole = f"{path}{'&' if '?' in path else '?'}{urlencode({**asked, 'form': ''})}"
    rows = rows_of(await someone.get(f"{whole}csv"))
    book = load_workbook(io.BytesIO((await someone.get(f"{whole}xlsx")).content)).active
    assert book is not None
    assert [[str(cell.value or "") for cell in row] for row in book.iter_rows()] == rows
    return rows


async def test_a_county_sees_itself_alone_on_every_page_and_in_every_file(county: Seat) -> None:
    for path in PAGES:
        page = (await county.get(f"/supervision{path}")).text
        assert "思明" not in page, path
        for row in await file(county, f"/supervision{path}"):
            assert not any("思明" in cell for cell in row), path
        if path != "/stuck":
            refused = await county.get(f"/supervision{path}", county=OTHER)
            assert refused.status_code == 404 and "不归你看" in refused.text, path
    for path in ("/plot.svg", "/satisfaction/plot.svg"):
        assert (await county.get(f"/supervision{path}", county=OTHER)).status_code == 404


async def test_the_province_compares_counties_and_narrows_to_one(province: Seat) -> None:
    page = (await province.get("/supervision", by="county")).text
    assert "厦门市思明区" in page and "福州市鼓楼区" in page
    one = cells((await province.get("/supervision", by="county", county=OTHER)).text)
    assert {row[0] for row in one} - {"县（市、区）", "县（市、区） ↓"} == {"厦门市思明区"}


async def test_the_table_beside_a_plot_holds_what_the_plot_draws_and_leads_to_as_many_cases(
    house: House, province: Seat
) -> None:
    page = (await province.get("/supervision", by="matter", **{"from": month(), "to": month()})).text
    async with house.db.reading() as session:
        sums = await figures.sums(session, Slice((month(),)), "matter", "late", True)
    shown = {row[0]: row for row in cells(page) if len(row) == 4}
    for each in sums:
        name = render(house.catalogue.matters[each.key].short)
        assert shown[name][1:3] == [str(each.late), str(each.exempted)]
    most = sums[0]
    assert most.late > 0
    (link,) = {
        unescape(each) for each in re.findall(r'href="([^"]+)"', page) if "kind=late" in each and f"matter={most.key}" in each
    }
    behind = await file(province, link.removeprefix("/console"))
    assert len(behind) - 1 == most.late
    assert {row[3] for row in behind[1:]} == {render(house.catalogue.matters[most.key].short)}


async def test_a_plot_says_in_words_what_it_shows_and_is_drawn_for_both_grounds(province: Seat) -> None:
    page = (await province.get("/supervision", by="department")).text
    assert len(re.findall(r'<img src="[^"]+" alt="[^"]{12,}"', page)) == 3
    pictures = {unescape(each) for each in re.findall(r'(?:src|srcset)="(/console/supervision/plot\.svg[^"]+)"', page)}
    assert len(pictures) == 12
    drawn = set()
    for each in pictures:
        answer = await province.get(each.removeprefix("/console"))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
        assert answer.num_bytes_downloaded < 30_000 and answer.text.startswith("<?xml")
        drawn.add(answer.content)
    assert len(drawn) == 12


async def test_columns_sort_in_the_database_and_turn_round(province: Seat) -> None:
    for order, head in (("received", "接收"), ("late", "超时办结")):
        for descending in ("1", ""):
            page = (await province.get("/supervision", by="matter", order=order, descending=descending)).text
            assert f'aria-sort="{"descending" if descending else "ascending"}"' in page
            rows = await file(province, "/supervision", by="matter", order=order, descending=descending)
            column = [int(row[rows[0].index(head)]) for row in rows[1:]]
            assert column == sorted(column, reverse=bool(descending))


async def test_every_line_is_a_file_as_the_statistics_have_it(county: Seat) -> None:
    rows = await file(county, "/supervision", table="lines")
    assert rows[0] == list(HEAD) and {row[1] for row in rows[1:]} == {COUNTY} and len({row[0] for row in rows[1:]}) > 1
    assert (await county.get("/supervision", form="pdf")).status_code == 400


async def test_the_province_reads_no_name_no_number_and_no_word_of_a_case(
    house: House, province: Seat, county: Seat, made: Months
) -> None:
    answers = made.application.answers
    secrets = [str(answers[name]) for name in ("name", "id_number", "mobile", "home_address", "bank_card")]
    for path in PAGES:
        for asked in ({}, {"form": "csv"}, {"kind": "ended"}, {"table": "words", "form": "csv"}):
            answer = await province.get(f"/supervision{path}", **asked)
            text = answer.content.decode("utf-8-sig")
            assert not any(secret in text for secret in secrets), (path, asked)
            assert COMPLAINT not in text and URGE not in text and STATION not in text, (path, asked)
            assert "/console/cases/" not in text
    near = (await county.get("/supervision/problems")).text
    assert (COMPLAINT in near or URGE in near) and f"/console/cases/{made.application.number}" in near


async def test_words_are_shown_to_both_without_the_veterans_own_name(province: Seat, county: Seat) -> None:
    for someone in (province, county):
        page = (await someone.get("/supervision/satisfaction")).text
        assert "林**说让我再跑一趟派出所" in page and "林示例" not in page
        words = await file(someone, "/supervision/satisfaction", table="words")
        assert any("林**说" in row[3] for row in words[1:])
    assert WORDS[2].startswith("林示例")


async def test_satisfaction_is_counted_by_month_and_by_county(province: Seat) -> None:
    by_county = await file(province, "/supervision/satisfaction", by="county")
    assert [row[0] for row in by_county[1:]] == ["福州市鼓楼区", "厦门市思明区"]
    assert by_county[1][1:4] == ["1", "1", "5.0"]
    by_month = await file(province, "/supervision/satisfaction")
    assert sum(int(row[1]) for row in by_month[1:]) == 2
    plot = await province.get("/supervision/satisfaction/plot.svg", by="county")
    assert (plot.status_code, plot.headers["content-encoding"]) == (200, "gzip")


async def test_problems_show_what_became_of_them_and_are_narrowed_by_it(county: Seat) -> None:
    every = await file(county, "/supervision/problems")
    waiting = await file(county, "/supervision/problems", answered="no")
    answered = await file(county, "/supervision/problems", answered="yes")
    assert len(every) - 1 == 2 and len(waiting) == len(answered) == 2
    assert waiting[1][6] == "" and answered[1][6] and answered[1][9] == "已联系派出所，明天上午办好。"
    urges = await file(county, "/supervision/problems", kind="urge")
    complaints = await file(county, "/supervision/problems", kind="complaint")
    assert len(urges) + len(complaints) == len(every) + 1
    assert len(await file(county, "/supervision/problems", department="medical_insurance")) == 1


async def test_cases_page_on_without_losing_one(province: Seat) -> None:
    total = await file(province, "/supervision/cases", kind="ended", month=month())
    seen, path = 0, f"/supervision/cases?kind=ended&month={month()}"
    while path:
        page = (await province.get(path)).text
        seen += len(re.findall(r'<td class="rows__first">', page))
        found = re.search(r'rel="next" href="/console([^"]+)"', page)
        path = unescape(found[1]) if found else ""
    assert seen == len(total) - 1 > 20


async def test_what_is_stuck_is_set_going_again_once_and_by_who_may(
    house: House, address: str, county: Seat, province: Seat, made: Months
) -> None:
    assert "重发</button>" not in (await province.get("/supervision/stuck")).text
    assert STATION in (await county.get("/supervision/stuck")).text
    answer = await county.post(f"/supervision/stuck/{made.stuck}/retry")
    assert answer.status_code == 303
    page = (await county.get("/supervision/stuck")).text
    assert "已重新投递" in page and "没有卡住的投递" in page
    await county.post(f"/supervision/stuck/{made.stuck}/retry")
    assert "没有变化：这次投递没有卡住" in (await county.get("/supervision/stuck")).text
    for row in (made.stuck + 1, 99999999999999999999):
        assert (await county.post(f"/supervision/stuck/{row}/retry")).status_code == 404
    async with seat(house, address, "administrator", county=None) as administrator:
        assert "重发</button>" in (await administrator.get("/supervision/stuck")).text


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "2026-13", "to": "x", "by": "name", "order": "drop table", "matter": "nothing", "department": "'"},
        {"from": month(), "to": "2025-11"},
        {"kind": "secret", "month": "1999-01", "answered": "maybe", "table": "users"},
        {"after": "0"},
    ],
)
async def test_an_address_that_nobody_sends_shows_a_page_and_breaks_nothing(province: Seat, asked: dict[str, str]) -> None:
    for path in ("", "/cases", "/stuck", "/plot.svg"):
        assert (await province.get(f"/supervision{path}", **asked)).status_code == 200, path
    for path in ("/satisfaction", "/problems"):
        assert (await province.get(f"/supervision{path}", **asked)).status_code in (200, 400), path
