"""An administrator's, a county supervisor's and an auditor's day at the console in a real browser: with axe-core on every page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from backend.applications import service as applications
from backend.applications.actor import Actor
from backend.clock import today
from backend.departments import repository as departments
from backend.departments.seed import seed_examples
from backend.house import House
from backend.staff import service as staff
from backend.takeover.service import add_default_canned
from tests.browser.office import new_house
from tests.browser.test_console import NARROW, WIDE, at_desk
from tests.browser.test_page_access import violations
from tests.support.console import console
from tests.support.people import COUNTY, said, submitted
from tests.support.staff import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")
YEAR = """year: 2027
source: 示例通知
days_off:
  - {from: 2027-01-01, to: 2027-01-03, name: 元旦}
  - {from: 2027-05-01, to: 2027-05-02, name: 劳动节}
  - {from: 2027-10-01, to: 2027-10-03, name: 国庆节}
"""


@dataclass
class Province:
    """A house with units, cases and people: its address, and a unit."""

    house: House
    url: str
    unit: str
    case: str


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def province(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Province]:
    """Realistic data on SQLite, served in this process."""
    house = await new_house(tmp_path_factory, "province")
    await seed_examples(house)
    await add_default_canned(house, "system")
    await staff.create(house, "admin", "示例·管理员", PASSWORD, ["administrator"])
    await staff.create(house, "audit", "示例·审计员", PASSWORD, ["auditor"])
    await staff.create(house, "boss", "示例·县级督办", PASSWORD, ["county_supervisor"], [COUNTY])
    await staff.create(house, "chen", "示例·陈", PASSWORD, ["reviewer"], [COUNTY])
    case = await submitted(house)
    await applications.record_archive(house, case.number, Actor("staff:chen", (COUNTY,)))
    async with house.db.reading() as session:
        unit = await departments.unit_of(session, COUNTY, "police")
    assert unit is not None
    async with console(house) as url:
        yield Province(house, url, unit.id, case.number)


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser: Browser, province: Province, scheme: Any, size: Any, locale: str
) -> None:
    found = []
    settings = (
        "",
        "/units",
        "/units/new",
        f"/units/{province.unit}",
        "/windows",
        f"/windows/{COUNTY}",
        "/notices",
        "/notices/accepted",
        "/replies",
        "/replies/new",
        "/calendar",
        "/health?check=1",
        "/banks",
        "/banks/icbc",
        "/banks/new",
        "/simulators",
    )
    for name, paths in (
        ("admin", [f"/settings{path}" for path in settings]),
        ("audit", ["/audit", "/audit?kind=refusal&since=2020-01-01"]),
        ("boss", ["/settings", f"/settings/windows/{COUNTY}"]),
    ):
        async with at_desk(browser, province.url, name, viewport=size, color_scheme=scheme, locale=locale) as page:
            for path in paths:
                answer = await page.goto(f"{province.url}/console{path}")
                if answer is None or answer.status != 200:
                    found.append(f"{path}: {answer and answer.status}")
                await page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
                found += [f"{path}: {each}" for each in await violations(page)]
                if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    found.append(f"{path}: scrolls sideways")
    assert not found, "\n".join(found)


async def test_an_administrator_replaces_a_secret_and_sees_it_once(browser: Browser, province: Province) -> None:
    async with at_desk(browser, province.url, "admin") as page:
        await page.goto(f"{province.url}/console/settings")
        await page.get_by_role("link", name="部门单位").click()
        await page.get_by_label("部门", exact=True).select_option("police")
        await page.get_by_role("button", name="查找").click()
        await page.get_by_role("link", name="示例·鼓楼派出所").click()
        await page.get_by_label("换密钥后，旧的还能用").select_option("72")
        await page.get_by_role("button", name="换密钥").click()
        shown = page.locator(".secret")
        await expect(shown).to_contain_text("whsec_")
        secret = await shown.text_content()
        await page.get_by_role("link", name="记好了，继续").click()
        await expect(page.get_by_text("换了密钥")).to_be_visible()
        assert secret and secret not in await page.content()
    async with province.house.db.reading() as session:
        unit = await departments.unit_by_id(session, province.unit)
    assert unit is not None and unit.secret == secret and unit.previous_secret


async def test_an_administrator_previews_words_puts_them_in_and_goes_back(browser: Browser, province: Province) -> None:
    async with at_desk(browser, province.url, "admin") as page:
        await page.goto(f"{province.url}/console/settings/notices/accepted")
        await page.get_by_label("聊天里说的", exact=True).fill("{surname}同志，通过了！请带{count}样材料来。")
        await page.get_by_role("button", name="先看本人会读到什么").click()
        await expect(page.locator("#preview .bubble").first).to_have_text("林同志，通过了！请带9样材料来。")
        await page.get_by_label("为什么改").fill("说得更短")
        await page.get_by_role("button", name="换上").click()
        await expect(page.get_by_role("status")).to_contain_text("已换上")
        case = await submitted(province.house)
        await applications.record_archive(province.house, case.number, Actor("staff:chen", (COUNTY,)))
        await applications.accept(province.house, case.number, Actor("staff:chen", (COUNTY,)))
        assert (await said(province.house, case))[-1].startswith("林同志，通过了！")
        await page.get_by_text("看这一版").last.click()
        await page.get_by_label("为什么换回").last.fill("先用原来的")
        await page.get_by_role("button", name="换回程序自带的").click()
        await expect(page.get_by_role("status")).to_contain_text("已换回")
    assert province.house.catalogue.notices["accepted"] == province.house.overrides.files.notices["accepted"]


async def test_an_administrator_puts_in_a_year_after_a_look_at_what_it_changes(
    browser: Browser, province: Province, tmp_path: Path
) -> None:
    file = tmp_path / "2027.yml"
    file.write_text(YEAR, "utf-8")
    async with at_desk(browser, province.url, "admin") as page:
        await page.goto(f"{province.url}/console/settings/calendar")
        await page.get_by_label("放假安排文件").set_input_files(file)
        await page.get_by_role("button", name="先看会怎样").click()
        await expect(page.get_by_role("region", name="换上以后会怎样")).to_contain_text("还没有公布过")
        assert await violations(page) == []
        await page.get_by_role("button", name="换上").click()
        await expect(page.get_by_role("status")).to_contain_text("2027年的放假安排已换上")
    assert 2027 in province.house.calendar.years


async def test_a_supervisor_records_a_typhoon_and_keeps_a_reply_without_a_script(browser: Browser, province: Province) -> None:
    day = today() + timedelta(days=4)
    async with at_desk(browser, province.url, "boss", java_script_enabled=False) as page:
        await page.goto(f"{province.url}/console/settings/windows/{COUNTY}")
        await page.locator("summary", has_text="登记停办公").click()
        form = page.locator("form", has=page.get_by_role("button", name="登记停办公"))
        await form.get_by_label("从哪天").fill(str(day))
        await form.get_by_label("原因").fill("台风")
        await form.get_by_role("button", name="登记停办公").click()
        await expect(page.get_by_role("status")).to_contain_text("在走的时限正在重新计算")
        await page.goto(f"{province.url}/console/settings/replies/new")
        await page.get_by_label("标题").fill("停车")
        await page.get_by_label("内容").fill("窗口门口可以停车（示例）。")
        await page.get_by_role("button", name="保存").click()
        await expect(page.get_by_text("窗口门口可以停车（示例）。")).to_be_visible()
    assert day in province.house.office(COUNTY).closures


async def test_an_auditor_finds_who_looked_at_a_case_and_takes_the_list_out(browser: Browser, province: Province) -> None:
    async with at_desk(browser, province.url, "chen") as page:
        await page.goto(f"{province.url}/console/cases/{province.case}")
        await page.goto(f"{province.url}/console/accounts")
        await expect(page.get_by_text("不归你的角色用")).to_be_visible()
    async with at_desk(browser, province.url, "audit") as page:
        await page.get_by_role("link", name="审计记录").click()
        await expect(page.get_by_role("table")).to_contain_text("没有让做：角色不对")
        await page.get_by_label("申请编号", exact=True).fill(province.case)
        await page.get_by_label("谁").fill("chen")
        await page.get_by_role("button", name="查找").click()
        await expect(page.get_by_role("table")).to_contain_text("看了申请")
        async with page.expect_download() as coming:
            await page.get_by_role("button", name="导出").click()
        table = Path(await (await coming.value).path()).read_text("utf-8-sig")
        assert province.case in table and "看了申请" in table
        await page.get_by_role("link", name="清空").click()
        await expect(page.get_by_role("table")).to_contain_text("导出审计记录")
