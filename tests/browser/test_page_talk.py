"""What the page shows of a talk: bubbles, choices, cards, staff, notes, and what it does not let in."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.browser.veteran import Veteran

pytestmark = pytest.mark.asyncio(loop_scope="session")
MARKUP = '<img src=x onerror="document.title=1"><script>document.title=2</script><b>粗</b>'


async def test_the_page_opens_with_the_greeting_and_its_choices(veteran: Veteran) -> None:
    await expect(veteran.bubbles).to_have_count(1)
    await expect(veteran.bubbles.first).to_contain_text("欢迎回家")
    for label in ("同意，开始", "先了解一下", "不同意"):
        await expect(veteran.choice(label)).to_be_visible()


async def test_a_pressed_choice_is_sent_and_marked_and_the_others_can_only_be_read(veteran: Veteran) -> None:
    await veteran.choice("同意，开始").click()
    await expect(veteran.bubbles.last).to_have_text("收到：同意，开始")
    await expect(veteran.own).to_have_text("同意，开始")
    assert veteran.received()[0]["press"]["choices"] == ["1"]
    await expect(veteran.page.locator(".choice_taken")).to_have_text("同意，开始")
    await expect(veteran.page.get_by_text("不同意")).to_be_visible()
    await expect(veteran.choice("不同意")).to_have_count(0)


async def test_a_newer_question_makes_the_older_one_inert(veteran: Veteran) -> None:
    await veteran.ask("领取")
    await expect(veteran.choice("自取")).to_be_visible()
    await expect(veteran.choice("同意，开始")).to_have_count(0)


async def test_a_typed_answer_makes_the_choices_inert_at_once(veteran: Veteran) -> None:
    await veteran.say("别回")
    await expect(veteran.page.locator(".choice_past")).to_have_count(3)
    await expect(veteran.choice("同意，开始")).to_have_count(0)


async def test_a_notice_that_comes_by_itself_leaves_the_open_question_open(veteran: Veteran) -> None:
    veteran.order("say", author="bot", body={"text": "恢复户口办好了。"})
    await expect(veteran.bubbles).to_have_count(2)
    await expect(veteran.choice("同意，开始")).to_be_enabled()


async def test_several_choices_come_ticked_as_recommended_and_are_sent_together(veteran: Veteran) -> None:
    await veteran.ask("事项", shows=".ticks")
    ticked = veteran.page.get_by_role("checkbox", checked=True)
    await expect(ticked).to_have_count(4)
    await veteran.page.get_by_role("checkbox", name=re.compile("培训调研")).check()
    await veteran.page.get_by_role("checkbox", name=re.compile("地方经济补助")).uncheck()
    await veteran.choice("选好了（4项）").click()
    await expect(veteran.own.last).to_have_text("1 退役报到（必办）、2 培训调研（自愿）、4 恢复户口、10 社保卡")
    assert veteran.received()[-1]["press"]["choices"] == ["1", "2", "4", "10"]
    await expect(veteran.page.locator(".tick__box").first).to_be_disabled()


async def test_a_list_answered_by_typing_shows_what_was_chosen_and_not_what_was_proposed(veteran: Veteran) -> None:
    await veteran.ask("事项", shows=".ticks")
    await veteran.say("1和4")
    await expect(veteran.page.get_by_text("好，办2项")).to_be_visible()
    for name, chosen in (("退役报到", True), ("恢复户口", True), ("地方经济补助", False), ("社保卡", False)):
        await expect(veteran.page.get_by_role("checkbox", name=re.compile(name))).to_be_checked(checked=chosen)


async def test_the_reason_for_a_matter_stands_beside_its_box(veteran: Veteran) -> None:
    await veteran.ask("事项", shows=".ticks")
    await expect(veteran.page.locator(".tick").nth(3)).to_contain_text("入伍时注销了户口的都要恢复。")
    await expect(veteran.page.locator(".card")).to_have_count(0)


async def test_a_paper_unfolds_to_why_and_issuer_and_a_ticked_one_is_lacking(veteran: Veteran) -> None:
    await veteran.ask("材料清单", shows=".ticks")
    why = veteran.page.get_by_text("为什么要：证明你已经退出现役，报到和预审都要核对。")
    await expect(why).to_be_hidden()
    await veteran.page.locator("summary").first.click()
    await expect(why).to_be_visible()
    await expect(veteran.page.locator("summary").first).to_contain_text("原件")
    await veteran.page.get_by_role("checkbox", name="还缺：7 落户方").check()
    await expect(veteran.page.locator(".badge_lacking:visible")).to_have_count(1)
    await veteran.choice("还缺这1项").click()
    await expect(veteran.own.last).to_have_text("7 落户方《居民户口簿》或者产权证明")
    assert veteran.received()[-1]["press"]["choices"] == ["7"]


async def test_nothing_lacking_is_one_press(veteran: Veteran) -> None:
    await veteran.ask("材料清单", shows=".ticks")
    await veteran.choice("都齐了").click()
    await expect(veteran.own.last).to_have_text("都齐了")
    assert veteran.received()[-1]["press"]["choices"] == ["n"]


async def test_a_row_of_the_review_is_changed_by_its_own_press(veteran: Veteran) -> None:
    await veteran.ask("核对", shows=".card_review")
    await expect(veteran.page.locator(".row_review").nth(1)).to_contain_text("3501**********1234")
    await veteran.choice("修改：手机号").click()
    await expect(veteran.own.last).to_have_text("修改")
    assert veteran.received()[-1]["press"]["choices"] == ["5"]
    await expect(veteran.page.locator(".row__press")).to_have_count(0)
    await expect(veteran.page.locator(".row_review")).to_have_count(8)


async def test_progress_shows_what_is_open_and_folds_what_is_done(veteran: Veteran) -> None:
    await veteran.ask("进度", shows=".card_progress")
    rows = veteran.page.locator(".card_progress details")
    await expect(rows).to_have_count(5)
    await expect(rows.first).not_to_have_attribute("open", re.compile(".*"))
    await expect(rows.nth(1)).to_contain_text("最晚11月25日 12:00办好")
    await expect(veteran.page.locator(".badge_overdue")).to_have_text("正在办")
    await expect(veteran.page.get_by_text("鼓楼区示例派出所（示例）在办")).to_be_visible()


async def test_staff_have_their_name_and_the_system_speaks_in_the_middle(veteran: Veteran) -> None:
    veteran.order("say", author="system", body={"text": "已转给鼓楼区窗口。"})
    veteran.order("say", author="staff", author_name="王同志", body={"text": "你好，我来看一下。"})
    await expect(veteran.page.locator(".note__text")).to_have_text("已转给鼓楼区窗口。")
    await expect(veteran.page.locator(".message_staff .message__name")).to_have_text("王同志")
    await expect(veteran.page.locator(".message_staff .avatar")).to_have_text("王")


async def test_numbers_come_back_masked(veteran: Veteran) -> None:
    await veteran.say("我的号码350104200309181234")
    await expect(veteran.own).to_have_text("我的号码3501**********1234")


async def test_typing_shows_until_the_answer_comes(veteran: Veteran) -> None:
    veteran.order("event", event="typing", data={"on": True})
    await expect(veteran.page.locator("#typing")).to_be_visible()
    veteran.order("say", author="bot", body={"text": "好。"})
    await expect(veteran.bubbles.last).to_have_text("好。")
    await expect(veteran.page.locator("#typing")).to_be_hidden()


async def test_a_delayed_answer_is_promised_under_the_bubble(veteran: Veteran) -> None:
    await veteran.say("别回")
    await expect(veteran.page.locator("#log [data-key]")).to_have_count(0)
    await expect(veteran.own).to_have_count(1)
    veteran.order("event", event="changed", data={"seq": 2, "state": "delayed"})
    await expect(veteran.page.locator(".message_out .message__state")).to_have_text("已收到，稍后回复你")
    veteran.order("event", event="changed", data={"seq": 2, "state": "answered"})
    await expect(veteran.page.locator(".message_out .message__state")).to_have_count(0)


async def test_reload_shows_the_talk_once_and_the_open_question(veteran: Veteran) -> None:
    await veteran.ask("领取")
    await veteran.page.reload()
    await expect(veteran.bubbles).to_have_count(2)
    await expect(veteran.own).to_have_text("领取")
    await veteran.choice("自取").click()
    await expect(veteran.bubbles.last).to_have_text("收到：自取")


async def test_what_people_write_is_text_and_nothing_else(veteran: Veteran) -> None:
    body = {
        "text": MARKUP,
        "choices": [{"id": "1", "label": MARKUP, "intent": "choose", "value": ""}],
        "several": False,
        "card": {
            "kind": "progress",
            "title": MARKUP,
            "rows": [{"title": MARKUP, "detail": MARKUP, "lines": [MARKUP], "state": MARKUP}],
        },
    }
    veteran.order("say", author="staff", author_name=MARKUP, body=body)
    veteran.order("say", author="system", body={"text": MARKUP})
    await expect(veteran.page.locator(".note__text")).to_have_text(MARKUP)
    await veteran.say(MARKUP)
    await expect(veteran.own).to_have_text(MARKUP)
    await expect(veteran.bubbles.nth(1)).to_have_text(MARKUP)
    assert await veteran.page.locator("#log img, #log script, #log b").count() == 0
    assert await veteran.page.title() == "退役一件事助手"


async def test_a_long_list_shows_its_question_first(veteran: Veteran) -> None:
    await veteran.ask("进度", shows=".card_progress")
    await expect(veteran.own.last).to_be_in_viewport()
    await expect(veteran.bubbles.last).to_be_in_viewport()


async def test_news_below_what_is_being_read_is_announced_not_jumped_to(veteran: Veteran) -> None:
    await veteran.ask("进度", shows=".card_progress")
    await veteran.ask("核对", shows=".card_review")
    await veteran.page.locator("#talk").evaluate("talk => { talk.scrollTop = 0; }")
    await expect(veteran.bubbles.first).to_be_in_viewport()
    veteran.order("say", author="bot", body={"text": "恢复户口办好了。"})
    await expect(veteran.page.locator("#newer")).to_be_visible()
    await expect(veteran.bubbles.first).to_be_in_viewport()
    await veteran.page.locator("#newer").click()
    await expect(veteran.bubbles.last).to_be_in_viewport()
    await expect(veteran.page.locator("#newer")).to_be_hidden()
