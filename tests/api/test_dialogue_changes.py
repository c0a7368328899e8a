"""Matters added and dropped in the chat once an application is filed; and the training survey's way to the county (notice 三(三))."""

from __future__ import annotations

from typing import Any

import pytest

from backend.applications import service as applications
from backend.applications.training import survey_in_words
from backend.departments.seed import seed_examples
from backend.house import House
from backend.requests import service as requests
from backend.training import service as training
from tests.support.people import CLERK, accepted, in_progress, submitted
from tests.support.turns import Person


async def filed(house: House, **answers: Any) -> Person:
    person = Person(house)
    await person.fill(**answers)
    await person.press("review=submit")
    return person


async def told(house: House) -> list[tuple[str, str]]:
    """(kind, words) of what the window has to know."""
    async with house.db.reading() as session:
        return [(each.kind, each.words) for each, _, _ in await requests.waiting(session, CLERK)]


async def test_an_added_matter_is_asked_what_it_needs_and_told_to_the_county(house: House) -> None:
    person = await filed(house, matters=["report_in", "household_restoration"])
    assert "医保参保，办哪一种" in await person.say("再加一个医保参保")
    assert "提交" in await person.press("medical_kind=resident")
    answer = await person.press("review=submit")
    assert "改好了" in answer and "要多带：医保转移凭证" in answer
    application = await person.application()
    assert application.matters == ["report_in", "household_restoration", "medical_enrolment"]
    assert application.answers["medical_kind"] == "resident"
    assert await told(house) == [("change", "加办：医保参保")]
    async with house.db.reading() as session:
        assert "change_matters" in [event.command for event in await applications.history(session, application)]


async def test_a_second_change_is_added_to_what_the_window_has_not_answered(house: House) -> None:
    person = await filed(house)
    for said in ("社保卡不办了", "再加一个职业年金转移"):
        await person.say(said, "withdraw" if "不办" in said else "inform", "withdraw" if "不办" in said else "form")
        await person.press("review=submit")
    assert await told(house) == [("change", "不办了：社保卡；加办：职业年金转移")]


async def test_not_wanting_one_matter_is_no_wish_to_withdraw(house: House) -> None:
    person = await filed(house)
    answer = await person.say("补助那个不办了", "withdraw", "withdraw")
    assert "撤回" not in answer and "不办③地方经济补助" in answer
    assert (await person.application()).state == "submitted"


@pytest.mark.parametrize("said", ["不改了", "算了，照原来的"])
async def test_who_thinks_better_of_it_leaves_everything_as_it_was(house: House, said: str) -> None:
    person = await filed(house)
    before = await person.application()
    await person.say("把社保卡去掉")
    assert "照原来的办" in await person.say(said, "deny")
    after = await person.application()
    assert (after.matters, after.version) == (before.matters, before.version)
    assert await person.drafts() == ["filed"]
    assert await told(house) == []


async def test_a_change_that_comes_after_check_in_is_not_lost_silently(house: House) -> None:
    person = await filed(house)
    number = (await person.application()).number
    await person.say("把社保卡去掉")
    await seed_examples(house)
    await applications.record_archive(house, number, CLERK)
    await applications.accept(house, number, CLERK)
    await applications.intake(house, number, CLERK)
    assert "已经受理" in await person.press("review=submit")
    assert "social_card" in (await person.application()).matters
    assert "已经受理" in await person.say("把社保卡去掉")


async def test_asking_about_a_matter_changes_nothing(house: House) -> None:
    person = await filed(house)
    for said, intent, step in (("社保卡要多久", "time_limit", "answer"), ("社保卡办好了吗", "progress", "progress")):
        await person.say(said, intent, step)
    assert await person.drafts() == ["filed"]


async def test_a_matter_that_is_closed_to_them_is_refused_with_its_reason(house: House) -> None:
    person = await filed(house, self_employed=False, matters=["report_in", "household_restoration"])
    answer = await person.say("再加一个地方补助")
    assert "只给自主就业" in answer and "没有变" in answer


NEED = {"survey_need": "soon", "survey_kind": "skill", "survey_field": None, "survey_way": "weekend", "survey_contact": True}


async def referred(house: House) -> list[str]:
    async with house.db.reading() as session:
        return [application.number for _, application in await training.waiting(session, CLERK)]


async def test_a_need_for_training_is_referred_at_check_in(house: House) -> None:  # notice 三(三)
    application = await in_progress(house, **NEED)
    assert await referred(house) == [application.number]
    words = survey_in_words(house.catalogue.questions["questions"], application.answers)
    assert {"有，希望尽快", "职业技能培训"} <= {answer for _, answer in words} and len(words) == 4


@pytest.mark.parametrize("changes", [{"survey_need": "none"}, {"survey_contact": False}, {"survey_contact": None}])
async def test_without_need_or_wish_nobody_is_referred(house: House, changes: dict[str, Any]) -> None:  # notice 三(三)
    await in_progress(house, **{**NEED, **changes})
    assert await referred(house) == []


async def test_what_the_window_says_of_the_need_counts_before_the_survey(house: House) -> None:
    await seed_examples(house)
    application = await accepted(house, **NEED)
    await applications.intake(house, application.number, CLERK, applications.Seen(training_need=False))
    assert await referred(house) == []


async def test_before_check_in_nobody_is_referred(house: House) -> None:
    await submitted(house, **NEED)
    assert await referred(house) == []
