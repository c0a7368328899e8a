"""People take a conversation over: one of two gets it, Rasa sees nothing meanwhile, and the bot takes up where it stood."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import text

from backend.conversations import service as hub
from backend.house import House
from backend.takeover import service
from tests.api.takeover.conftest import ALL, OTHER_COUNTY, claimed, lines, owner, queue, version
from tests.support.people import COUNTY
from tests.support.staff import Desk, account, desk
from tests.support.turns import Person


async def test_who_asks_for_a_person_stands_in_the_queue_with_a_summary(house: House, clerk: Desk, waiting: Person) -> None:
    assert (await owner(house, waiting))[:2] == ("queue", None)
    (line,) = (await queue(clerk))["waiting"]
    assert (line["conversation"], line["county"], line["reason"], line["owner"]) == (
        waiting.conversation,
        COUNTY,
        "asked",
        None,
    )
    assert line["who"]["name"].endswith("*") and line["who"]["case"].startswith("TY-")
    assert line["allowed"] == ["claim", "note", "transfer", "close"]
    shown = (await clerk.get(f"{ALL}/{waiting.conversation}")).json()
    assert "138****8000" in str(shown) and "13800138000" not in str(shown)
    assert shown["conversation"]["summary"]["case"]["number"] == line["who"]["case"]
    async with house.db.reading() as session:
        looks = await session.execute(text("SELECT what, case_number FROM access_records"))
        assert [tuple(row) for row in looks] == [("conversation", line["who"]["case"])]


async def test_distress_stands_first_whenever_it_came(house: House, clerk: Desk, waiting: Person) -> None:
    worst = Person(house)
    await worst.open()
    await worst.say("感觉活着没啥意思", "inform", "form")
    assert [each["conversation"] for each in (await queue(clerk))["waiting"]] == [worst.conversation, waiting.conversation]


async def test_of_two_who_press_at_once_one_gets_it_and_the_other_is_told_who_has_it(
    house: House, address: str, waiting: Person
) -> None:
    async with desk(house, address, "window") as one, desk(house, address, "window") as two:
        path, on = f"{ALL}/{waiting.conversation}/claim", {"version": await version(house, waiting)}
        answers = await asyncio.gather(*(each.post(path, **on) for each in (one, two)))
    assert sorted(each.status_code for each in answers) == [200, 409]
    got = next(each.json()["conversation"] for each in answers if each.status_code == 200)
    lost = next(each.json() for each in answers if each.status_code == 409)
    assert lost["error"] == "taken" and lost["owner"] == got["owner"]
    assert "已经接手" in lost["message"] and lost["allowed"] == ["note"]
    assert [each for each in await lines(house, waiting) if "来帮你了" in each] == [
        f"system: {got['owner']['display_name']}来帮你了，下面由工作人员回你。想接着用机器人，说“不用人工了”。"
    ]


async def test_a_reply_is_read_under_the_name_of_who_wrote_it_and_said_once(house: House, clerk: Desk, waiting: Person) -> None:
    await claimed(house, clerk, waiting)
    path, body = (
        f"{ALL}/{waiting.conversation}/replies",
        {"version": await version(house, waiting), "text": "你好", "key": "k1"},
    )
    first, again = await clerk.post(path, **body), await clerk.post(path, **body)
    assert first.status_code == 200, first.text
    assert first.json()["seq"] == again.json()["seq"]
    assert (await lines(house, waiting)).count("staff: 你好") == 1
    async with house.db.reading() as session:
        said = [each for each in await hub.transcript(session, waiting.conversation) if each.author == "staff"]
    assert said[0].author_name == "示例·window"
    assert first.json()["conversation"]["first_answer_minutes"] is not None


async def test_who_has_it_not_may_not_answer_in_it(house: House, address: str, clerk: Desk, waiting: Person) -> None:
    on = {"version": await version(house, waiting), "text": "你好", "key": "k1"}
    early = await clerk.post(f"{ALL}/{waiting.conversation}/replies", **on)
    assert (early.status_code, early.json()["error"]) == (409, "not_allowed")
    assert "claim" in early.json()["allowed"]
    await claimed(house, clerk, waiting)
    async with desk(house, address, "window") as other:
        late = await other.post(f"{ALL}/{waiting.conversation}/replies", **on | {"version": await version(house, waiting)})
    assert (late.status_code, late.json()["error"]) == (409, "taken")
    stale = await clerk.post(f"{ALL}/{waiting.conversation}/replies", **on)
    assert (stale.status_code, stale.json()["error"]) == (409, "stale")
    assert not any(each.startswith("staff") for each in await lines(house, waiting))


async def test_while_staff_answer_the_bot_hears_nothing_and_the_veteran_can_have_it_back(
    house: House, clerk: Desk, waiting: Person
) -> None:
    await claimed(house, clerk, waiting)
    await waiting.store("进度")
    async with house.db.reading() as session:
        states = await session.execute(text("SELECT state FROM inbound ORDER BY seq"))
        assert [row.state for row in states][-1] == "passed"
    await waiting.store("不用人工了。")
    assert (await owner(house, waiting))[0] == "bot"
    assert (await lines(house, waiting))[-1] == "bot: 我是机器人助手，接着帮你。还要找人，说“转人工”。"
    assert await hub.handle_pending(house, waiting.conversation) == 0, "the backlog is skipped"
    assert (await queue(clerk))["attended"] == []


async def test_on_release_the_pending_question_is_taken_up_or_the_step_that_was_chosen(house: House, clerk: Desk) -> None:
    person = Person(house)
    await person.fill()
    await person.say("转人工", "handoff", "form")
    await claimed(house, clerk, person)
    shown = (await clerk.get(f"{ALL}/{person.conversation}")).json()["conversation"]
    assert {"name": "mobile", "label": "手机号"} in shown["steps"], shown["steps"]
    assert shown["summary"]["draft"]["matters"]
    wrong = await clerk.post(f"{ALL}/{person.conversation}/release", version=shown["version"], step="nothing")
    assert (wrong.status_code, wrong.json()["error"]) == (400, "unknown_step")
    back = await clerk.post(f"{ALL}/{person.conversation}/release", version=shown["version"], step="mobile")
    assert back.status_code == 200, back.text
    said = (await lines(house, person))[-2:]
    assert said[0].startswith("bot: 我是机器人助手") and "手机" in said[1]
    assert "13900139000" not in await person.say("13900139000")
    await person.say("转人工", "handoff", "form")
    await claimed(house, clerk, person)
    await clerk.post(
        f"{ALL}/{person.conversation}/closing", version=await version(house, person), outcome="helped", text="答了"
    )
    assert (await owner(house, person))[0] == "bot"
    (kept, _) = (await clerk.get(f"{ALL}/closed")).json()["conversations"]
    assert kept["state"] == "closed" and kept["allowed"] == []


async def test_a_claim_of_whoever_does_nothing_for_ten_minutes_goes_back_with_a_note(
    house: House, clerk: Desk, waiting: Person
) -> None:
    begin = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    with time_machine.travel(begin, tick=False) as traveller:
        await claimed(house, clerk, waiting)
        traveller.shift(timedelta(minutes=9))
        await clerk.post(f"{ALL}/{waiting.conversation}/replies", version=await version(house, waiting), text="在查", key="k1")
        traveller.shift(timedelta(minutes=9))
        assert await service.expire_idle(house) == 0
        traveller.shift(timedelta(minutes=2))
        assert await service.expire_idle(house) == 1
        assert await service.expire_idle(house) == 0
        (line,) = (await queue(clerk))["waiting"]
        assert (await owner(house, waiting))[0] == "queue"
        shown = (await clerk.get(f"{ALL}/{waiting.conversation}")).json()["conversation"]
        assert shown["events"][-1]["command"] == "expire" and "10分钟" in shown["events"][-1]["text"]
        assert "暂时走开了" in (await lines(house, waiting))[-1]
        late = await clerk.post(f"{ALL}/{waiting.conversation}/replies", version=line["version"] - 1, text="查到了", key="k2")
        assert (late.status_code, late.json()["error"]) == (409, "not_allowed")


async def test_a_supervisor_takes_it_from_anyone_and_nobody_else_does(
    house: House, address: str, clerk: Desk, waiting: Person
) -> None:
    await claimed(house, clerk, waiting)
    path, on = f"{ALL}/{waiting.conversation}/taking", {"version": await version(house, waiting)}
    async with desk(house, address, "county_supervisor") as boss, desk(house, address, "window") as other:
        refused = await other.post(path, **on)
        assert (refused.status_code, refused.json()["error"]) == (403, "wrong_role")
        taken = await boss.post(path, **on)
        assert taken.status_code == 200 and taken.json()["conversation"]["mine"], taken.text
    mine = await clerk.post(
        f"{ALL}/{waiting.conversation}/replies", version=await version(house, waiting), text="我的", key="k1"
    )
    assert (mine.status_code, mine.json()["error"]) == (409, "taken")


async def test_it_is_handed_to_a_colleague_or_to_another_countys_queue(
    house: House, address: str, clerk: Desk, waiting: Person
) -> None:
    await claimed(house, clerk, waiting)
    colleague, stranger = await account(house, "window"), await account(house, "window", county=OTHER_COUNTY)
    path = f"{ALL}/{waiting.conversation}/transfer"
    wrong = await clerk.post(path, version=await version(house, waiting), to=stranger)
    assert (wrong.status_code, wrong.json()["error"]) == (400, "unknown_colleague")
    assert colleague in wrong.json()["allowed"]
    given = await clerk.post(path, version=await version(house, waiting), to=colleague)
    assert given.json()["conversation"]["owner"]["username"] == colleague
    async with desk(house, address, "county_supervisor") as boss, desk(house, address, "window", county=OTHER_COUNTY) as there:
        await boss.post(f"{ALL}/{waiting.conversation}/taking", version=await version(house, waiting))
        moved = await boss.post(path, version=await version(house, waiting), county=OTHER_COUNTY, text="安置在晋江")
        assert moved.status_code == 200, moved.text
        assert (await queue(clerk))["waiting"] == []
        (line,) = (await queue(there))["waiting"]
        assert line["county"] == OTHER_COUNTY
        assert (await clerk.get(f"{ALL}/{waiting.conversation}")).status_code == 404
    assert "晋江市的工作人员" in (await lines(house, waiting))[-1]


@pytest.mark.parametrize(("roles", "status"), [((), 401), (("auditor",), 403), (("officer",), 403)])
async def test_nobody_else_reads_what_veterans_say(
    house: House, address: str, waiting: Person, roles: tuple[str, ...], status: int
) -> None:
    async with desk(house, address, *roles) as someone:
        for path in ("", "/search", "/events", f"/{waiting.conversation}", f"/{waiting.conversation}/events"):
            assert (await someone.get(f"{ALL}{path}")).status_code == status


async def test_bad_input_is_refused_and_changes_nothing(house: House, clerk: Desk, waiting: Person) -> None:
    path = f"{ALL}/{waiting.conversation}"
    for command, body in (
        ("claim", {}),
        ("claim", {"version": "1"}),
        ("claim", {"version": 10**20}),
        ("replies", {"version": 1, "text": "", "key": "k"}),
        ("replies", {"version": 1, "text": "字" * 2001, "key": "k"}),
        ("transfer", {"version": 1}),
        ("closing", {"version": 1, "outcome": "gone"}),
        ("seen", {"seq": -1}),
    ):
        assert (await clerk.post(f"{path}/{command}", **body)).status_code == 400, (command, body)
    assert (await clerk.post(f"{ALL}/c_nothing/claim", version=0)).status_code == 404
    assert (await owner(house, waiting))[0] == "queue"
