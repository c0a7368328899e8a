"""Files between a veteran at the chat page and staff at the console, in real browsers; and the pages that belong to it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, FilePayload, Page, Route, expect

from tests.browser.test_console import NARROW, WIDE, at_desk
from tests.browser.test_console_talk import Hall, hall, say, veteran  # noqa: F401 - hall is a fixture
from tests.browser.test_page_access import violations
from tests.support import files
from tests.support.turns import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")
PHOTO: FilePayload = {"name": "身份证.jpg", "mimeType": "image/jpeg", "buffer": files.photograph()}
FORM: FilePayload = {"name": "样表.pdf", "mimeType": "application/pdf", "buffer": files.pdf(pages=2)}


async def attach(page: Page, file: FilePayload) -> None:
    """Press the button and choose a file."""
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("button", name="发照片给工作人员").click()
    await (await chooser.value).set_files(file)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_files_go_both_ways_and_each_side_opens_the_other_s(
    browser: Browser,
    hall: Hall,  # noqa: F811
    tmp_path: Path,
    scheme: str,
) -> None:
    pictures, found = Path(os.environ.get("GUITU_PICTURES", tmp_path)), []
    async with (
        veteran(browser, hall) as soldier,
        at_desk(browser, hall.url, "chen", viewport=WIDE, color_scheme=scheme) as one,
    ):
        await soldier.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        await expect(soldier.get_by_role("button", name="发照片给工作人员")).to_be_hidden()
        await say(soldier, "转人工")
        await expect(soldier.locator("#log")).to_contain_text("请工作人员来帮你")
        await one.goto(f"{hall.url}/console/conversations")
        await one.get_by_role("button", name="接待").first.click()
        await expect(soldier.locator("#log")).to_contain_text("来帮你了")

        # The network is away at first: nothing is lost, and it is sent once.
        away = True

        async def unreachable(route: Route) -> None:
            await (route.abort() if away else route.continue_())

        await soldier.route("**/api/chat/attachments", unreachable)
        await attach(soldier, PHOTO)
        await expect(soldier.locator("#log")).to_contain_text("等网络恢复后自动发送")
        away = False
        await soldier.evaluate("window.dispatchEvent(new Event('online'))")
        await expect(soldier.get_by_role("button", name="看文件，1页")).to_have_count(1)
        chip = one.locator("#talk .said-by_veteran").get_by_role("link", name="打开文件，1 页")
        await expect(chip).to_have_count(1)

        await one.get_by_text("发照片或 PDF", exact=True).click()
        await one.get_by_label("照片或 PDF", exact=True).set_input_files(FORM)
        await one.get_by_label("一起说的话").fill("照这个样子填，周三带来就行")
        await one.get_by_role("button", name="发文件").click()
        await expect(one.get_by_text("文件发给本人了。")).to_be_visible()
        await expect(soldier.locator("#log")).to_contain_text("照这个样子填，周三带来就行")
        await one.get_by_text("附一个网址", exact=True).click()
        await one.get_by_label("网址叫什么").fill("示例网上办事大厅")
        await one.get_by_label("网址", exact=True).fill("https://hall.example/list")
        await one.get_by_label("回复本人").fill("也可以在网上填")
        await one.get_by_role("button", name="发送").click()
        link = soldier.get_by_role("link", name="示例网上办事大厅")
        await expect(link).to_have_attribute("href", "https://hall.example/list")
        await soldier.screenshot(path=pictures / f"veteran-{scheme}.png")
        await one.screenshot(path=pictures / f"talk-{scheme}.png", full_page=True)
        found += await violations(soldier) + await violations(one)

        await soldier.get_by_role("button", name="看文件，2页").click()
        await expect(soldier.locator("#file-list img")).to_have_count(2)
        await soldier.wait_for_function("[...document.querySelectorAll('#file-list img')].some((one) => one.naturalWidth > 0)")
        await soldier.screenshot(path=pictures / f"veteran-file-{scheme}.png")
        found += await violations(soldier)
        await one.locator("#talk .said-by_veteran").get_by_role("link", name="打开文件，1 页").click()
        await expect(one.get_by_role("heading", name="本人发来的文件")).to_be_visible()
        await expect(one.locator(".viewer img")).to_have_js_property("naturalWidth", 600)
        await one.screenshot(path=pictures / f"file-{scheme}.png", full_page=True)
        found += await violations(one)
    assert not found, "\n".join(dict.fromkeys(found))


async def test_axe_finds_nothing_on_the_pages_of_writing_first_and_waiting_times(
    browser: Browser,
    hall: Hall,  # noqa: F811
    tmp_path: Path,
) -> None:
    waiting = Person(hall.house, hall.case.conversation_id)
    await waiting.say("转人工，我的手机13800138000", "handoff", "handoff")
    found, pictures = [], Path(os.environ.get("GUITU_PICTURES", tmp_path))
    for scheme in ("light", "dark"):
        for size in (WIDE, NARROW):
            for language in ("zh-CN", "en"):
                async with at_desk(browser, hall.url, "chen", viewport=size, color_scheme=scheme, locale=language) as page:
                    for path in (f"start?case={hall.case.number}", "start", "measures"):
                        await page.goto(f"{hall.url}/console/conversations/{path}")
                        name = f"{path.replace('?', '-')[:6]}-{size['width']}-{scheme}-{language}.png"
                        await page.screenshot(path=pictures / name, full_page=True)
                        found += [f"{path}: {each}" for each in await violations(page)]
                        if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                            found.append(f"{path} {size['width']}: scrolls sideways")
    assert not found, "\n".join(dict.fromkeys(found))
