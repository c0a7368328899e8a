"""Who asks for a person, and above all who is in distress, is seen by the people who can help."""

from __future__ import annotations

import httpx
import pytest
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
