"""The main job in a real browser against the real service: page, Rasa, actions, backend, departments, handset."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import PHONE
from tests.browser.veteran import Veteran
from tests.conversations.test_conversations import SHARED, expanded
from tests.support.stack import Stack

pytestmark = pytest.mark.asyncio(loop_scope="session")
#: Departments and worker take their time, and other tests the processor.
PATIENCE = 60_000
MOBILE = "13500135001"
IDENTITY = "350102199806120036"
NUMBER = r"TY-3501-[0-9]{2}-[0-9]{6}"


async def look(veteran: Veteran, name: str) -> None:
    """Keep a picture of the page for a person to look at, where GUITU_PICTURES names a folder."""
    folder = os.environ.get("GUITU_PICTURES")
    if folder:
        await veteran.page.screenshot(path=Path(folder) / f"{name}.png")


async def test_a_veteran_applies_on_the_page_and_sees_every_outcome(browser: Browser, stack: Stack) -> None:
    context = await browser.new_context(viewport=PHONE, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=True)
    with httpx.Client(base_url=stack.base_url, trust_env=False) as service:
        async with Veteran.on(context, service) as veteran:
            veteran.page.set_default_timeout(PATIENCE)
            await veteran.open()
            await look(veteran, "opening")
            for step in expanded(SHARED["at_review"]):
                ((kind, value),) = step.items()
                before = await veteran.bubbles.count()
                if kind == "user":
                    await veteran.say(value)
                else:
                    await veteran.choice(value).last.click()
                await expect(veteran.bubbles.nth(before)).to_be_visible(timeout=PATIENCE)
            # A person of their own: other conversations of this run apply too.
            for change in (f"身份证号改成{IDENTITY}", f"手机号改成{MOBILE}"):
                await veteran.ask(change)
                await expect(veteran.bubbles.last).to_contain_text("改好了")
            # What is shown is masked: of the numbers no more than head and tail is anywhere on the page.
            page_text = await veteran.page.locator("#log").inner_text()
            assert IDENTITY not in page_text and MOBILE not in page_text
            await look(veteran, "review")

            await veteran.choice("提交").last.click()
            filed = veteran.bubbles.filter(has_text="提交好了")
            await expect(filed).to_be_visible(timeout=PATIENCE)
            found = re.search(NUMBER, await filed.inner_text())
            assert found is not None, await filed.inner_text()
            number = found.group()
            for command in (["archive", number], ["review", number, "--accept"], ["intake", number]):
                await asyncio.to_thread(stack.guitu, *command)
            for outcome in ("审核通过了", "恢复户口办好了", "社保卡办好了", "这次的退役手续办完了"):
                await expect(veteran.bubbles.filter(has_text=outcome).first).to_be_visible(timeout=PATIENCE)
            await veteran.ask("进度")
            await look(veteran, "progress")

            await veteran.page.reload()
            await expect(veteran.bubbles.filter(has_text="这次的退役手续办完了").first).to_be_visible(timeout=PATIENCE)

            handset = await context.new_page()
            await handset.goto(f"{stack.base_url}/demo/phone")
            await handset.get_by_label("手机号").fill(MOBILE)
            await handset.get_by_role("button", name="打开").click()
            await expect(handset.locator(".text_arrived").filter(has_text=number).first).to_be_visible(timeout=PATIENCE)
            before = await handset.locator(".text_arrived").count()
            await handset.get_by_label("写短信").fill("进度")
            await handset.get_by_label("写短信").press("Enter")
            await expect(handset.locator(".text_arrived").nth(before)).to_contain_text(number, timeout=PATIENCE)
            if os.environ.get("GUITU_PICTURES"):
                await handset.screenshot(path=Path(os.environ["GUITU_PICTURES"]) / "handset.png")
