"""A veteran at the chat page and staff at the console in real browsers: asked for, claimed by one, answered, given back."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from backend.applications.model import Application
from backend.dialogue import service as dialogue
from backend.dialogue.schemas import Ranked, TurnRequest
from backend.house import House
from backend.staff import service as staff
from tests.browser.office import new_house
from tests.browser.test_console import NARROW, WIDE, at_desk
from tests.browser.test_page_access import violations
from tests.support.console import console
from tests.support.fake_rasa import Answer, FakeRasa
from tests.support.people import COUNTY, submitted
from tests.support.staff import PASSWORD
from tests.support.turns import Person

pytestmark = pytest.mark.asyncio(loop_scope="session")


@dataclass
class Hall:
    """A county's office whose chat page answers: its house, its address, an applicant's case, and its bot."""

    house: House
    url: str
    case: Application
    rasa: FakeRasa


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hall(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hall]:
    """Two at the window, and a bot that understands 转人工 only."""
    rasa = FakeRasa()
    await rasa.start()
    house = await new_house(tmp_path_factory, "hall", rasa_url=rasa.url)
    rasa.answering = lambda body: _understand(house, body)
    for name in ("chen", "wang"):
        await staff.create(house, name, f"示例·{name}", PASSWORD, ["window", "reviewer"], [COUNTY])
    case = await submitted(house, name="林示例甲")
    async with console(house) as url:
        yield Hall(house, url, case, rasa)
    await rasa.stop()


async def _understand(house: House, body: dict[str, Any]) -> Answer:
    people = "人工" in body["message"]
    taken = await dialogue.take_turn(
        house,
        TurnRequest(
            conversation=body["sender"],
            message=body["id"],
            intent=Ranked(name="handoff" if people else "inform", confidence=0.9),
            step="handoff" if people else "form",
        ),
    )
    return 200, {"messages": [{"recipient_id": body["sender"], "custom": each} for each in taken.replies]}


@asynccontextmanager
async def veteran(browser: Browser, hall: Hall) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport=NARROW, locale="zh-CN")
    page = await context.new_page()
    await page.goto(f"{hall.url}/")
    await expect(page.locator("#log .message_in .bubble").first).to_be_visible()
    yield page
    await context.close()


async def say(page: Page, text: str) -> None:
    await page.locator("textarea").first.fill(text)
    await page.keyboard.press("Enter")


async def test_a_veteran_and_one_of_staff_talk_and_who_is_second_is_told_who_has_it(browser: Browser, hall: Hall) -> None:
    async with (
        veteran(browser, hall) as soldier,
        at_desk(browser, hall.url, "chen") as one,
        at_desk(browser, hall.url, "wang") as other,
    ):
        for page in (one, other):
            await page.goto(f"{hall.url}/console/conversations")
            await expect(page.get_by_text("没有人在等人工。")).to_be_visible()
        await say(soldier, "转人工")
        # Both queues show it without being loaded again; the second's stands still meanwhile, as on a slow line.
        await expect(one.get_by_role("button", name="接待")).to_be_visible()
        await expect(other.get_by_role("button", name="接待")).to_be_visible()
        place = await other.locator(".talk-line a").first.get_attribute("href")
        await other.goto(f"{hall.url}{place}")
        await one.get_by_role("button", name="接待").click()
        await one.wait_for_url(f"**{place}")
        await expect(soldier.locator("#log")).to_contain_text("来帮你了")
        await expect(other.locator("[sse-swap=owner]")).to_contain_text("示例·chen 已经接手了。")
        await other.get_by_role("button", name="接待").click()
        await expect(other.get_by_role("alert")).to_contain_text("示例·chen 已经接手了")
        await expect(other.get_by_label("回复本人")).to_have_count(0)

        await one.get_by_label("回复本人").fill("你好，我是窗口的，慢慢说")
        await one.get_by_role("button", name="发送").click()
        await expect(soldier.locator("#log")).to_contain_text("你好，我是窗口的，慢慢说")
        await expect(one.get_by_label("回复本人")).to_have_value("")
        await expect(one.locator("#talk")).to_contain_text("你好，我是窗口的，慢慢说")
        await say(soldier, "户口簿丢了怎么办")
        await expect(one.locator("#talk .said-by_veteran").last).to_contain_text("户口簿丢了怎么办")
        asked = len(hall.rasa.seen)
        await one.get_by_label("回复本人").fill("先去派出所补办")
        await one.keyboard.press("Control+Enter")
        await expect(soldier.locator("#log")).to_contain_text("先去派出所补办")
        assert asked == len(hall.rasa.seen) and not any("户口簿" in text for text in hall.rasa.texts)

        await one.get_by_label("写备注").fill("已说明补办办法")
        await one.get_by_role("button", name="记下").click()
        await expect(one.locator("main")).to_contain_text("已说明补办办法")
        await one.get_by_text("交回机器人", exact=True).click()
        await one.get_by_role("button", name="交回", exact=True).click()
        await one.wait_for_url("**/console/conversations")
        await expect(soldier.locator("#log")).to_contain_text("我是机器人助手，接着帮你")
        await expect(soldier.locator("#log")).not_to_contain_text("已说明补办办法")


async def test_what_is_typed_while_a_reply_goes_stays_where_it_was_typed(browser: Browser, hall: Hall) -> None:
    waiting = Person(hall.house)
    await waiting.open()
    await waiting.say("转人工", "handoff", "handoff")
    async with at_desk(browser, hall.url, "chen") as page:
        await page.goto(f"{hall.url}/console/conversations/{waiting.conversation}")
        await page.get_by_role("button", name="接待").click()
        arrived, goes_on = asyncio.Event(), asyncio.Event()

        async def slow(route: Route) -> None:
            answer = await route.fetch()
            arrived.set()
            await goes_on.wait()
            await route.fulfill(response=answer)

        reply, note = page.get_by_label("回复本人"), page.get_by_label("写备注")
        await page.route("**/reply", slow)
        await reply.fill("请稍等")
        await page.keyboard.press("Control+Enter")
        await arrived.wait()
        await reply.press_sequentially("，马上")
        await note.press_sequentially("本人很急")
        goes_on.set()
        await expect(reply).to_have_value("，马上")
        await expect(note).to_be_focused()
        await page.keyboard.type("，先办")
        await expect(note).to_have_value("本人很急，先办")

        await reply.focus()
        await page.keyboard.press("Control+Enter")
        await expect(reply).to_have_value("")
        await expect(reply).to_be_focused()
        await page.get_by_text("结束对话", exact=True).click()
        await page.get_by_role("button", name="结束", exact=True).click()
        await page.wait_for_url("**/console/conversations")


async def test_axe_finds_nothing_on_the_pages_of_conversations(browser: Browser, hall: Hall, tmp_path: Path) -> None:
    waiting = Person(hall.house, hall.case.conversation_id)
    await waiting.say("转人工，我的手机13800138000", "handoff", "handoff")
    worst = Person(hall.house)
    await worst.open()
    await worst.say("感觉活着没啥意思", "inform", "form")
    await waiting.store("留言：户口簿丢了怎么办")
    found, pictures = [], Path(os.environ.get("GUITU_PICTURES", tmp_path))
    for scheme in ("light", "dark"):
        for size in (WIDE, NARROW):
            for language in ("zh-CN", "en"):
                async with at_desk(browser, hall.url, "chen", viewport=size, color_scheme=scheme, locale=language) as page:
                    await page.goto(f"{hall.url}/console/conversations/{waiting.conversation}")
                    if await (button := page.locator(f'form[action$="/{waiting.conversation}/claim"] button')).count():
                        await button.click()
                        await page.get_by_role("button", name="发送").wait_for()
                    for path in (
                        "",
                        f"/{worst.conversation}",
                        f"/{waiting.conversation}",
                        "/tasks",
                        "/closed",
                        "/search?text=人工",
                    ):
                        await page.goto(f"{hall.url}/console/conversations{path}")
                        name = f"{path.strip('/')[:6] or 'queue'}-{size['width']}-{scheme}-{language}.png"
                        await page.screenshot(path=pictures / name, full_page=True)
                        await page.locator("details").evaluate_all("all => all.forEach((one) => { one.open = true; })")
                        found += [f"{path}: {each}" for each in await violations(page)]
                        if await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                            found.append(f"{path} {size['width']}: scrolls sideways")
    assert not found, "\n".join(dict.fromkeys(found))
