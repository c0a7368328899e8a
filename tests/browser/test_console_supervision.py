"""A supervisor's day in a real browser: figures and plots, the cases behind them, what veterans say, what is stuck."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from backend.departments.seed import seed_examples
from backend.house import House
from backend.outbox.model import OutboxRow
from backend.staff import service as staff
from tests.browser.office import new_house
from tests.browser.test_console import NARROW, WIDE, at_desk
from tests.browser.test_page_access import violations
from tests.support.console import console
from tests.support.months import Months, some_months
from tests.support.people import COUNTY
from tests.support.staff import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")
PATHS = (
    "",
    "?by=county",
    "?by=matter",
    "/cases",
    "/cases?kind=overdue",
    "/satisfaction",
    "/satisfaction?by=county",
    "/problems",
    "/stuck",
)


@dataclass
class Province:
    """Its house, its address, and what was made."""

    house: House
    url: str
    made: Months


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def province(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Province]:
    """Half a year of fifteen counties on SQLite, served in this process."""
    house = await new_house(tmp_path_factory, "province")
    await seed_examples(house)
    await staff.create(house, "su", "示例·督办", PASSWORD, ["county_supervisor"], [COUNTY])
    await staff.create(house, "sheng", "示例·省效能办", PASSWORD, ["provincial_supervisor"])
    made = await some_months(house)
    async with console(house) as url:
        yield Province(house, url, made)


async def drawn(page: Page) -> list[bool]:
    """Of every picture on the page, brought into sight, whether it came."""
    pictures = page.locator(".plot__picture img")
    for number in range(await pictures.count()):
        await pictures.nth(number).scroll_into_view_if_needed()
        await expect(pictures.nth(number)).to_have_js_property("complete", value=True)
    found: list[bool] = await pictures.evaluate_all(
        "async (all) => Promise.all(all.map(async (one) => { await one.decode(); return one.naturalWidth > 0; }))"
    )
    return found


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, province: Province, size: Any, scheme: Any, language: str
) -> None:
    found = []
    for name in ("sheng", "su"):
        async with at_desk(browser, province.url, name, viewport=size, color_scheme=scheme, locale=language) as page:
            for path in PATHS:
                await page.goto(f"{province.url}/console/supervision{path}")
                found += [f"{name} {path}: {each}" for each in await violations(page)]
                if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    found.append(f"{name} {path}: scrolls sideways")
                if not all(await drawn(page)):
                    found.append(f"{name} {path}: a plot did not come")
    assert not found, "\n".join(found)


async def test_a_plot_is_drawn_for_the_ground_and_the_width_of_whoever_looks(browser: Browser, province: Province) -> None:
    for size, scheme, ground in ((WIDE, "light", (False, False)), (NARROW, "dark", (True, True))):
        async with at_desk(browser, province.url, "sheng", viewport=size, color_scheme=scheme) as page:
            await page.goto(f"{province.url}/console/supervision")
            assert await drawn(page) == [True] * 3
            source = str(await page.locator(".plot__picture img").first.evaluate("one => one.currentSrc"))
            assert ("dark=1" in source, "narrow=1" in source) == ground


async def test_the_provinces_supervisor_goes_from_a_figure_to_its_cases_and_takes_them_along(
    browser: Browser, province: Province, tmp_path: Path
) -> None:
    async with at_desk(browser, province.url, "sheng") as page:
        await page.get_by_role("navigation", name="主菜单").get_by_role("link", name="督办").click()
        await expect(page.get_by_role("img", name="按时办结率")).to_be_visible()
        await page.get_by_role("link", name="按县（市、区）").click()
        await page.get_by_label("县（市、区）", exact=True).select_option(label="厦门市思明区")
        await page.get_by_label("事项", exact=True).select_option(label="社保卡")
        await page.get_by_role("button", name="查看").click()
        table = page.get_by_role("region", name="超时的表")
        await expect(table.get_by_role("rowheader")).to_have_text(["厦门市思明区"])
        await page.get_by_role("link", name="按月").click()
        late = page.get_by_role("region", name="超时的表").get_by_role("link", name="超时办结").last
        count = int(await late.inner_text())
        await late.click()
        await page.wait_for_url("**/supervision/cases?*")
        rows = page.locator("tbody tr")
        await expect(rows).to_have_count(count)
        await expect(rows.first).to_contain_text("社保卡")
        await expect(page.get_by_text("林示例")).to_have_count(0)
        async with page.expect_download() as coming:
            await page.get_by_role("link", name="导出 CSV").click()
        kept = tmp_path / "cases.csv"
        await (await coming.value).save_as(kept)
        with kept.open(encoding="utf-8-sig", newline="") as file:
            assert len(list(csv.reader(file))) == count + 1
        async with page.expect_download() as coming:
            await page.get_by_role("link", name="导出 .xlsx").click()
        assert (await coming.value).suggested_filename.endswith(".xlsx")


async def test_a_countys_supervisor_reads_what_veterans_say_and_sets_a_stuck_delivery_going_again(
    browser: Browser, province: Province
) -> None:
    async with at_desk(browser, province.url, "su", java_script_enabled=False) as page:
        await page.goto(f"{province.url}/console/supervision")
        await page.get_by_role("link", name="满意度").click()
        await expect(page.get_by_text("林**说让我再跑一趟派出所")).to_be_visible()
        await page.get_by_role("link", name="问题与处理").click()
        await page.get_by_label("回复", exact=True).select_option(label="已回复")
        await page.get_by_role("button", name="查看").click()
        await expect(page.get_by_role("cell", name="已联系派出所，明天上午办好。").first).to_be_visible()
        await page.get_by_role("link", name="卡住的投递").click()
        await page.get_by_role("button", name="重发：推送给部门的事项").click()
        await expect(page.get_by_role("status")).to_contain_text("已重新投递")
        await expect(page.get_by_text("没有卡住的投递。")).to_be_visible()
    async with province.house.db.reading() as session:
        row = await session.get(OutboxRow, province.made.stuck)
    assert row is not None and row.state == "waiting" and row.retried_by == "staff:su"
