"""The demonstration's handset: texts arrive and are sent, and it says that it is a demonstration."""

from __future__ import annotations

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.test_page_access import violations

pytestmark = pytest.mark.asyncio(loop_scope="session")
NUMBER = "13800000001"


async def _open(browser: Browser, fake: httpx.Client) -> Page:
    context = await browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
    page = await context.new_page()
    await page.goto(f"{fake.base_url}/demo/phone")
    await expect(page.get_by_role("heading", name="演示手机 演示")).to_be_visible()
    return page


async def test_texts_arrive_and_are_answered(browser: Browser, fake: httpx.Client) -> None:
    page = await _open(browser, fake)
    fake.post("/_test/text", json={"number": NUMBER, "text": "<b>申请已提交</b>"})
    await page.get_by_label("手机号").fill(NUMBER)
    await page.get_by_role("button", name="打开").click()
    await expect(page.locator(".text_arrived")).to_have_text("收到<b>申请已提交</b>")
    fake.post("/_test/text", json={"number": NUMBER, "text": "第二条"})
    await expect(page.locator(".text_arrived")).to_have_count(2)
    await page.get_by_label("写短信").fill("进度")
    await page.get_by_label("写短信").press("Enter")
    await expect(page.locator(".text_sent")).to_have_text("发出进度")
    await expect(page.locator(".text_arrived")).to_have_count(3)
    await expect(page.get_by_label("写短信")).to_have_value("")
    await page.context.close()


async def test_a_number_that_has_texts_is_offered(browser: Browser, fake: httpx.Client) -> None:
    fake.post("/_test/text", json={"number": NUMBER, "text": "你好"})
    page = await _open(browser, fake)
    await expect(page.get_by_role("button", name=NUMBER)).to_be_visible()
    await expect(page.locator(".text_arrived")).to_have_count(1)
    await page.context.close()


async def test_a_wrong_number_is_told_what_is_wrong(browser: Browser, fake: httpx.Client) -> None:
    page = await _open(browser, fake)
    await page.get_by_label("手机号").fill("1380")
    await page.get_by_role("button", name="打开").click()
    await expect(page.locator("#alarm")).to_have_text("手机号是11位数字，1开头。")
    await page.context.close()


async def test_axe_finds_nothing_on_the_handset(browser: Browser, fake: httpx.Client) -> None:
    fake.post("/_test/text", json={"number": NUMBER, "text": "你好"})
    page = await _open(browser, fake)
    await expect(page.locator(".text_arrived")).to_have_count(1)
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert await violations(page) == []
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width == 390
    await page.context.close()
