"""When the network or the service fails: nothing is lost, nothing is said twice, and nothing is left on the phone."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.veteran import Veteran

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_what_was_written_offline_goes_out_once_and_in_order_when_back(veteran: Veteran) -> None:
    await veteran.context.set_offline(True)
    await expect(veteran.page.locator("#banner")).to_have_text("网络断开了。已写的不会丢，连上后自动发送。")
    await veteran.say("第一句")
    await veteran.say("第二句")
    await expect(veteran.page.locator(".message__state")).to_have_text(["等网络恢复后自动发送"] * 2)
    assert veteran.received() == []
    await veteran.context.set_offline(False)
    await expect(veteran.bubbles.last).to_have_text("收到：第二句")
    assert veteran.received_texts() == ["第一句", "第二句"]
    await expect(veteran.own).to_have_text(["第一句", "第二句"])
    await expect(veteran.page.locator("#banner")).to_have_text("")
    await expect(veteran.page.locator(".message__state")).to_have_count(0)


async def test_what_was_said_meanwhile_is_there_when_back(veteran: Veteran) -> None:
    await veteran.context.set_offline(True)
    await expect(veteran.page.locator("#banner")).not_to_have_text("")
    veteran.order("say", author="bot", body={"text": "恢复户口办好了。"})
    await veteran.context.set_offline(False)
    await expect(veteran.bubbles.last).to_have_text("恢复户口办好了。")
    await expect(veteran.bubbles).to_have_count(2)


async def test_a_service_that_is_away_gets_the_message_when_it_is_back(veteran: Veteran) -> None:
    veteran.order("mode", sending="away")
    await veteran.say("在吗")
    await expect(veteran.page.locator(".message__state")).to_have_text("等网络恢复后自动发送")
    veteran.order("mode", sending="")
    await expect(veteran.bubbles.last).to_have_text("收到：在吗")
    assert veteran.received_texts() == ["在吗"]


async def test_a_lost_acknowledgement_doubles_nothing(veteran: Veteran) -> None:
    veteran.order("mode", sending="lost")
    await veteran.say("只说一次")
    await expect(veteran.bubbles.last).to_have_text("收到：只说一次")
    await expect(veteran.page.locator("#log [data-key]")).to_have_count(0)
    await expect(veteran.own).to_have_text(["只说一次"])
    assert veteran.received_texts() == ["只说一次"]


async def test_an_event_that_overtakes_the_acknowledgement_doubles_nothing(veteran: Veteran) -> None:
    veteran.order("mode", sending="overtaken")
    await veteran.page.evaluate(
        """() => {
             const log = document.getElementById("log");
             window.mostOwn = 0;
             new MutationObserver(() => {
               window.mostOwn = Math.max(window.mostOwn, log.querySelectorAll(".message_out").length);
             }).observe(log, { childList: true });
           }"""
    )
    await veteran.say("慢慢来")
    await expect(veteran.bubbles.last).to_have_text("收到：慢慢来")
    await expect(veteran.own).to_have_text(["慢慢来"])
    await expect(veteran.page.locator("#log > .message")).to_have_text(
        [re.compile("欢迎回家"), re.compile("慢慢来"), re.compile("收到")]
    )
    assert await veteran.page.evaluate("mostOwn") == 1


async def test_without_events_it_asks_for_news(veteran: Veteran) -> None:
    veteran.order("mode", events="away")
    await veteran.page.clock.install()
    await veteran.open()
    await veteran.say("还在吗")
    await veteran.page.clock.run_for(10_000)
    await expect(veteran.bubbles.last).to_have_text("收到：还在吗", timeout=15_000)
    await expect(veteran.own).to_have_count(1)


async def test_news_come_through_where_events_are_cut_off_each_time(veteran: Veteran) -> None:
    await veteran.page.route("**/api/chat/events*", lambda route: route.abort("connectionreset"))
    await veteran.open()
    veteran.order("say", author="bot", body={"text": "恢复户口办好了。"})
    # The browser itself tries again every three seconds; after three times the page asks by itself.
    await expect(veteran.bubbles.last).to_have_text("恢复户口办好了。", timeout=20_000)


async def test_events_that_are_held_back_on_the_way_are_found_out(veteran: Veteran) -> None:
    await veteran.page.clock.install()
    veteran.order("mode", events="held")
    await veteran.open()
    await veteran.say("有人吗")
    await expect(veteran.page.locator("#log [data-key]")).to_have_count(0)
    await expect(veteran.bubbles).to_have_count(1)
    await veteran.page.clock.run_for(9_000)
    await expect(veteran.bubbles.last).to_have_text("收到：有人吗", timeout=15_000)


async def test_a_conversation_that_has_ended_says_so_and_can_be_begun_anew(veteran: Veteran) -> None:
    await veteran.context.clear_cookies()
    veteran.order("event", event="gone", data={})
    await expect(veteran.page.get_by_text("这个对话已经结束。要接着办，请重新开始。")).to_be_visible()
    await expect(veteran.words).to_be_disabled()
    await expect(veteran.choice("同意，开始")).to_have_count(0)
    await veteran.choice("重新开始").click()
    await expect(veteran.choice("同意，开始")).to_be_visible()
    await expect(veteran.words).to_be_enabled()


async def test_deleting_asks_first_and_then_begins_anew(veteran: Veteran) -> None:
    await veteran.ask("我是林小明")
    await veteran.choice("菜单").click()
    await veteran.choice("删除我的资料").click()
    await veteran.choice("先不删").click()
    await expect(veteran.own).to_have_count(1)
    await veteran.choice("菜单").click()
    await veteran.choice("删除我的资料").click()
    await veteran.choice("删除").click()
    await expect(veteran.page.locator("#notice-text")).to_contain_text("都删掉了")
    await expect(veteran.own).to_have_count(0)
    await veteran.choice("知道了").click()
    await expect(veteran.choice("同意，开始")).to_be_visible()
    await expect(veteran.bubbles).to_have_count(1)


async def test_nothing_that_was_written_is_kept_on_the_phone(veteran: Veteran) -> None:
    await veteran.ask("我的号码350104200309181234")
    await veteran.context.set_offline(True)
    await veteran.say("没发出去的也不存")
    await expect(veteran.page.locator(".message__state")).to_have_count(1)
    kept = await veteran.page.evaluate(
        """async () => [localStorage.length, sessionStorage.length, document.cookie,
                         (await indexedDB.databases()).length, (await caches.keys()).length]"""
    )
    assert kept == [0, 0, "", 0, 0]
