"""How an application stands, in words: what the veteran has to do first, honest waits, nothing said twice."""

from __future__ import annotations

from datetime import UTC, datetime

import time_machine

from backend.applications import service as applications
from backend.applications.model import Application
from backend.channels.sms.text import as_texts
from backend.conversations.messages import to_body
from backend.dialogue import progress
from backend.house import House
from backend.interview.questions import load_script
from backend.locale.text import SOURCE_LANGUAGE
from tests.support.people import CLERK, in_progress, send, submitted, tasks_of

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
FOUR = ["report_in", "local_subsidy", "household_restoration", "social_card"]


async def told(house: House, application: Application) -> list[str]:
    """The lines in the chat."""
    return str((await body(house, application))["text"]).split("\n")


async def texted(house: House, application: Application) -> list[str]:
    return as_texts(await body(house, application, brief=True), SOURCE_LANGUAGE)


async def body(house: House, application: Application, brief: bool = False) -> dict[str, object]:
    async with house.db.reading() as session:
        found = await applications.by_number(session, CLERK, application.number)
        view = await applications.progress(session, house, found)
    (message,) = progress.messages(load_script(house.catalogue.questions), view, brief=brief)
    return to_body(message, SOURCE_LANGUAGE)


async def test_what_the_veteran_has_to_do_stands_first_and_nobody_says_there_is_no_errand(house: House) -> None:
    with time_machine.travel(MONDAY, tick=False):
        application = await in_progress(house, (6, 7), matters=FOUR)
        card = (await tasks_of(house, application))["social_card"]
        await send(house, card, "received")
        await send(house, card, "waiting", waiting_for="veteran", reason="照片不清楚，请重拍")
        lines = await told(house, application)
    assert lines[1:5] == [
        "要你办的：",
        "· 恢复户口，等你把户主身份证、户口簿或产权证明带到窗口，带来了马上办",
        "· 社保卡，等你：照片不清楚，请重拍",
        "其他的：",
    ]
    assert "不用跑腿" not in "".join(lines)
    assert "团委在办" not in "".join(lines)


async def test_the_subsidy_waits_for_the_funds_wherever_it_lies(house: House) -> None:  # notice 四(二)
    with time_machine.travel(MONDAY, tick=False):
        application = await in_progress(house, matters=FOUR)
    with time_machine.travel(datetime(2026, 11, 26, 2, 0, tzinfo=UTC), tick=False):
        lines = await told(house, application)
    assert "· 地方经济补助：等财政部门的资金到位，没有规定天数，到账会通知你，已等3天" in lines
    assert lines[-1] == "不用跑腿，有结果我会发消息和短信。"


async def test_what_was_moved_offline_says_where_to_ask(house: House) -> None:  # notice 三(五)
    application = await in_progress(house, matters=FOUR)
    household = (await tasks_of(house, application))["household_restoration"]
    await send(house, household, "moved_offline", reason="人口库里没有你的信息")
    lines = await told(house, application)
    assert lines[1].endswith("人口库里没有你的信息，请到窗口问怎么办")
    assert "不用跑腿" not in "".join(lines)


async def test_both_ways_of_the_party_and_the_league_have_their_names(house: House) -> None:  # notice 三(十)
    lines = "".join(await told(house, await in_progress(house)))
    assert "党组织关系转接：" in lines and "团组织关系转接：" in lines


async def test_four_matters_are_told_in_few_texts_and_none_twice(house: House) -> None:
    with time_machine.travel(MONDAY, tick=False):
        application = await in_progress(house, matters=FOUR)
        await send(house, (await tasks_of(house, application))["household_restoration"], "received")
        texts = await texted(house, application)
    assert texts == [
        f"编号{application.number}，4项里办好1项，还有3项。\n· 等资金到账：地方经济补助（没有规定天数）",
        "· 正在办：恢复户口（最晚11月24日 12:00办好）\n· 已分给部门：社保卡",
    ]


async def test_before_the_departments_each_state_says_what_comes_next(house: House) -> None:
    application = await submitted(house)
    assert "等县里收到你的档案后审核" in (await told(house, application))[0]
    await applications.request_correction(house, application.number, CLERK, [("mobile", "打不通")])
    assert "说“继续”" in (await texted(house, application))[0]
    await applications.withdraw(house, application.number, CLERK)
    assert "已经撤回" in (await told(house, application))[0]
    rejected = await submitted(house)
    await applications.reject(house, rejected.number, CLERK, "不是今年退役")
    assert "还可以重新申请" in (await told(house, rejected))[0]
    assert len(await texted(house, rejected)) == 1
