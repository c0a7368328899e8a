"""A turn of the dialogue against the real database, as the action server calls it; Rasa itself is left out."""

from __future__ import annotations

from sqlalchemy import select

from backend.applications import service as applications
from backend.clock import today
from backend.departments.seed import seed_examples
from backend.dialogue import service
from backend.dialogue.model import Turn
from backend.house import House
from tests.support.people import CLERK, bank_card, send, tasks_of
from tests.support.turns import Person
from tests.unit.interview.test_engine import FILLED

CARD, MOBILE, IDENTITY = "6222021001116245702", "13800138000", "11010519491231002X"


async def test_submitting_creates_one_application_however_often_it_is_pressed(house: House) -> None:
    person = Person(house)
    await person.fill()
    message = await person.store("提交")
    first = await person.send(message, "choose", "form", "review=submit")
    assert "TY-3501-26-" in first
    assert await person.send(message, "choose", "form", "review=submit") == first
    assert "已经提交" in await person.press("review=submit")
    assert await person.drafts() == ["filed"]
    filed = await person.application()
    assert filed.state == "submitted"
    assert filed.answers["bank_card"] == FILLED["bank_card"]


async def test_a_second_application_of_the_same_person_is_refused_and_its_draft_stays(house: House) -> None:  # notice 二(一)
    first, second = Person(house), Person(house)
    await first.fill()
    await first.press("review=submit")
    await second.fill(mobile="13900139000")
    assert "不能重复申请" in await second.press("review=submit")
    assert await second.drafts() == ["open"]


async def test_a_repeated_message_gets_the_stored_answer_and_changes_nothing(house: House) -> None:
    person = Person(house)
    await person.fill()
    message = await person.store("换成建行")
    first = await person.send(message, "correct", "form")
    await person.say("换成工行", "correct")
    assert await person.send(message, "correct", "form") == first
    async with house.db.reading() as session:
        row = await service.repository.open_draft(session, person.conversation)
        assert row is not None
        assert row.content["answers"]["card_bank"] == "icbc"


async def test_declining_closes_the_form_and_keeps_no_draft(house: House) -> None:
    person = Person(house)
    await person.open()
    assert "尊重你的选择" in await person.press("consent=no")
    assert person.last.form == "closed"
    async with house.db.reading() as session:
        turns = await session.scalars(select(Turn).where(Turn.conversation_id == person.conversation))
        assert [turn.intent for turn in turns] == ["choose"]
    assert await person.drafts() == []


async def test_a_paper_alone_that_the_county_sends_back_is_handed_back(house: House) -> None:  # notice 四(一)
    person = Person(house)
    await person.sent_back(("3", "不清楚"))
    assert "不清楚" in await person.say("继续", "resume")
    assert "交回县里" in await person.say("提交", "affirm")
    filed = await person.application()
    assert filed.state == "submitted"
    assert filed.answers["mobile"] == FILLED["mobile"]


async def test_a_corrected_answer_takes_the_matter_with_it_that_it_closes(house: House) -> None:  # notice 一
    person = Person(house)
    await person.sent_back(("self_employed", "档案上不是"), ("3", "不清楚"))
    await person.say("继续", "resume")
    assert "地方经济补助这次办不了" in await person.say("不是", "deny")
    assert "交回县里" in await person.press("review=submit")
    filed = await person.application()
    assert filed.state == "submitted"
    assert "local_subsidy" not in filed.matters


async def test_who_finishes_in_december_and_submits_in_january_is_told_so_and_keeps_everything(
    house: House,
) -> None:  # notice 二(一)
    person = Person(house)
    await person.fill(discharge_month=f"{today().year - 1}-09", enlist_month=f"{today().year - 3}-09")
    assert "只给今年" in await person.press("review=submit")
    assert await person.application() is None
    assert await person.drafts() == ["open"]


async def test_what_the_county_sends_back_is_corrected_in_the_chat(house: House) -> None:  # notice 三(二)
    person = Person(house)
    await person.sent_back(("mobile", "打不通"))
    answer = await person.say("继续", "resume")
    assert "打不通" in answer
    assert "手机号" in answer
    await person.say("13900139000")
    assert "交回县里" in await person.press("review=submit")
    filed = await person.application()
    assert filed.state == "submitted"
    assert filed.answers["mobile"] == "13900139000"


async def test_withdrawing_asks_first_and_then_allows_a_new_application(house: House) -> None:
    person = Person(house)
    await person.fill()
    await person.press("review=submit")
    assert "确定撤回" in await person.say("撤回申请", "withdraw", "withdraw")
    assert "已经撤回" in await person.press("withdraw=yes", "withdraw", "withdraw")
    assert (await person.application()).state == "withdrawn"
    assert "欢迎回家" in await person.say("我要办理", "apply")


async def test_distress_is_answered_at_once_and_put_to_staff_first(house: House) -> None:
    person = Person(house)
    await person.fill()
    answer = await person.say("不想活了", "distress")
    assert "12356" in answer.splitlines()[0]
    async with house.db.reading() as session:
        request = await service.repository.open_handover(session, person.conversation)
        assert request is not None
        assert request.priority == 100


async def test_distress_is_heard_although_the_classifier_missed_it(house: House) -> None:
    person = Person(house)
    await person.open()
    assert "12356" in await person.say("感觉活着没啥意思", "nlu_fallback", "fallback")
    assert "12356" in await person.say("真的不想活了", "inform")


async def test_progress_before_and_after_submitting(house: House) -> None:
    person = Person(house)
    await person.open()
    assert "还没有你的申请" in await person.say("进度", "progress", "progress")
    await person.fill()
    await person.press("review=submit")
    assert "等县里收到你的档案" in await person.say("进度", "progress", "progress")


async def test_no_number_is_said_in_full_whoever_wrote_it(house: House) -> None:
    person = Person(house)
    await person.fill(political_status="party", matters=["report_in", "party_league"], party_organisation=f"支部{CARD}")
    said = str([await person.say("改一下", "correct"), person.last.replies])
    await person.press("review=submit")
    number = (await person.application()).number
    await applications.record_archive(house, number, "cli:test")
    await applications.review_application(house, number, "cli:test", corrections=[("name", f"{MOBILE}打不通，{IDENTITY}")])
    said += await person.say("继续", "resume")
    said += str([await person.press("edit=name"), person.last.replies])
    assert "打不通" in said
    assert [secret for secret in (CARD, MOBILE, IDENTITY) if secret in said] == []
    async with house.db.reading() as session:
        kept = str([turn.answer for turn in await session.scalars(select(Turn))])
    assert [secret for secret in (CARD, MOBILE, IDENTITY) if secret in kept] == []


async def test_a_card_that_cannot_be_paid_to_is_replaced_in_the_chat_by_sending_another(house: House) -> None:  # notice 三(四)
    person = Person(house)
    await person.fill(matters=["report_in", "local_subsidy"])
    await person.press("review=submit")
    application = await person.application()
    await seed_examples(house)
    await applications.record_archive(house, application.number, CLERK)
    await applications.accept(house, application.number, CLERK)
    await applications.intake(house, application.number, CLERK)
    task = (await tasks_of(house, application))["local_subsidy"]
    await send(house, task, "waiting", waiting_for="veteran", reason="这张卡已经销户")
    new = bank_card("622200000000000001")
    answer = await person.say(new)
    assert new[-4:] in answer and new not in answer
    assert "交给办的部门" in await person.press("review=submit")
    assert (await person.application()).answers["bank_card"] == new
    assert (await tasks_of(house, application))["local_subsidy"].state != "waiting_veteran"
