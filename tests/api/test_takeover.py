"""People take a conversation over: one of two gets it, Rasa sees nothing meanwhile, and the bot takes up where it stood."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import text

from backend.conversations import service as hub
from backend.conversations.live import LiveFeed
from backend.conversations.model import Conversation
from backend.house import House
from backend.staff.sessions import who_is
from backend.takeover import feed, service
from backend.takeover.endpoints import blueprint
from tests.support.people import COUNTY, in_progress
from tests.support.staff import Desk, account, desk, served, token
from tests.support.turns import Person

OTHER_COUNTY = "350582"
ALL = "/api/conversations"


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with served(house, blueprint) as url:
        yield url


@pytest.fixture
async def clerk(house: House, address: str) -> AsyncIterator[Desk]:
    async with desk(house, address, "window") as someone:
        yield someone


@pytest.fixture
async def waiting(house: House) -> Person:
    """An applicant of the county who asked for a person."""
    person = Person(house, (await in_progress(house)).conversation_id)
    await person.say("转人工，我的手机13800138000", "handoff", "handoff")
    return person


async def owner(house: House, person: Person) -> tuple[str, str | None, int]:
    async with house.db.reading() as session:
        found = await session.get_one(Conversation, person.conversation)
        return found.owner_kind, found.owner_id, found.owner_version


async def lines(house: House, person: Person) -> list[str]:
    async with house.db.reading() as session:
        return [f"{each.author}: {each.body['text']}" for each in await hub.transcript(session, person.conversation)]


async def queue(someone: Desk) -> dict[str, Any]:
    answer = await someone.get(ALL)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def version(house: House, person: Person) -> int:
    return (await owner(house, person))[2]


async def claimed(house: House, clerk: Desk, person: Person) -> dict[str, Any]:
    answer = await clerk.post(f"{ALL}/{person.conversation}/claim", version=await version(house, person))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["conversation"]
    return found


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


async def test_a_note_is_never_shown_to_the_veteran(house: House, clerk: Desk, waiting: Person) -> None:
    noted = await clerk.post(f"{ALL}/{waiting.conversation}/notes", text="情绪不太好，多问两句")
    assert noted.json()["conversation"]["notes"][0]["text"] == "情绪不太好，多问两句"
    assert not any("情绪" in each for each in await lines(house, waiting))
    async with house.db.reading() as session:
        raw = await session.scalar(text("SELECT text FROM handover_events WHERE command = 'note'"))
    assert raw and "情绪" not in raw


async def test_outside_office_hours_it_is_said_when_somebody_answers_and_a_message_becomes_a_task(
    house: House, address: str
) -> None:
    # Friday evening in Shanghai. # notice 四(八)
    with time_machine.travel(datetime(2026, 11, 27, 12, 0, tzinfo=UTC), tick=False):
        clerk = Desk(address, await token(house, "window"))
        person = Person(house, (await in_progress(house)).conversation_id)
        said = await person.say("转人工", "handoff", "handoff")
        assert "不是办公时间" in said and "11月30日" in said, said
        assert "留言" in await person.press("people=leave", step="answer")
        assert "记下了" in await person.say("留言：户口簿丢了，我电话13800138000", "inform", "answer")
        (task,) = (await clerk.get(f"{ALL}/tasks")).json()["tasks"]
        assert task["text"] == "户口簿丢了，我电话138****8000"
        assert (await queue(clerk))["tasks"] == 1
        assert (await clerk.post(f"{ALL}/tasks/{task['id']}/closing", text="回过电话")).status_code == 200
        again = await clerk.post(f"{ALL}/tasks/{task['id']}/closing")
        assert (again.status_code, again.json()["error"]) == (409, "done")
        assert (await clerk.get(f"{ALL}/tasks")).json()["tasks"] == []
        assert "接着我来" in await person.say("不用人工了", "out_of_scope", "answer")
        assert (await owner(house, person))[0] == "bot" and (await queue(clerk))["waiting"] == []
        await clerk.close()


async def test_the_place_in_the_queue_is_told(house: House, waiting: Person) -> None:
    with time_machine.travel(datetime(2026, 11, 27, 2, 0, tzinfo=UTC), tick=False):
        second = Person(house, (await in_progress(house)).conversation_id)
        assert "你前面还有1位" in await second.say("转人工", "handoff", "handoff")


async def test_waiting_is_counted_in_office_hours(house: House, clerk: Desk) -> None:
    # Friday 17:00 to Monday 08:30: an hour on Friday, half an hour on Monday. # notice 四(八)
    with time_machine.travel(datetime(2026, 11, 27, 9, 0, tzinfo=UTC), tick=False) as traveller:
        person = Person(house, (await in_progress(house)).conversation_id)
        await person.say("转人工", "handoff", "handoff")
        traveller.move_to(datetime(2026, 11, 30, 0, 30, tzinfo=UTC))
    with time_machine.travel(datetime(2026, 11, 30, 0, 30, tzinfo=UTC), tick=False):
        async with served(house, blueprint) as address, desk(house, address, "window") as later:
            await claimed(house, later, person)
            on = {"version": await version(house, person), "text": "你好", "key": "k1"}
            await later.post(f"{ALL}/{person.conversation}/replies", **on)
            path = f"{ALL}/{person.conversation}/closing"
            await later.post(path, version=await version(house, person), outcome="helped")
            (line,) = (await later.get(f"{ALL}/measures", month="2026-11")).json()["lines"]
    assert (line["county"], line["first_answer_p50"], line["resolution_p90"], line["closed"]) == (COUNTY, 90, 90, 1)


async def test_words_are_found_in_one_conversation_and_in_all_that_one_may_see(
    house: House, address: str, clerk: Desk, waiting: Person
) -> None:
    hit = (await clerk.get(f"{ALL}/{waiting.conversation}/search", text="手机")).json()
    assert [each["text"] for each in hit["hits"]] == ["转人工，我的手机138****8000"] and hit["next"] is None
    everywhere = (await clerk.get(f"{ALL}/search", text="手机")).json()
    assert [each["conversation"] for each in everywhere["hits"]] == [waiting.conversation] and everywhere["looked_at"] > 0
    async with desk(house, address, "window", county=OTHER_COUNTY) as stranger:
        assert (await stranger.get(f"{ALL}/search", text="手机")).json()["hits"] == []
        assert (await stranger.get(f"{ALL}/{waiting.conversation}/search", text="手机")).status_code == 404
    assert (await clerk.get(f"{ALL}/search", text=" ")).status_code == 400


async def test_staff_write_first_to_an_applicant_of_their_county_only(house: House, address: str, clerk: Desk) -> None:
    application = await in_progress(house)
    given = {"case": application.number, "text": "你的户口簿办好了", "key": "k1"}
    async with desk(house, address, "window", county=OTHER_COUNTY) as stranger:
        assert (await stranger.post(ALL, **given)).status_code == 404
    begun = await clerk.post(ALL, **given)
    assert begun.status_code == 201, begun.text
    assert begun.json()["conversation"]["reason"] == "started" and begun.json()["conversation"]["mine"]
    person = Person(house, application.conversation_id)
    assert (await lines(house, person))[-1] == "staff: 你的户口簿办好了"
    async with desk(house, address, "window") as other:
        late = await other.post(ALL, **given | {"key": "k2"})
        assert (late.status_code, late.json()["error"]) == (409, "taken")


async def test_replies_at_hand_are_a_countys_own(house: House, address: str, clerk: Desk) -> None:
    kept = (await clerk.post(f"{ALL}/canned", title="问好", text="你好，我是窗口。")).json()["reply"]
    path = f"{ALL}/canned/{kept['id']}"
    changed = await clerk.http.put(path, json={"title": "问好", "text": "您好。", "version": kept["version"]})
    assert changed.json()["reply"]["text"] == "您好。"
    stale = await clerk.http.put(path, json={"title": "问好", "text": "旧", "version": kept["version"]})
    assert (stale.status_code, stale.json()["error"]) == (409, "stale")
    async with desk(house, address, "window", county=OTHER_COUNTY) as stranger:
        assert (await stranger.get(f"{ALL}/canned")).json()["replies"] == []
        assert (await stranger.http.delete(path)).status_code == 404
    assert (await clerk.http.delete(path)).status_code == 204


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


async def test_the_queue_is_told_live_and_taken_up_where_it_broke_off(house: House, clerk: Desk, waiting: Person) -> None:
    live = LiveFeed(house.db)
    await live.start()
    staff = await who_is(house, await token(house, "window"))
    stream = feed.queue_events(house, live, staff)
    try:
        first = await asyncio.wait_for(anext(stream), 5)
        assert "event: open" in first
        last_id = int(first.partition("id: ")[2].split("\n")[0])
        await claimed(house, clerk, waiting)
        event = await asyncio.wait_for(anext(stream), 5)
        assert "event: changed" in event and json.loads(event.partition("data: ")[2])["state"] == "attended"
        path = f"{ALL}/{waiting.conversation}/closing"
        await clerk.post(path, version=await version(house, waiting), outcome="helped")
        while "event: gone" not in event:
            event = await asyncio.wait_for(anext(stream), 5)
        again = feed.queue_events(house, live, staff, last_id)
        assert "event: open" in await asyncio.wait_for(anext(again), 5)
        missed = await asyncio.wait_for(anext(again), 5)
        assert "event: gone" in missed and waiting.conversation in missed
        await again.aclose()  # type: ignore[attr-defined]
    finally:
        await stream.aclose()  # type: ignore[attr-defined]
        await live.stop()
