"""The box to write in: what sends, what does not, and that nothing is sent twice."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.browser.veteran import Veteran

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_enter_sends_and_shift_enter_makes_a_new_line(veteran: Veteran) -> None:
    await veteran.words.fill("第一行")
    await veteran.words.press("Shift+Enter")
    await veteran.words.press_sequentially("第二行")
    assert veteran.received() == []
    await veteran.words.press("Enter")
    await expect(veteran.bubbles.last).to_have_text("收到：第一行\n第二行")
    assert veteran.received_texts() == ["第一行\n第二行"]
    await expect(veteran.words).to_have_value("")


async def test_enter_that_picks_a_word_of_an_input_method_does_not_send(veteran: Veteran) -> None:
    await veteran.words.focus()
    devtools = await veteran.context.new_cdp_session(veteran.page)
    await devtools.send("Input.imeSetComposition", {"text": "jin'du", "selectionStart": 6, "selectionEnd": 6})
    await expect(veteran.words).to_have_value("jin'du")
    await veteran.words.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    await expect(veteran.words).to_have_value("jin'du")
    await devtools.send("Input.insertText", {"text": "进度条"})
    await expect(veteran.words).to_have_value("进度条")
    # Safari ends the composition before this key, and tells it only by its code.
    await veteran.words.dispatch_event("keydown", {"key": "Enter", "keyCode": 229})
    await expect(veteran.words).to_have_value("进度条")
    await veteran.words.press("Enter")
    await expect(veteran.bubbles.last).to_have_text("收到：进度条")
    assert veteran.received_texts() == ["进度条"]


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
async def test_nothing_cannot_be_sent(veteran: Veteran, text: str) -> None:
    await veteran.words.fill(text)
    await expect(veteran.page.locator("#send")).to_be_disabled()
    await veteran.words.press("Enter")
    await expect(veteran.own).to_have_count(0)


async def test_two_thousand_characters_are_sent_and_one_more_is_kindly_kept_back(veteran: Veteran) -> None:
    counter = veteran.page.locator("#counter")
    await veteran.words.fill("退" * 1799)
    await expect(counter).to_have_text("")
    await veteran.words.fill("退" * 1990)
    await expect(counter).to_have_text("还能写 10 字")
    await veteran.words.fill("退" * 2003)
    await expect(counter).to_have_text("多了 3 字，分成两条发就好")
    await expect(veteran.page.locator("#send")).to_be_disabled()
    await veteran.words.press("Enter")
    await expect(veteran.own).to_have_count(0)
    # An emoji is one character, as the service counts it.
    await veteran.words.fill("😀" * 2000)
    await veteran.words.press("Enter")
    await expect(veteran.own).to_have_count(1)
    assert veteran.received_texts() == ["😀" * 2000]


async def test_enter_twice_sends_one_message(veteran: Veteran) -> None:
    await veteran.words.fill("落户")
    await veteran.page.keyboard.press("Enter")
    await veteran.page.locator("#composer").evaluate("form => { form.requestSubmit(); form.requestSubmit(); }")
    await veteran.words.focus()
    await veteran.page.keyboard.press("Enter")
    await expect(veteran.bubbles.last).to_have_text("收到：落户")
    assert veteran.received_texts() == ["落户"]


async def test_a_choice_pressed_twice_sends_one_message(veteran: Veteran) -> None:
    await veteran.choice("同意，开始").evaluate("button => { button.click(); button.click(); }")
    await expect(veteran.bubbles.last).to_have_text("收到：同意，开始")
    await expect(veteran.own).to_have_count(1)
    assert len(veteran.received()) == 1


async def test_what_was_refused_says_why_and_is_given_back(veteran: Veteran) -> None:
    veteran.order("mode", sending="refuse")
    await veteran.say("这句收不了")
    await expect(veteran.page.locator(".message__state_bad")).to_have_text("没有发出去：这样的内容收不了。")
    await expect(veteran.words).to_have_value("这句收不了")
    veteran.order("mode", sending="")
    await veteran.choice("同意，开始").click()
    await expect(veteran.bubbles.last).to_have_text("收到：同意，开始")


async def test_the_menu_asks_for_the_progress(veteran: Veteran) -> None:
    await veteran.choice("菜单").click()
    await veteran.choice("查进度").click()
    await expect(veteran.page.locator(".card_progress")).to_be_visible()
    assert veteran.received_texts() == ["进度"]
