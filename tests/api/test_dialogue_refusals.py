"""Whatever the applications refuse is answered in words that say what to do next, and the talk goes on."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from backend.applications import service as applications
from backend.clock import now
from backend.dialogue import filing, service
from backend.errors import GuituError
from backend.house import House
from backend.interview.draft import Draft
from backend.interview.outcome import Outcome
from backend.interview.questions import load_script
from tests.support.people import in_progress
from tests.support.turns import Person
from tests.unit.interview.test_engine import FILLED


async def test_a_draft_of_december_is_told_in_january_why_it_cannot_be_filed(house: House) -> None:  # notice 二(一)
    person = Person(house)
    await person.fill()
    with time_machine.travel(datetime(now().year + 1, 1, 3, 4, tzinfo=UTC)):
        answer = await person.press("review=submit")
    assert "年" in answer and "已经填的都留着" in answer
    assert person.last.form == "open"
    assert await person.drafts() == ["open"]


async def asked_to_correct(house: House, *points: tuple[str, str]) -> tuple[Person, str]:
    """Somebody who filed and is asked to correct; their number."""
    person = Person(house)
    await person.fill()
    await person.press("review=submit")
    number = (await person.application()).number
    await applications.record_archive(house, number, "cli:test")
    await applications.review_application(house, number, "cli:test", corrections=points)
    await person.say("继续", "resume")
    return person, number


async def test_what_cannot_be_corrected_stays_as_it_was_filed_whatever_a_draft_holds(house: House) -> None:  # notice 三(二)
    person, _ = await asked_to_correct(house, ("mobile", "打不通"))
    await person.say("13900139000")
    async with house.db.unit() as unit:
        row = await service.repository.open_draft(unit.session, person.conversation)
        assert row is not None
        row.content = {**row.content, "answers": {**row.content["answers"], "county": "350582"}}
        await unit.commit()
    assert "交回县里" in await person.press("review=submit")
    filed = await person.application()
    assert (filed.county, filed.answers["mobile"]) == (FILLED["county"], "13900139000")


async def test_corrections_to_a_case_that_has_ended_are_answered_with_how_it_stands(house: House) -> None:
    person, number = await asked_to_correct(house, ("mobile", "打不通"))
    await person.say("13900139000")
    await applications.withdraw(house, number, "cli:test")
    answer = await person.press("review=submit")
    assert number in answer and "已经撤回" in answer
    assert person.last.form == "closed"


async def test_withdrawing_what_was_rejected_meanwhile_is_answered(house: House) -> None:
    person = Person(house)
    await person.fill()
    await person.press("review=submit")
    await person.say("撤回申请", "withdraw", "withdraw")
    await applications.reject(house, (await person.application()).number, "cli:test", "不是今年退役")
    answer = await person.press("withdraw=yes", "withdraw", "withdraw")
    assert "没有通过" in answer and "重新申请" in answer


async def test_withdrawing_after_check_in_is_answered(house: House) -> None:
    filed = await in_progress(house)
    person = Person(house, filed.conversation_id)
    assert "找工作人员" in await person.press("withdraw=yes", "withdraw", "withdraw")


def codes_raised() -> list[str]:
    """Every code that the commands on applications can refuse with, from their source."""
    room = Path(applications.__file__).parent
    text = "".join(file.read_text("utf-8") for file in room.glob("*.py")) + (room.parent / "errors.py").read_text("utf-8")
    return sorted({*re.findall(r'code="(\w+)"', text), *re.findall(r'code = "(\w+)"', text), "of_another_day"})


@pytest.mark.parametrize("fields", [{}, {"fields": ["mobile"]}, {"fields": {"county": "x", "no_such": "y"}}])
async def test_no_refusal_of_the_applications_is_left_without_words(house: House, fields: dict[str, Any]) -> None:
    person = Person(house)
    await person.fill()
    script = load_script(house.catalogue.questions)
    outcome = Outcome(Draft(answers=FILLED), filed=FILLED)
    codes = codes_raised()
    assert {"one_live_application", "not_allowed", "not_correctable", "not_eligible", "no_application"} <= set(codes)
    for code in codes:
        refusal = GuituError("staff words", code=code, **fields)
        filed = await filing._refused(house, script, person.conversation, outcome, refusal)
        assert filed.say or filed.wrong, code
        assert "staff words" not in str(filed.say), code
