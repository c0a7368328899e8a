"""One question when all is done, and what is answered to it (notice 六(三)): in the chat, by text, counted for supervisors."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from sqlalchemy import select, text

from backend.applications import service as applications
from backend.applications.model import Application
from backend.channels.sms import service as sms
from backend.channels.sms.incoming import receive_sms
from backend.channels.sms.model import SmsMessage
from backend.channels.web.service import erase
from backend.clock import now, today
from backend.conversations import repository as talks
from backend.conversations import service as hub
from backend.departments.seed import seed_examples
from backend.dialogue.model import OPEN, DraftRow
from backend.house import House
from backend.locale.text import SOURCE_LANGUAGE
from backend.notices.model import NoticeRow
from backend.satisfaction import repository
from backend.satisfaction.model import Satisfaction
from backend.statistics.endpoints import blueprint
from tests.support.people import CLERK, COUNTY, answers, in_progress, send, tasks_of
from tests.support.staff import desk, served
from tests.support.turns import Person

QUESTION = "这次办得还满意吗"


async def ended(house: House, application: Application) -> Application:
    """Its one matter at a department is done, and with it the case."""
    await send(house, (await tasks_of(house, application))["medical_transfer"], "done")
    async with house.db.reading() as session:
        application = await applications.by_number(session, CLERK, application.number)
    assert application.state == "completed"
    return application


async def completed(house: House, **changes: Any) -> tuple[Application, Person]:
    application = await ended(house, await in_progress(house, matters=["report_in", "medical_transfer"], **changes))
    return application, Person(house, application.conversation_id)


async def offered(house: House, application: Application) -> list[dict[str, Any]]:
    """The scale as it lies in the chat."""
    async with house.db.reading() as session:
        for message in await hub.transcript(session, application.conversation_id):
            if QUESTION in message.body["text"]:
                choices: list[dict[str, Any]] = message.body["choices"]
                return choices
    return []


async def kept(house: House, application: Application) -> Satisfaction | None:
    async with house.db.reading() as session:
        return await repository.of_application(session, application.id)


async def score(house: House, application: Application) -> tuple[int | None, str | None]:
    row = await kept(house, application)
    assert row is not None
    return row.score, row.words


async def pressed(house: House, application: Application, person: Person, label: str) -> str:
    (choice,) = [each for each in await offered(house, application) if each["label"] == label]
    return await person.press(choice["value"], choice["intent"], "answer")


async def test_it_is_asked_once_when_all_is_done_in_the_chat_alone(house: House) -> None:
    application, _ = await completed(house)
    assert [each["label"] for each in await offered(house, application)] == ["很满意", "满意", "一般", "不太满意", "不满意"]
    async with house.db.unit() as unit:
        found = await unit.session.scalars(select(NoticeRow.channel).where(NoticeRow.event == "satisfaction"))
        assert list(found) == ["chat"]


async def test_a_press_is_kept_and_what_is_written_next_with_it(house: House) -> None:
    application, person = await completed(house)
    assert "记下了" in await pressed(house, application, person, "满意")
    assert "也记下了" in await person.say("窗口服务很热心，我13800138000", "out_of_scope", "answer")
    assert await score(house, application) == (4, "窗口服务很热心，我138****8000")
    async with house.db.reading() as session:
        raw = await session.scalar(text("SELECT words FROM satisfaction"))
    assert raw and "热心" not in raw


async def test_it_can_be_changed_once_more_and_then_stands(house: House) -> None:
    application, person = await completed(house)
    await pressed(house, application, person, "很满意")
    await pressed(house, application, person, "很满意")
    assert "改好了" in await pressed(house, application, person, "一般")
    assert "改过一次" in await pressed(house, application, person, "很满意")
    assert (await score(house, application))[0] == 3


async def test_the_same_press_delivered_twice_is_one(house: House) -> None:
    application, person = await completed(house)
    value = (await offered(house, application))[0]["value"]
    message = await person.store("（按了一下）")
    assert await person.send(message, "help", "answer", value) == await person.send(message, "help", "answer", value)
    row = await kept(house, application)
    assert row is not None and (row.score, row.changes) == (5, 0)


@pytest.mark.parametrize(
    ("words", "intent", "step", "expected"),
    [
        ("很满意", "inform", "form", (5, None)),
        ("5", "inform", "form", (5, None)),
        ("不满意，户口跑了两趟", "inform", "form", (1, "户口跑了两趟")),
        ("都挺好，就是户口跑了两趟", "out_of_scope", "answer", (None, "都挺好，就是户口跑了两趟")),
    ],
)
async def test_an_answer_may_be_typed(
    house: House, words: str, intent: str, step: str, expected: tuple[int | None, str | None]
) -> None:
    application, person = await completed(house)
    assert await person.say(words, intent, step)
    assert person.last.form == "closed" and await person.drafts() == []
    assert await score(house, application) == expected


async def test_progress_and_questions_go_their_own_way_even_right_after_the_answer(house: House) -> None:
    application, person = await completed(house)
    assert application.number in await person.say("进度", "progress", "progress")
    await pressed(house, application, person, "满意")
    assert application.number in await person.say("进度", "progress", "progress")
    assert "没听明白" in await person.say("呃呃呃", "nlu_fallback", "fallback")
    await pressed(house, application, person, "满意")
    assert "记下了" not in await person.say("我换号了，现在用13800138000", "inform", "form")
    await pressed(house, application, person, "满意")
    assert "记下了" not in await person.say("社保卡在哪里激活？", "faq/card_activation", "answer")
    assert await score(house, application) == (4, None)


async def test_who_has_nothing_to_add_is_thanked_and_nothing_is_kept(house: House) -> None:
    application, person = await completed(house)
    await pressed(house, application, person, "满意")
    assert "谢谢你" in await person.say("没有了", "deny", "form")
    assert await score(house, application) == (4, None) and await person.drafts() == []


async def test_an_unhappy_veteran_is_offered_a_person_and_a_complaint_is_taken_up_as_one(house: House) -> None:
    application, person = await completed(house)
    assert "对不住" in await pressed(house, application, person, "不满意")
    assert [each["intent"] for each in person.last.replies[-1]["choices"]] == ["handoff"]
    assert "已经交给窗口" in await person.say("派出所的人态度太差", "faq/complain", "answer")
    assert await score(house, application) == (1, "派出所的人态度太差")


async def test_a_new_draft_takes_what_is_typed_and_a_press_leaves_it_where_it_was(house: House) -> None:
    person = Person(house)
    await person.fill(matters=["report_in", "medical_transfer"], local_household=True)
    await person.press("review=submit")
    application = await person.application()
    await seed_examples(house)
    await applications.record_archive(house, application.number, CLERK)
    await applications.accept(house, application.number, CLERK)
    application = await applications.intake(house, application.number, CLERK)
    application = await ended(house, application)
    async with house.db.unit() as unit:
        # As in the next year, when they may apply again.
        content = {"answers": {"consent": True, "consent_sensitive": True}, "pending": "discharge_month"}
        unit.session.add(
            DraftRow(
                id="d_next",
                conversation_id=person.conversation,
                state=OPEN,
                content=content,
                created_at=now(),
                updated_at=now(),
            )
        )
        await unit.commit()
    await person.say("1", "inform", "form")
    assert await score(house, application) == (None, None)
    value = (await offered(house, application))[0]["value"]
    assert "记下了" in await person.press(value, "help", "form")
    assert person.last.form == "open" and "open" in await person.drafts()
    assert (await score(house, application))[0] == 5


async def test_another_conversations_question_cannot_be_answered(house: House) -> None:
    application, _ = await completed(house)
    _, stranger = await completed(house)
    value = (await offered(house, application))[0]["value"]
    assert "过去了" in await stranger.press(value, "help", "answer")
    assert "过去了" in await stranger.press("satisfaction=x:9", "help", "answer")
    assert await score(house, application) == (None, None)


async def test_who_refuses_reminders_is_not_asked(house: House) -> None:
    application = await in_progress(house, matters=["report_in", "medical_transfer"])
    async with house.db.unit() as unit:
        await sms.stop_reminders(unit, application.answers["mobile"])
        await unit.commit()
    application = await ended(house, application)
    assert await offered(house, application) == [] and await kept(house, application) is None


async def test_who_filed_by_text_is_asked_by_text_and_replies_with_a_digit(house: House) -> None:
    own = answers(matters=["report_in", "medical_transfer"])
    async with house.db.unit() as unit:
        index = sms.mobile_index(own["mobile"])
        talk = await hub.open_conversation(unit, sms.CHANNEL, index, SOURCE_LANGUAGE, address=own["mobile"])
        await unit.commit()
    filed = (await applications.submit(house, "d_by_text", talk.id, own, SOURCE_LANGUAGE)).application
    await seed_examples(house)
    await applications.record_archive(house, filed.number, CLERK)
    await applications.accept(house, filed.number, CLERK)
    application = await ended(house, await applications.intake(house, filed.number, CLERK))
    async with house.db.reading() as session:
        texts = await session.scalars(select(SmsMessage).where(SmsMessage.template_id == "satisfaction"))
        (asked,) = [each.text for each in texts]
    assert "5很满意" in asked and len(asked) <= 70
    assert await receive_sms(house, own["mobile"], "4", "SM1") == talk.id
    # The digit has become the press that the hub gives to Rasa, and Rasa to the dialogue.
    async with house.db.reading() as session:
        press = (await talks.latest(session, talk.id, 1))[0]
    assert press.body["press"]["value"] == f"satisfaction={application.id}:4"
    person = Person(house, talk.id)
    assert "记下了" in await person.send(press.id, press.body["press"]["intent"], "answer", press.body["press"]["value"])
    assert await score(house, application) == (4, None)


async def test_erasing_the_chat_deletes_the_words_and_leaves_the_score(house: House) -> None:
    application, person = await completed(house)
    await person.say("满意，谢谢窗口的同志", "inform", "form")
    assert await score(house, application) == (4, "谢谢窗口的同志")
    await erase(house, application.conversation_id)
    assert await score(house, application) == (4, None)


async def test_supervisors_see_count_mean_distribution_and_words_of_their_counties(house: House) -> None:
    for label in ("很满意", "很满意", "不满意"):
        application, person = await completed(house)
        await pressed(house, application, person, label)
    await person.say("跑了三趟", "out_of_scope", "answer")
    await completed(house)
    month, path = f"{today():%Y-%m}", "/api/statistics/satisfaction"
    async with (
        served(house, blueprint) as address,
        desk(house, address, "county_supervisor") as own,
        desk(house, address, "county_supervisor", county="350582") as other,
        desk(house, address, "window") as clerk,
        desk(house, address) as nobody,
    ):
        (line,) = (await own.get(path, month=month)).json()["lines"]
        assert line == {
            "county": COUNTY,
            "asked": 4,
            "answered": 3,
            "mean": 3.67,
            "scores": {"5": 2, "4": 0, "3": 0, "2": 0, "1": 1},
        }
        rows = list(csv.reader(io.StringIO((await own.get(path, form="csv")).content.decode("utf-8-sig"))))
        assert rows[1][3:] == ["4", "3", "3.67", "2", "0", "0", "0", "1"] and len(rows[0]) == len(rows[1])
        (words,) = (await own.get(f"{path}/words")).json()["words"]
        assert (words["words"], words["score"], words["county"]) == ("跑了三趟", 1, COUNTY)
        assert application.number not in str(words)
        for under in ("", "/words"):
            assert (await other.get(path + under, county=COUNTY)).status_code == 404
            assert (await clerk.get(path + under)).status_code == 403
            assert (await nobody.get(path + under)).status_code == 401
            assert (await own.get(path + under, month="2026-13")).status_code == 400
        assert (await other.get(path)).json()["lines"] == (await other.get(f"{path}/words")).json()["words"] == []
