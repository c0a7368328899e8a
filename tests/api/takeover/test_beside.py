"""What stands beside the talk itself: notes, messages that were left, waiting times, searching, writing first, the live feed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import time_machine
from sqlalchemy import text

from backend.conversations.live import LiveFeed, for_staff, tell_typing
from backend.dialogue import repository as dialogue
from backend.house import House
from backend.staff.sessions import who_is
from backend.takeover import feed
from backend.takeover.endpoints import blueprint
from tests.api.takeover.conftest import ALL, OTHER_COUNTY, claimed, lines, owner, queue, version
from tests.support.county import at_work
from tests.support.people import COUNTY, in_progress
from tests.support.staff import Desk, desk, served, token
from tests.support.turns import Person


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
        async with house.db.unit() as unit:
            await dialogue.forget(unit.session, person.conversation)
            await unit.commit()
        (task,) = (await clerk.get(f"{ALL}/tasks")).json()["tasks"]
        assert "户口簿" not in task["text"], "who deletes what was said deletes this, too"
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


async def read_event(lines: AsyncIterator[str], name: str) -> dict[str, Any]:
    """The data of the next event with that name."""
    async with asyncio.timeout(10):
        async for line in lines:
            if line == f"event: {name}":
                found: dict[str, Any] = json.loads((await anext(lines)).removeprefix("data: "))
                return found
    raise AssertionError(f"no {name}")


async def test_a_conversation_is_told_live_and_taken_up_after_the_last_message(house: House) -> None:
    async with at_work(house) as county:
        clerk = await county.clerk()
        person = Person(house, (await in_progress(house)).conversation_id)
        await person.say("转人工", "handoff", "handoff")
        await claimed(house, clerk, person)
        path = f"{ALL}/{person.conversation}/events"
        async with clerk.http.stream("GET", path) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            events = answer.aiter_lines()
            assert (await read_event(events, "owner"))["mine"]
            await person.store("我电话13800138000")
            shown: dict[str, Any] = {"text": ""}
            while "我电话" not in shown["text"]:
                shown = await read_event(events, "message")
            assert shown["text"] == "我电话138****8000"
            await clerk.post(f"{ALL}/{person.conversation}/notes", text="查一下")
            assert (await read_event(events, "note"))["text"] == "查一下"
            await tell_typing(house.db, for_staff(person.conversation), on=True)
            assert (await read_event(events, "typing"))["on"] is True
        await person.store("还在吗")
        async with clerk.http.stream("GET", path, headers={"last-event-id": str(shown["seq"])}) as answer:
            assert (await read_event(answer.aiter_lines(), "message"))["text"] == "还在吗"
        assert (await clerk.get(f"{ALL}/c_nothing/events")).status_code == 404
