"""While one of staff answers: they see typing and reading, the veteran sees who writes. The bot is told nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.veteran import Veteran

pytestmark = pytest.mark.asyncio(loop_scope="session")
HIDE = "state => { Object.defineProperty(document, 'visibilityState', {value: state, configurable: true});"
HIDE += " document.dispatchEvent(new Event('visibilitychange')); }"


async def until(veteran: Veteran, what: dict[str, Any]) -> list[dict[str, Any]]:
    """What was mentioned, once this was."""
    async with asyncio.timeout(10):
        while what not in (told := veteran.mentioned()):
            await veteran.page.wait_for_timeout(50)
    return told


async def seq_of_last(veteran: Veteran) -> int:
    found = await veteran.page.evaluate("fetch('/api/chat/messages').then(a => a.json()).then(a => a.messages.at(-1).seq)")
    return int(found)


async def test_staff_are_told_of_typing_once_a_burst_and_of_what_was_seen_in_view(veteran: Veteran) -> None:
    await veteran.words.press_sequentially("给机器人的")
    await veteran.words.fill("")
    await veteran.page.evaluate(HIDE, "hidden")
    veteran.order("event", event="attended", data={"on": True})
    veteran.order("say", author="staff", author_name="陈示例", body={"text": "你好，我来帮你。"})
    await expect(veteran.bubbles.last).to_have_text("你好，我来帮你。")
    await expect(veteran.page.locator(".message_staff .message__name")).to_have_text("陈示例")
    await veteran.words.press_sequentially("谢谢")
    assert await until(veteran, {"typing": True}) == [{"typing": True}], "the bot was told, or a page out of view has read"
    await veteran.page.evaluate(HIDE, "visible")
    seq = await seq_of_last(veteran)
    await until(veteran, {"seen": seq})
    await veteran.words.press("Enter")
    await expect(veteran.bubbles.last).to_have_text("收到：谢谢")
    told = await until(veteran, {"typing": False})
    assert [each for each in told if "typing" in each] == [{"typing": True}, {"typing": False}]
    await until(veteran, {"seen": await seq_of_last(veteran)})


async def test_that_staff_type_is_shown_and_said_politely(veteran: Veteran) -> None:
    veteran.order("event", event="attended", data={"on": True})
    veteran.order("event", event="typing", data={"on": True})
    await expect(veteran.page.locator("#typing-who")).to_have_text("工作人员正在输入…")
    status = veteran.page.get_by_role("status").filter(has_text="工作人员正在输入…")
    await expect(status).to_have_attribute("id", "status")
    veteran.order("event", event="typing", data={"on": False})
    await expect(veteran.page.locator("#typing")).to_be_hidden()
    veteran.order("event", event="attended", data={"on": False})
    veteran.order("event", event="typing", data={"on": True})
    await expect(veteran.page.locator("#status")).to_have_text("正在输入…")
    await expect(veteran.page.locator("#typing-who")).to_have_text("")
