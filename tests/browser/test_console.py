"""The day's work at the console in a real browser on the real backend: with a keyboard, and axe-core on every page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, expect

from backend.applications import service as applications
from backend.applications.actor import Actor
from backend.applications.model import Application
from backend.departments.model import Task
from backend.departments.seed import seed_examples
from backend.house import House
from backend.staff import service as staff
from backend.vouchers import casework
from backend.vouchers.service import Sent
from backend.vouchers.workshop import Workshop
from tests.browser.office import new_house
from tests.browser.test_page_access import violations
from tests.support.console import console
from tests.support.files import photograph
from tests.support.people import CLERK, COUNTY, said, submitted, tasks_of
from tests.support.staff import PASSWORD

pytestmark = pytest.mark.asyncio(loop_scope="session")
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 390, "height": 780}
CLERKS = ("chen", "wang")


@dataclass
class Office:
    """A county's office: its house, its address, and cases in every state."""

    house: House
    url: str
    waiting: list[Application]
    expected: Application
    going_on: Application
    task: Task


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    """Realistic cases on SQLite, served in this process."""
    house = await new_house(tmp_path_factory, "office")
    await seed_examples(house)
    for name in CLERKS:
        await staff.create(house, name, f"示例·{name}", PASSWORD, ["window", "reviewer"], [COUNTY])
    await staff.create(house, "police", "示例·户籍", PASSWORD, ["officer"], [COUNTY], "police")
    await staff.create(house, "admin", "示例·管理员", PASSWORD, ["administrator"])
    cases = [await submitted(house, name=name) for name in ("林示例甲", "陈示例乙", "黄示例丙", "吴示例丁", "郑示例戊")]
    for case in cases:
        await applications.record_archive(house, case.number, CLERK)
    workshop = Workshop()
    for material in (1, 2, 3):
        sent = Sent(material, f"page-{material}", photograph())
        await casework.add(house, workshop, Actor("staff:chen", (COUNTY,)), cases[0].number, sent)
    workshop.close()
    for case in cases[3:]:
        await applications.accept(house, case.number, CLERK)
    await applications.intake(house, cases[4].number, CLERK, (8,))
    task = (await tasks_of(house, cases[4]))["household_restoration"]
    async with console(house) as url:
        yield Office(house, url, cases[:3], cases[3], cases[4], task)


@asynccontextmanager
async def at_desk(browser: Browser, url: str, name: str, **more: Any) -> AsyncIterator[Page]:
    """Somebody who has signed in with the keyboard. What the page complains about fails the test."""
    context = await browser.new_context(**{"viewport": WIDE, "locale": "zh-CN", **more})
    page, complaints = await context.new_page(), list[str]()

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            complaints.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{url}/console")
    await page.keyboard.type(name)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/console")
    yield page
    await context.close()
    assert not complaints, complaints


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
async def test_axe_finds_nothing_on_any_page_and_nothing_scrolls_sideways(
    browser: Browser, office: Office, scheme: Any, size: Any
) -> None:
    found = []
    for name, paths in (
        (
            "chen",
            (
                "",
                "/review",
                f"/review/{office.waiting[0].number}",
                "/cases",
                f"/cases/{office.going_on.number}",
                "/intake",
                "/assist",
                f"/intake/{office.expected.number}",
                f"/intake/{office.going_on.number}",
                "/me",
                "/prove",
                "/sign-in/second-factor",
                "/nowhere",
            ),
        ),
        ("police", ("", "/inbox", f"/inbox/{office.task.id}")),
        ("admin", ("", "/accounts", "/accounts/chen", "/accounts/new")),
    ):
        async with at_desk(browser, office.url, name, viewport=size, color_scheme=scheme) as page:
            for path in paths:
                await page.goto(f"{office.url}/console{path}")
                await page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
                found += [f"{path}: {each}" for each in await violations(page)]
                if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    found.append(f"{path}: scrolls sideways")
    assert not found, "\n".join(found)


async def test_the_door_has_no_barrier(browser: Browser, office: Office) -> None:
    page = await browser.new_page(viewport=NARROW)
    await page.goto(f"{office.url}/console/sign-in")
    assert await violations(page) == []
    await page.close()


async def test_a_reviewer_turns_a_page_previews_a_correction_and_goes_on_with_one_key(browser: Browser, office: Office) -> None:
    first, second = office.waiting[0], office.waiting[1]
    async with at_desk(browser, office.url, "chen") as page:
        await page.goto(f"{office.url}/console/review")
        await page.keyboard.press("n")
        await page.wait_for_url(f"**/review/{first.number}")
        picture = page.locator(".viewer img").first
        await page.get_by_role("button", name="旋转").first.click()
        await page.get_by_role("button", name="放大").first.click()
        await expect(picture).to_have_css("rotate", "90deg")
        await page.locator(".viewer__frame").first.focus()
        await page.keyboard.press("0")
        await expect(picture).to_have_css("rotate", "0deg")
        await page.get_by_text("要求更正", exact=True).click()
        await page.get_by_role("checkbox", name="家庭住址").check()
        await page.get_by_role("combobox", name="为什么要改：家庭住址").fill("请写到门牌号")
        await page.get_by_role("button", name="先看本人会读到什么").click()
        await expect(page.locator("#preview .bubble")).to_contain_text("请写到门牌号")
        await page.get_by_role("button", name="退回更正").click()
        await page.wait_for_url(f"**/review/{second.number}")
        await expect(page.get_by_role("status")).to_contain_text(first.number)
    assert "请写到门牌号" in (await said(office.house, first))[-1]


async def test_of_two_at_one_case_the_second_sees_what_the_first_did(browser: Browser, office: Office) -> None:
    case = office.waiting[1]
    async with at_desk(browser, office.url, "chen") as one, at_desk(browser, office.url, "wang") as other:
        for page in (one, other):
            await page.goto(f"{office.url}/console/review/{case.number}")
        await one.get_by_role("button", name="通过，请本人来交原件").click()
        await one.wait_for_url(f"**/review/{office.waiting[2].number}")
        await other.get_by_role("button", name="通过，请本人来交原件").click()
        await expect(other.get_by_role("alert")).to_contain_text("通过预审")


async def test_the_window_finds_somebody_by_a_scan_and_sees_at_once_what_stops(browser: Browser, office: Office) -> None:
    number = office.expected.number
    async with at_desk(browser, office.url, "chen") as page:
        await page.goto(f"{office.url}/console/intake")
        await page.keyboard.type(f"https://example.org/{number}")
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**/intake/{number}")
        await page.get_by_role("button", name="收到原件").click()
        await expect(page.get_by_text("材料齐了")).to_be_visible()
        await page.get_by_role("checkbox", name="军人退役基本养老保险关系接续信息表").uncheck()
        await expect(page.locator("#stopped")).to_contain_text("养老关系转移")
        await page.get_by_role("checkbox", name="交来的每一份都已复印留档").check()
        await page.get_by_role("button", name="确认报到，派发事项").click()
        await expect(page.get_by_text("报到已办好")).to_be_visible()
        await expect(page.get_by_role("table")).to_contain_text("等材料")


async def test_the_work_is_done_without_a_script_too(browser: Browser, office: Office) -> None:
    case = office.waiting[2]
    async with at_desk(browser, office.url, "chen", java_script_enabled=False) as page:
        await page.goto(f"{office.url}/console/review/{case.number}")
        await page.get_by_text("不通过", exact=True).first.click()
        await page.get_by_label("原因").fill("不是今年退役的")
        await page.get_by_role("button", name="不通过").click()
        await page.wait_for_url("**/review*")
    async with office.house.db.reading() as session:
        assert (await applications.by_number(session, CLERK, case.number)).state == "rejected"


async def test_an_officers_day_from_the_inbox_to_the_booklet_that_is_fetched(browser: Browser, office: Office) -> None:
    async with at_desk(browser, office.url, "police") as page:
        await page.goto(f"{office.url}/console/inbox")
        await page.get_by_role("checkbox").first.check()
        await page.get_by_role("button", name="收下勾选的").click()
        await expect(page.get_by_role("status")).to_contain_text("收下了1项")
        await page.goto(f"{office.url}/console/inbox/{office.task.id}")
        await page.get_by_text("办结", exact=True).first.click()
        await page.get_by_label("第1行：是什么").fill("户口")
        await page.get_by_label("第1行：怎么样").fill("示例已恢复")
        await page.get_by_role("button", name="办结").click()
        await expect(page.get_by_role("status")).to_contain_text("已记下：办结")
        await page.get_by_text("做好了，可以领取", exact=True).first.click()
        await page.get_by_role("button", name="做好了，可以领取").click()
        await expect(page.get_by_text("等领取")).to_be_visible()
        await page.get_by_role("button", name="本人已领走").click()
        await expect(page.get_by_text("没有要办的了")).to_be_visible()
    done = (await tasks_of(office.house, office.going_on))["household_restoration"]
    assert done.state == "done" and done.outcome == {"户口": "示例已恢复"}
