"""A county's lists, its money, its roster and the window's week in a real browser, as those whose day's work they are."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msoffcrypto
import openpyxl
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from backend.applications.actor import Actor
from backend.applications.model import Application
from backend.archives import service as archives
from backend.clock import today
from backend.departments.seed import seed_examples
from backend.house import House
from backend.staff import service as staff
from tests.browser.office import new_house
from tests.browser.test_console import NARROW, WIDE, at_desk
from tests.browser.test_page_access import violations
from tests.support.console import console
from tests.support.people import COUNTY, accepted, id_number, in_progress, send, submitted, tasks_of
from tests.support.staff import PASSWORD
from tests.unit.spreadsheets.test_spreadsheets import book

pytestmark = pytest.mark.asyncio(loop_scope="session")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHEN = Actor("staff:chen", (COUNTY,))
HEAD = ("姓名", "公民身份号码", "士兵类别", "自主就业", "档案收到日期")


@dataclass
class Office:
    """A county's office: its house, its address, and cases that its pages show."""

    house: House
    url: str
    applicant: Application
    comers: list[Application]
    paid_soon: list[Application]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """Realistic cases on SQLite, served in this process."""
    house = await new_house(tmp_path_factory, "desks")
    await seed_examples(house)
    await staff.create(house, "chen", "示例·chen", PASSWORD, ["window", "reviewer"], [COUNTY])
    await staff.create(house, "money", "示例·财政", PASSWORD, ["finance"], [COUNTY])
    applicant = await submitted(house, name="林示例甲")
    rows = [(f"陈示例{name}", id_number(), "义务兵", "是", None) for name in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"]
    listed = (applicant.answers["name"], applicant.answers["id_number"], "军士", "是", None)
    await archives.import_list(house, CHEN, COUNTY, book(HEAD, listed, *rows))
    comers = [await accepted(house, name=name) for name in ("吴示例乙", "郑示例丙")]
    paid_soon = [
        await in_progress(house, name=name, matters=["report_in", "local_subsidy"]) for name in ("黄示例丁", "张示例戊")
    ]
    for case in paid_soon:
        await send(house, (await tasks_of(house, case))["local_subsidy"], "received")
    async with console(house) as url:
        yield Office(house, url, applicant, comers, paid_soon)


def sheet(*rows: tuple[object, ...]) -> Any:
    """A spreadsheet as a browser sends it."""
    return {"name": "示例.xlsx", "mimeType": XLSX, "buffer": book(*rows)}


async def test_a_reviewer_takes_a_list_mends_it_and_records_an_archive(browser: Browser, office: Office) -> None:
    async with at_desk(browser, office.url, "chen") as page:
        await page.get_by_role("link", name="档案", exact=True).click()
        await page.get_by_label(".xlsx 表格").set_input_files(sheet(HEAD, ("李示例", id_number(), "将军", "是", None)))
        await page.get_by_role("button", name="上传").click()
        await expect(page.get_by_role("alert")).to_contain_text("第2行：士兵类别“将军”看不懂")
        await page.get_by_label(".xlsx 表格").set_input_files(sheet(HEAD, ("李示例", id_number(), "军士", "是", today())))
        await page.get_by_role("button", name="上传").click()
        await expect(page.get_by_role("status")).to_contain_text("收下1行：新的1人")
        await page.get_by_role("link", name="和申请对不上").click()
        row = page.get_by_role("row", name=office.applicant.number)
        await expect(row).to_contain_text("名单：军士")
        await expect(row.locator("mark")).to_have_text("义务兵")
        await row.get_by_text("登记收到").click()
        await row.get_by_role("button", name="收到了").click()
        await expect(page.get_by_role("status")).to_contain_text("已登记收到档案")
        await expect(row).to_contain_text("已收到")


async def test_finance_brings_the_money_to_the_bank_and_its_answer_back(browser: Browser, office: Office) -> None:
    first, second = office.paid_soon
    async with at_desk(browser, office.url, "money") as page:
        await page.get_by_role("link", name="补助资金", exact=True).click()
        await page.get_by_label("哪一批").fill("2026年第一批")
        await page.get_by_role("button", name="登记到账").click()
        await expect(page.get_by_role("status")).to_contain_text("2人可以发放了")
        await page.get_by_role("button", name="出名单（2人）").click()
        await expect(page.get_by_role("status")).to_contain_text("名单出好了，共2人")
        async with page.expect_download() as taken:
            await page.get_by_role("button", name="导出 .xlsx").click()
        sent = io.BytesIO(Path(await (await taken.value).path()).read_bytes())
        cells = [cell for row in openpyxl.load_workbook(sent).worksheets[0].iter_rows(values_only=True) for cell in row]
        assert first.answers["bank_card"] in cells
        await page.get_by_label("银行写回的 .xlsx 表格").set_input_files(
            sheet(("编号", "结果"), (first.number, "已付"), (second.number, "户名不符"))
        )
        await page.get_by_role("button", name="上传结果").click()
        await expect(page.get_by_role("status")).to_contain_text("收下2笔结果")
        await expect(page.get_by_role("row", name=first.number)).to_contain_text("已办结")
        await expect(page.get_by_role("row", name=second.number)).to_contain_text("等本人")
        await page.get_by_role("link", name="← 补助资金").click()
        await page.get_by_role("link", name="等本人换卡").click()
        await expect(page.get_by_role("row", name=second.number)).to_contain_text("户名")


async def test_a_roster_leaves_encrypted_and_its_password_by_another_way(browser: Browser, office: Office) -> None:
    case = office.paid_soon[0]
    async with at_desk(browser, office.url, "chen") as page:
        await page.get_by_role("link", name="名册", exact=True).click()
        await page.get_by_role("link", name=f"去录 {case.number}").click()
        await page.get_by_label("服现役大单位").fill("示例大单位")
        await page.get_by_label("服现役旅营级单位").fill("示例旅示例营")
        await page.get_by_role("button", name="保存").click()
        await expect(page.get_by_role("status")).to_contain_text("的部队已录入")
        await page.get_by_role("button", name="导出加密文件").click()
        password = await page.locator(".secret").inner_text()
        async with page.expect_download() as taken:
            await page.get_by_role("button", name="下载加密文件").click()
        locked, plain = msoffcrypto.OfficeFile(io.BytesIO(Path(await (await taken.value).path()).read_bytes())), io.BytesIO()
        locked.load_key(password=password, verify_password=True)
        locked.decrypt(plain)
        assert "示例旅示例营" in list(openpyxl.load_workbook(plain).worksheets[0].iter_rows(values_only=True))[-1]
        await page.get_by_role("link", name="口令记好了，去登记移交").click()
        for what, way, said in (("文件", "当面交接", "已登记文件移交"), ("口令", "电话", "已登记口令移交")):
            await page.get_by_text(f"登记{what}移交").click()
            form = page.locator("details[open] form")
            await form.get_by_label("交给谁").fill("示例人民武装部 张示例")
            await form.get_by_label("怎么交的").select_option(label=way)
            await form.get_by_role("button", name="登记").click()
            await expect(page.get_by_role("status")).to_contain_text(said)
        await expect(page.get_by_text("都交了")).to_be_visible()


async def test_the_window_fills_its_week_on_a_telephone_without_a_script(browser: Browser, office: Office) -> None:
    case = office.comers[0]
    async with at_desk(browser, office.url, "chen", viewport=NARROW, java_script_enabled=False) as page:
        await page.goto(f"{office.url}/console/appointments")
        await page.get_by_role("link", name="下一周").click()
        await page.locator(".week-list summary").first.click()
        await page.locator(".week-list details[open] a").first.click()
        await page.get_by_label("编号、全名").fill("吴示例乙")
        await page.get_by_role("button", name="查找").click()
        await page.get_by_role("button", name="约好").click()
        await expect(page.get_by_role("status")).to_contain_text("约好了")
        await page.locator(".week-list").get_by_role("link", name="吴***").click()
        chosen = page.get_by_role("combobox", name="时间")
        await chosen.select_option(index=2)
        await page.get_by_role("button", name="改期").click()
        await expect(page.get_by_role("status")).to_contain_text("约好了")
        await page.goto(f"{office.url}/console/appointments/{case.number}")
        await page.get_by_role("button", name="取消预约").click()
        await expect(page.get_by_role("status")).to_contain_text("预约取消了")


@pytest.mark.parametrize(("scheme", "locale"), [("light", "zh-CN"), ("dark", "en-GB")])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_axe_finds_nothing_on_these_pages_and_nothing_scrolls_sideways(
    browser: Browser, office: Office, scheme: Any, locale: str, size: Any
) -> None:
    found = []
    of_chen = (
        "/archives",
        "/archives?view=differs",
        "/archives?view=applicants",
        "/roster",
        "/roster/exports",
        f"/roster/{office.paid_soon[1].number}",
        "/appointments",
        "/appointments/find",
        f"/appointments/{office.comers[1].number}",
        "/funds?why=veteran",
    )
    for name, paths in (("chen", of_chen), ("money", ("/funds",))):
        async with at_desk(browser, office.url, name, viewport=size, color_scheme=scheme, locale=locale) as page:
            for path in paths:
                await page.goto(f"{office.url}/console{path}")
                await page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
                found += [f"{path}: {each}" for each in await violations(page)]
                if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    found.append(f"{path}: scrolls sideways")
    assert not found, "\n".join(found)
