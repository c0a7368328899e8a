"""Who asks for a person, and above all who is in distress, is seen by the people who can help."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from backend.dialogue.commands import print_waiting
from backend.dialogue.endpoints import handovers
from backend.house import House
from tests.support.people import COUNTY, in_progress
from tests.support.staff import Desk, desk, served
from tests.support.turns import Person

OTHER_COUNTY = "350582"


async def three_wait(house: House) -> list[Person]:
    """One of the county who asks, one whose county nobody knows, and one in distress who was first asking."""
    here, unknown = Person(house, (await in_progress(house)).conversation_id), Person(house)
    await unknown.open()
    await here.say("转人工，我的手机13800138000", "handoff", "handoff")
    await unknown.say("找个真人", "handoff", "handoff")
    worst = Person(house, (await in_progress(house)).conversation_id)
    await worst.say("转人工", "handoff", "handoff")
    await worst.say("感觉活着没啥意思，我电话13800138000", "inform", "form")
    return [worst, here, unknown]


async def listed(someone: Desk) -> list[dict[str, object]]:
    answer = await someone.get("/api/handovers")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()["handovers"]
    return found


async def test_the_most_urgent_stands_first_and_numbers_are_masked(house: House) -> None:
    waiting = await three_wait(house)
    async with served(house, handovers) as address, desk(house, address, "window") as clerk:
        found = await listed(clerk)
    assert [each["conversation"] for each in found] == [person.conversation for person in waiting]
    assert [each["reason"] for each in found] == ["distress", "asked", "asked"]
    assert found[0]["county"] == COUNTY and found[2]["county"] is None
    assert "13800138000" not in str(found) and "138****8000" in str(found)


async def test_another_county_sees_only_those_whose_county_is_unknown(house: House) -> None:
    *_, unknown = await three_wait(house)
    async with served(house, handovers) as address, desk(house, address, "county_supervisor", county=OTHER_COUNTY) as other:
        assert [each["conversation"] for each in await listed(other)] == [unknown.conversation]


@pytest.mark.parametrize(("roles", "status"), [((), 401), (("auditor",), 403)])
async def test_nobody_else_sees_them(house: House, roles: tuple[str, ...], status: int) -> None:
    async with served(house, handovers) as address, desk(house, address, *roles) as someone:
        answer: httpx.Response = await someone.get("/api/handovers")
        assert answer.status_code == status


async def test_they_are_listed_at_the_command_line(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    worst, here, _ = await three_wait(house)
    capsys.readouterr()
    await print_waiting(house)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("distress\t0 min") and worst.conversation in lines[0]
    assert here.conversation in lines[1] and "138****8000" in lines[1]


async def test_distress_calls_somebody_by_the_log_without_its_words(house: House) -> None:
    person = Person(house)
    await person.open()
    with capture_logs() as logs:
        await person.say("不想活了", "distress", "answer")
    (call,) = [entry for entry in logs if entry["log_level"] == "warning"]
    assert call["conversation"] == person.conversation
    assert "不想活" not in str(logs)


async def first(someone: Desk) -> dict[str, Any]:
    answer = await someone.get("/api/handovers")
    found: dict[str, Any] = answer.json()["handovers"][0]
    return found


async def test_one_is_taken_on_and_closed_with_what_came_of_it(house: House) -> None:
    waiting = await three_wait(house)
    async with served(house, handovers) as address, desk(house, address, "window") as clerk:
        worst = await first(clerk)
        claimed = await clerk.post(f"/api/handovers/{worst['id']}/claim", version=worst["version"])
        assert claimed.status_code == 200, claimed.text
        mine = claimed.json()["handover"]
        assert mine["claimed_by"].startswith("staff:user") and mine["claimed_at"]
        assert (await first(clerk))["claimed_by"] == mine["claimed_by"]
        given = {"version": mine["version"], "outcome": "referred", "note": "已请示例心理援助接手"}
        closing = await clerk.post(f"/api/handovers/{worst['id']}/closing", **given)
        assert closing.status_code == 200, closing.text
        assert [each["conversation"] for each in await listed(clerk)] == [person.conversation for person in waiting[1:]]
        (kept,) = (await clerk.get("/api/handovers", closed="1")).json()["handovers"]
        assert (kept["outcome"], kept["note"], kept["closed_by"]) == ("referred", given["note"], mine["claimed_by"])
        assert kept["closed_at"]
        again = await clerk.post(f"/api/handovers/{worst['id']}/closing", **given)
        assert (again.status_code, again.json()["error"], again.json()["outcome"]) == (409, "closed", "referred")
    async with house.db.reading() as session:
        raw = await session.scalar(text("SELECT note FROM handover_requests WHERE outcome = 'referred'"))
    assert raw and "示例" not in raw


async def test_whoever_turned_to_distress_meanwhile_is_not_closed_as_an_ordinary_request(house: House) -> None:
    person = Person(house, (await in_progress(house)).conversation_id)
    await person.say("转人工", "handoff", "handoff")
    async with served(house, handovers) as address, desk(house, address, "window") as clerk:
        read = await first(clerk)
        await person.say("感觉活着没啥意思", "inform", "form")
        path = f"/api/handovers/{read['id']}/closing"
        late = await clerk.post(path, version=read["version"], outcome="not_needed")
        assert (late.status_code, late.json()["error"]) == (409, "stale")
        now = await first(clerk)
        assert now["reason"] == "distress"
        assert late.json()["version"] == now["version"]
        assert (await clerk.post(path, version=now["version"], outcome="helped")).status_code == 200


async def test_of_two_who_take_it_on_one_has_it(house: House) -> None:
    await three_wait(house)
    async with (
        served(house, handovers) as address,
        desk(house, address, "window") as one,
        desk(house, address, "window") as two,
    ):
        worst = await first(one)
        path, on = f"/api/handovers/{worst['id']}/claim", {"version": worst["version"]}
        answers = await asyncio.gather(one.post(path, **on), two.post(path, **on))
        assert sorted(each.status_code for each in answers) == [200, 409]
        late = next(each for each in answers if each.status_code == 409).json()
        assert late["error"] == "stale"
        other = two if answers[0].status_code == 200 else one
        taken = await other.post(path, version=late["version"])
        assert (taken.status_code, taken.json()["error"]) == (409, "claimed")


async def test_after_it_is_closed_a_new_request_is_a_new_one(house: House) -> None:
    person = Person(house, (await in_progress(house)).conversation_id)
    await person.say("转人工", "handoff", "handoff")
    async with served(house, handovers) as address, desk(house, address, "window") as clerk:
        read = await first(clerk)
        await clerk.post(f"/api/handovers/{read['id']}/closing", version=read["version"], outcome="helped")
        assert await listed(clerk) == []
        assert "已经记下" in await person.say("还是转人工吧", "handoff", "handoff")
        assert (await first(clerk))["id"] != read["id"]


async def test_another_countys_request_is_not_there_and_nobody_else_closes_one(house: House) -> None:
    await three_wait(house)
    async with (
        served(house, handovers) as address,
        desk(house, address, "window") as clerk,
        desk(house, address, "window", county=OTHER_COUNTY) as stranger,
        desk(house, address, "auditor") as auditor,
    ):
        worst = await first(clerk)
        body = {"version": worst["version"], "outcome": "helped"}
        assert (await stranger.post(f"/api/handovers/{worst['id']}/closing", **body)).status_code == 404
        assert (await stranger.post(f"/api/handovers/{worst['id']}/claim", version=worst["version"])).status_code == 404
        assert (await auditor.post(f"/api/handovers/{worst['id']}/closing", **body)).status_code == 403
        assert (await stranger.get("/api/handovers", closed="1")).json()["handovers"] == []
        for wrong in ({"outcome": "helped"}, {**body, "outcome": "gone"}, {**body, "note": ""}, {**body, "more": 1}):
            assert (await clerk.post(f"/api/handovers/{worst['id']}/closing", **wrong)).status_code == 400
        assert len(await listed(clerk)) == 3
