"""Pictures of papers on the page: one press a paper, seen on their way, nothing lost, nothing doubled, for everyone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.async_api import FilePayload, Locator, expect

from tests.browser.test_page_access import violations
from tests.browser.veteran import Veteran
from tests.support import files

pytestmark = pytest.mark.asyncio(loop_scope="session")

PICTURE: FilePayload = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": files.written(files.card())}
TITLE = "1 退出现役证件"


async def checklist(veteran: Veteran) -> Locator:
    """The checklist on the page; returns the line for the pictures of its first paper."""
    await veteran.ask("材料清单", shows=".ticks")
    line = veteran.page.locator(".upload").first
    await expect(line).to_be_visible()
    return line


async def choose(veteran: Veteran, press: Locator, picture: FilePayload = PICTURE) -> None:
    """Press a button that lets a file be chosen, and choose it."""
    async with veteran.page.expect_file_chooser() as chooser:
        await press.click()
    await (await chooser.value).set_files(picture)


def uploaded(veteran: Veteran) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = veteran.fake.get("/_test/uploaded").json()
    return found


async def test_a_picture_is_sent_from_the_checklist_and_the_line_says_so(veteran: Veteran) -> None:
    line = await checklist(veteran)
    await expect(veteran.page.locator(".upload:visible")).to_have_count(5)
    await choose(veteran, veteran.choice(f"上传照片：{TITLE}"))
    await expect(line.locator(".upload__status")).to_have_text("已上传")
    await expect(veteran.choice(f"看照片：{TITLE}")).to_be_visible()
    assert [(each["material"], each["size"]) for each in uploaded(veteran)] == [(1, len(PICTURE["buffer"]))]
    # Sending a picture answers no question: the list can still be ticked.
    await veteran.choice("都齐了").click()
    await expect(veteran.own.last).to_have_text("都齐了")
    await expect(line.locator(".upload__status")).to_have_text("已上传")


async def test_while_it_is_on_its_way_a_bar_shows_how_far(veteran: Veteran) -> None:
    line = await checklist(veteran)
    veteran.order("mode", uploading="away")
    await veteran.page.evaluate(
        """() => {
             window.shares = [];
             const bar = document.querySelector(".upload__bar");
             new MutationObserver(() => { if (!bar.hidden) window.shares.push(bar.value); }).observe(bar, { attributes: true });
           }"""
    )
    await choose(veteran, line.get_by_role("button"))
    await expect(line.locator(".upload__status")).to_have_text("等网络恢复后自动上传")
    assert await veteran.page.evaluate("Math.max(...window.shares)") > 0
    await expect(line.locator(".upload__bar")).to_be_hidden()
    veteran.order("mode", uploading="")
    await expect(line.locator(".upload__status")).to_have_text("已上传", timeout=15_000)


async def test_when_the_network_breaks_it_goes_out_once_when_back(veteran: Veteran) -> None:
    line = await checklist(veteran)
    await veteran.context.set_offline(True)
    await choose(veteran, line.get_by_role("button"))
    await expect(line.locator(".upload__status")).to_have_text("等网络恢复后自动上传")
    await expect(line.get_by_role("button")).to_have_count(0)
    assert uploaded(veteran) == []
    await veteran.context.set_offline(False)
    await expect(line.locator(".upload__status")).to_have_text("已上传")
    assert len(uploaded(veteran)) == 1


async def test_a_lost_acknowledgement_keeps_the_key_and_doubles_nothing(veteran: Veteran) -> None:
    line = await checklist(veteran)
    veteran.order("mode", uploading="lost")
    await choose(veteran, line.get_by_role("button"))
    await expect(line.locator(".upload__status")).to_have_text("已上传", timeout=15_000)
    assert len(uploaded(veteran)) == 1


async def test_what_is_refused_says_why_on_its_line_and_can_be_tried_again(veteran: Veteran) -> None:
    line = await checklist(veteran)
    veteran.order("mode", uploading="refuse")
    await choose(veteran, line.get_by_role("button"))
    await expect(line.locator(".upload__status")).to_have_text(
        "没有收下：这张照片打不开，可能没传完整。请重新拍一张，或者截个图再传。"
    )
    veteran.order("mode", uploading="")
    await choose(veteran, line.get_by_role("button"))
    await expect(line.locator(".upload__status")).to_have_text("已上传")


async def test_a_file_that_is_too_large_is_not_even_sent(veteran: Veteran) -> None:
    line = await checklist(veteran)
    large: FilePayload = {**PICTURE, "buffer": bytes(11 * 1024 * 1024)}
    await choose(veteran, line.get_by_role("button"), large)
    await expect(line.locator(".upload__status")).to_contain_text("这个文件有 11.0 MB，最多 10 MB。")
    assert uploaded(veteran) == []


async def test_pictures_are_looked_at_deleted_and_added_to(veteran: Veteran) -> None:
    line = await checklist(veteran)
    await choose(veteran, line.get_by_role("button"))
    await line.get_by_role("button", name=f"看照片：{TITLE}").click()
    layer = veteran.page.locator("#pictures")
    await expect(layer.get_by_role("heading")).to_have_text(TITLE)
    picture = layer.get_by_role("img", name=f"{TITLE}，第1个文件，第1页，共1页")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("naturalWidth", 600)
    await choose(veteran, layer.get_by_role("button", name="再传一张"))
    await expect(line.locator(".upload__status")).to_have_text("已上传（2个文件）")
    await line.get_by_role("button").click()
    await layer.get_by_role("button", name="删除这张（第2个文件）").click()
    await expect(layer.get_by_role("img")).to_have_count(1)
    await layer.get_by_role("button", name="删除这张（第1个文件）").click()
    await expect(layer).to_be_hidden()
    await expect(veteran.choice(f"上传照片：{TITLE}")).to_be_visible()
    assert uploaded(veteran) == []


async def test_what_the_county_sent_back_says_why(veteran: Veteran) -> None:
    line = await checklist(veteran)
    await choose(veteran, line.get_by_role("button"))
    await expect(line.locator(".upload__status")).to_have_text("已上传")
    veteran.order("voucher", material=1, state="refused", reason="缺了一角", deletable=False)
    veteran.order("say", author="bot", body={"text": "有1处要改。"})
    await expect(line.locator(".upload__status")).to_have_text("要重新传：缺了一角")
    await choose(veteran, veteran.choice(f"上传照片：{TITLE}"))
    await expect(line.locator(".upload__status")).to_have_text("已上传")
    veteran.order("voucher", material=1, state="accepted", reason=None)
    veteran.order("say", author="bot", body={"text": "审核通过了。"})
    await expect(line.locator(".upload__status")).to_have_text("县里看过了，没问题")


async def test_where_nothing_may_be_sent_no_button_is_offered(veteran: Veteran) -> None:
    veteran.order("mode", uploading="not_wanted")
    asked: list[str] = []
    veteran.page.on("requestfinished", lambda request: asked.append(request.url) if request.url.endswith("/vouchers") else None)
    await veteran.ask("材料清单", shows=".ticks")
    async with veteran.page.expect_response(re.compile("/vouchers$")):
        veteran.order("say", author="bot", body={"text": "好。"})
    await expect(veteran.page.locator(".upload:visible")).to_have_count(0)


async def test_nothing_of_a_picture_is_kept_on_the_phone_and_leaving_is_asked_about(veteran: Veteran) -> None:
    line = await checklist(veteran)
    veteran.order("mode", uploading="away")
    await choose(veteran, line.get_by_role("button"))
    await expect(line.locator(".upload__status")).to_have_text("等网络恢复后自动上传")
    kept = await veteran.page.evaluate(
        """async () => [localStorage.length, sessionStorage.length, document.cookie,
                         (await indexedDB.databases()).length, (await caches.keys()).length]"""
    )
    assert kept == [0, 0, "", 0, 0]
    leaves = """() => { const event = new Event("beforeunload", { cancelable: true }); window.dispatchEvent(event); return event.defaultPrevented; }"""
    assert await veteran.page.evaluate(leaves) is True


async def test_it_can_be_done_with_the_keyboard_and_is_said_to_a_screen_reader(veteran: Veteran) -> None:
    line = await checklist(veteran)
    page, button = veteran.page, line.get_by_role("button")
    async with page.expect_file_chooser() as chooser:
        await button.press("Enter")
    await (await chooser.value).set_files(PICTURE)
    await expect(line.get_by_role("status")).to_have_text("已上传")
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#pictures")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator(":focus")).to_have_text("看照片")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 320])
async def test_axe_finds_nothing_and_nothing_is_cut_off(veteran: Veteran, scheme: Any, width: int) -> None:
    await veteran.page.emulate_media(color_scheme=scheme)
    await veteran.page.set_viewport_size({"width": width, "height": 780})
    line = await checklist(veteran)
    veteran.order("mode", uploading="refuse")
    await choose(veteran, veteran.page.locator(".upload").nth(1).get_by_role("button"))
    await expect(veteran.page.locator(".upload__status_bad")).to_be_visible()
    veteran.order("mode", uploading="")
    await choose(veteran, line.get_by_role("button"))
    await expect(line.locator(".upload__status")).to_have_text("已上传")
    assert await violations(veteran.page) == []
    await line.get_by_role("button").click()
    await expect(veteran.page.locator("#pictures img")).to_be_visible()
    assert await violations(veteran.page) == []
    cut = await veteran.page.evaluate(
        """() => [...document.querySelectorAll(".upload *, #pictures *")].filter((one) => one.checkVisibility())
             .map((one) => [one.className, one.getBoundingClientRect()])
             .filter(([, box]) => box.left < 0 || box.right > innerWidth).map(([name]) => name)"""
    )
    assert cut == []
