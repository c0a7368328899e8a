"""For everyone: on a narrow phone, in the dark, with a keyboard, with a screen reader, in English, over a slow line."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from scripts.console import ROOT
from tests.browser.veteran import Veteran

pytestmark = pytest.mark.asyncio(loop_scope="session")
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
#: Bytes over the line for the first visit, compressed as they are sent.
FIRST_LOAD = 150_000
CARDS = {"事项": ".ticks", "材料清单": ".ticks", "核对": ".card_review", "进度": ".card_progress", "通知": ".card_notice"}
LAYERS = ("menu", "languages", "about", "erase")
#: A line of links may be lower than a thumb is wide; everything else that is pressed is at least this high, in CSS pixels.
TOUCH = 44


async def violations(page: Page) -> list[str]:
    """What axe-core finds wrong on the page as it is now, a line each."""
    # With motion at rest: a colour on its way is not the colour that is read.
    await page.emulate_media(reduced_motion="reduce")
    await page.evaluate(AXE.read_text("utf-8"))
    found: list[dict[str, Any]] = await page.evaluate("async () => (await axe.run()).violations")
    return [f"{each['id']}: {node['target']} {node['failureSummary']}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_in_the_talk(veteran: Veteran, scheme: Any) -> None:
    await veteran.page.emulate_media(color_scheme=scheme)
    assert await violations(veteran.page) == []
    for text, shows in CARDS.items():
        await veteran.ask(text, shows=shows)
        await veteran.page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
        assert await violations(veteran.page) == []
    veteran.order("say", author="staff", author_name="王同志", body={"text": "你好。"})
    veteran.order("say", author="system", body={"text": "已转给窗口。"})
    await expect(veteran.page.locator(".note__text")).to_be_visible()
    await veteran.context.set_offline(True)
    await veteran.say("没网")
    await veteran.words.fill("退" * 2003)
    await expect(veteran.page.locator(".message__state")).to_be_visible()
    assert await violations(veteran.page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("layer", LAYERS)
async def test_axe_finds_nothing_in_what_opens_over_the_talk(veteran: Veteran, scheme: Any, layer: str) -> None:
    await veteran.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    await veteran.page.locator("#menu-open").click()
    if layer != "menu":
        await veteran.page.locator(f"#menu [data-layer={layer}]").click()
    await expect(veteran.page.locator(f"#{layer}")).to_be_visible()
    assert await violations(veteran.page) == []


async def test_a_phone_of_320_pixels_needs_no_sideways_scrolling(veteran: Veteran) -> None:
    await veteran.page.set_viewport_size({"width": 320, "height": 568})
    for text, shows in CARDS.items():
        await veteran.ask(text, shows=shows)
    long = "https://example.test/" + "a" * 200
    rows = [{"title": long, "detail": long, "lines": [long], "state": state} for state in ("done", "open")]
    choices = [{"id": "1", "label": long, "intent": "choose", "value": ""}]
    for kind in ("checklist", "progress", "review", "notice"):
        card = {"kind": kind, "title": long, "rows": rows}
        veteran.order("say", author="bot", body={"text": long, "card": card, "choices": choices, "several": kind == "notice"})
        await expect(veteran.page.locator(f".card_{kind}" if kind != "notice" else ".ticks").last).to_be_visible()
    await veteran.page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
    await veteran.ask("没有空格的长句子" * 40 + "https://example.test/" + "a" * 200)
    wide = await veteran.page.evaluate(
        """() => {
             const scrolls = [...document.querySelectorAll("html, body, .phone, #talk")].filter((one) => one.scrollWidth > one.clientWidth);
             const inside = (box) => box.left >= 0 && box.right <= innerWidth;
             const cut = [...document.querySelectorAll("body *:not(.sr, .skip)")].filter((one) => one.checkVisibility() && !inside(one.getBoundingClientRect()));
             return [...scrolls, ...cut].map((one) => `${one.tagName} ${one.className}`);
           }"""
    )
    assert wide == []


@pytest.mark.parametrize("text", ["事项", "材料清单", "核对", "进度"])
async def test_what_is_pressed_is_big_enough_for_a_thumb(veteran: Veteran, text: str) -> None:
    await veteran.ask(text, shows=CARDS[text])
    small = await veteran.page.evaluate(
        """(least) => [...document.querySelectorAll("button, summary, textarea, .tick__label")]
             .map((one) => [one.className, one.getBoundingClientRect()])
             .filter(([, box]) => box.width > 0 && (box.height < least || box.width < least))
             .map(([name, box]) => `${name} ${box.width}x${box.height}`)""",
        TOUCH,
    )
    assert small == []


async def test_the_whole_talk_can_be_had_with_the_keyboard(veteran: Veteran) -> None:
    page, focused = veteran.page, veteran.page.locator(":focus")
    await veteran.ask("领取")
    await page.keyboard.press("Shift+Tab")
    await expect(focused).to_have_text("邮寄（邮费自付）")
    await page.keyboard.press("Shift+Tab")
    await expect(focused).to_have_text("自取")
    await page.keyboard.press("Enter")
    # What was pressed is gone; focus is on what was said by it, not lost.
    await expect(veteran.bubbles.last).to_have_text("收到：自取")
    await expect(focused.locator(".bubble")).to_have_text("自取")
    await page.keyboard.press("Tab")
    await expect(focused).to_have_id("words")
    await veteran.ask("材料清单", shows=".ticks")
    box = page.get_by_role("checkbox").first
    await box.focus()
    await page.keyboard.press("Space")
    await expect(box).to_be_checked()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("为什么要：证明你已经退出现役")).to_be_visible()


async def test_the_menu_opens_and_closes_with_the_keyboard_and_gives_the_focus_back(veteran: Veteran) -> None:
    page, focused = veteran.page, veteran.page.locator(":focus")
    await page.keyboard.press("Tab")
    await expect(focused).to_have_text("跳到输入框")
    await page.keyboard.press("Tab")
    await expect(focused).to_have_id("menu-open")
    await page.keyboard.press("Enter")
    await expect(focused).to_have_text("查进度")
    for _ in range(10):
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('#menu')")
    await page.keyboard.press("Escape")
    await expect(page.locator("#menu")).to_be_hidden()
    await expect(focused).to_have_id("menu-open")


async def test_a_screen_reader_hears_who_speaks_and_only_what_is_new(veteran: Veteran) -> None:
    log = veteran.page.get_by_role("log", name="对话")
    await expect(log).to_have_attribute("aria-live", "polite")
    await veteran.ask("领取")
    await expect(log.locator(".message_in").last).to_contain_text("助手说：")
    await expect(log.locator(".message_out").last).to_contain_text("你说：")
    await expect(veteran.page.locator("html")).to_have_attribute("lang", "zh-CN")
    await expect(veteran.page.get_by_role("textbox", name="写消息")).to_be_visible()


async def test_the_language_is_switched_and_stays(veteran: Veteran) -> None:
    if not (ROOT / "backend/locale/en/LC_MESSAGES/guitu.mo").exists():
        pytest.skip("the translations are not compiled: python3 -m scripts.setup --dev")
    await veteran.choice("菜单").click()
    await veteran.page.locator("#menu [data-layer=languages]").click()
    await veteran.choice("English").click()
    await expect(veteran.page.locator("html")).to_have_attribute("lang", "en")
    await veteran.page.reload()
    await expect(veteran.page.locator("html")).to_have_attribute("lang", "en")
    await expect(veteran.bubbles.first).to_be_visible()


async def test_the_first_visit_is_light_and_loads_only_from_here(browser: Browser, fake: httpx.Client) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("Network.enable")
    sizes: list[int] = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    hosts: set[str] = set()
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    await page.goto(str(fake.base_url))
    await expect(page.locator("#log .bubble")).to_be_visible()
    await context.close()
    assert hosts == {str(fake.base_url).split("/")[2]}
    assert 10_000 < sum(sizes) < FIRST_LOAD
    print(f"first visit: {sum(sizes)} bytes in {len(sizes)} requests")


async def test_without_scripts_it_says_where_to_go(fake: httpx.Client) -> None:
    # A browser driven from outside parses <noscript> as if scripts ran, so the page itself is read.
    said = re.search(r"<noscript>(.*?)</noscript>", fake.get("/").text, re.DOTALL)
    assert said is not None
    assert "综合窗口办理" in said[1]
