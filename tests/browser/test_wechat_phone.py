"""The demonstration's WeChat: following, typing, pressing a menu, the account's menu, a picture; and what a screen reader meets."""

from __future__ import annotations

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.test_page_access import violations
from tests.support import files

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _open(browser: Browser, fake: httpx.Client, width: int = 390) -> Page:
    context = await browser.new_context(locale="zh-CN", viewport={"width": width, "height": 844})
    page = await context.new_page()
    await page.goto(f"{fake.base_url}/demo/wechat")
    await expect(page.get_by_role("heading", name="演示微信 演示")).to_be_visible()
    return page


async def _say(page: Page, text: str) -> None:
    await page.get_by_label("写消息").fill(text)
    await page.get_by_label("写消息").press("Enter")


async def test_what_is_done_on_the_telephone_is_sent_and_its_answers_shown(browser: Browser, fake: httpx.Client) -> None:
    page = await _open(browser, fake)
    await page.get_by_role("button", name="关注", exact=True).click()
    await expect(page.get_by_text("已关注")).to_be_visible()
    await expect(page.get_by_role("button", name="取消关注")).to_be_visible()
    await _say(page, "户口簿")
    await expect(page.locator(".text_sent")).to_have_count(1)
    # What the service says is shown as it is, and how it came.
    await expect(page.get_by_text("<b>自取还是邮寄？</b>")).to_be_visible()
    await expect(page.locator(".text_arrived").last).to_contain_text("客服消息")
    await page.get_by_role("button", name="邮寄").click()
    await expect(page.locator(".text_arrived").last).to_contain_text("记下了：7-2")
    await page.get_by_role("group", name="公众号菜单").get_by_role("button", name="进度").click()
    await expect(page.get_by_text("点了菜单：进度")).to_be_visible()
    await page.get_by_label("写消息").fill("都齐了")
    await page.get_by_role("button", name="当作语音发").click()
    await expect(page.locator(".text_sent").last).to_contain_text("语音 都齐了")
    picture = {"name": "x.jpg", "mimeType": "image/jpeg", "buffer": files.photograph()}
    await page.locator("#picture").set_input_files(picture)  # type: ignore[arg-type]
    await expect(page.locator(".text_arrived").last).to_contain_text(f"照片{len(files.photograph())}字节")
    await page.context.close()


async def test_who_does_not_follow_is_told_to(browser: Browser, fake: httpx.Client) -> None:
    page = await _open(browser, fake)
    await _say(page, "你好")
    await expect(page.locator("#alarm")).to_have_text("先关注公众号，再发消息。")
    await expect(page.get_by_label("写消息")).to_have_value("你好")
    await page.context.close()


async def test_another_telephone_has_a_talk_of_its_own(browser: Browser, fake: httpx.Client) -> None:
    page = await _open(browser, fake)
    await page.get_by_role("button", name="关注", exact=True).click()
    await expect(page.locator(".text_arrived")).to_have_count(1)
    await page.get_by_label("微信用户").fill("demo-2")
    await page.get_by_role("button", name="打开").click()
    await expect(page.locator(".text_arrived")).to_have_count(0)
    await page.get_by_label("微信用户").fill("名字")
    await page.get_by_role("button", name="打开").click()
    await expect(page.locator("#alarm")).to_have_text("名字用字母、数字和横线，最多28个。")
    await page.context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
async def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(browser: Browser, fake: httpx.Client, width: int) -> None:
    page = await _open(browser, fake, width)
    await page.get_by_role("button", name="关注", exact=True).click()
    await _say(page, "户口簿")
    await expect(page.get_by_role("button", name="邮寄")).to_be_visible()
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") == width
    await page.context.close()
