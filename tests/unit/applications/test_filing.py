"""Filing: numbered, once, checked again; one live application a person and year (notice 二(一))."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
import time_machine

from backend.applications import repository
from backend.applications import service as applications
from backend.errors import Conflict, GuituError
from backend.house import House
from tests.support.people import CLERK, accepted, answers, conversation, said, submitted

LANGUAGE = "zh_Hans_CN"


async def test_a_filed_draft_gets_a_number_of_its_city_and_year(house: House) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 2, tzinfo=UTC)):
        first, second = await submitted(house), await submitted(house)
        other_city = await submitted(house, county="350582")
    assert first.number == "TY-3501-26-000001"
    assert second.number == "TY-3501-26-000002"
    assert other_city.number == "TY-3505-26-000001"


async def test_filing_twice_creates_one_application(house: House) -> None:
    talk, filed = await conversation(house), answers()
    first = await applications.submit(house, "d_1", talk, filed, LANGUAGE)
    second = await applications.submit(house, "d_1", talk, filed, LANGUAGE)
    assert (first.created, second.created) == (True, False)
    assert first.application.number == second.application.number


async def test_pressing_submit_many_times_at_once_creates_one_application_and_one_sms(house: House) -> None:
    talk, filed = await conversation(house), answers()
    both = await asyncio.gather(*(applications.submit(house, "d_1", talk, filed, LANGUAGE) for _ in range(5)))
    assert sum(each.created for each in both) == 1
    assert len({each.application.id for each in both}) == 1


async def test_numbers_stay_whole_when_many_file_at_once(house: House) -> None:
    filed = await asyncio.gather(*(submitted(house) for _ in range(8)))
    assert sorted(int(each.number[-6:]) for each in filed) == list(range(1, 9))


async def test_a_second_application_of_the_year_is_refused_and_a_stranger_learns_nothing_of_it(house: House) -> None:
    first = await submitted(house)
    id_number = first.answers["id_number"]
    with pytest.raises(Conflict) as own:
        await applications.submit(house, "d_2", first.conversation_id, answers(id_number=id_number), LANGUAGE)
    assert own.value.code == "one_live_application"
    assert own.value.details["number"] == first.number
    with pytest.raises(Conflict) as by_mobile:
        same = answers(id_number=id_number, mobile=first.answers["mobile"])
        await applications.submit(house, "d_3", await conversation(house), same, LANGUAGE)
    assert by_mobile.value.details["number"] == first.number
    with pytest.raises(Conflict) as stranger:
        await applications.submit(house, "d_4", await conversation(house), answers(id_number=id_number), LANGUAGE)
    assert stranger.value.code == "one_live_application"
    assert first.number not in str(stranger.value) and not stranger.value.details


@pytest.mark.parametrize("ending", ["rejected", "withdrawn"])
async def test_who_was_rejected_or_withdrew_may_apply_again(house: House, ending: str) -> None:
    first = await submitted(house)
    if ending == "rejected":
        await applications.reject(house, first.number, CLERK, "档案里没有退役命令")
    else:
        await applications.withdraw(house, first.number, f"veteran:{first.conversation_id}")
    again = await submitted(house, id_number=first.answers["id_number"])
    assert again.number != first.number


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id_number": "381421199903212588"}, "id_number"),  # the notice's own sample row
        ({"mobile": "12345678901"}, "mobile"),
        ({"bank_card": "6222021001116245701"}, "bank_card"),
        ({"county": "110101"}, "county"),
        ({"discharge_month": "2026-13"}, "discharge_month"),
        ({"discharge_month": "soon"}, "discharge_month"),
        ({"card_bank": "示例银行"}, "card_bank"),
        ({"matters": ["report_in", "flying"]}, "matters"),
        ({"matters": ["social_card"]}, "matters"),
        ({"self_employed": False}, "matters"),
        ({"political_status": "none"}, "matters"),
        ({"name": 7}, "name"),
        ({"home_address": "x" * 500}, "home_address"),
        ({"handed_over": "yes"}, "handed_over"),
        ({"card_address": None}, "card_address"),
        ({"certificate_number": ""}, "certificate_number"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_kept(house: House, changes: dict[str, object], field: str) -> None:
    with pytest.raises(GuituError) as refusal:
        await submitted(house, **changes)
    assert refusal.value.code == "invalid_answers"
    assert field in refusal.value.details["fields"]  # type: ignore[operator]


async def test_what_is_missing_is_named(house: House) -> None:
    incomplete = answers()
    del incomplete["certificate_number"], incomplete["card_address"]
    with pytest.raises(GuituError) as refusal:
        await applications.submit(house, "d_1", await conversation(house), incomplete, LANGUAGE)
    assert set(refusal.value.details["fields"]) == {"certificate_number", "card_address"}  # type: ignore[call-overload]


async def test_without_consent_nothing_is_filed(house: House) -> None:
    with pytest.raises(GuituError) as refusal:
        await submitted(house, consent_sensitive=False)
    assert refusal.value.code == "no_consent"


async def test_only_who_was_discharged_this_year_may_apply(house: House) -> None:
    with pytest.raises(GuituError) as refusal:
        await submitted(house, discharge_month="2021-09", enlist_month="2019-09")
    assert refusal.value.code == "not_eligible"


async def test_what_the_matters_do_not_need_is_not_kept(house: House) -> None:
    application = await submitted(house, matters=["report_in"])
    assert "bank_card" not in application.answers and "card_address" not in application.answers


async def test_figures_are_kept_in_one_spelling_and_never_in_clear(house: House) -> None:
    filed = answers(id_number=answers()["id_number"].lower())
    application = (await applications.submit(house, "d_1", await conversation(house), filed, LANGUAGE)).application
    assert application.answers["id_number"] == filed["id_number"].upper()
    async with house.db.engine.connect() as connection:
        row = (await connection.exec_driver_sql("SELECT * FROM applications")).one()
    assert not any(filed["id_number"].upper() in str(column) or filed["mobile"] in str(column) for column in row)


async def test_an_application_is_found_by_its_mobile_and_its_conversation(house: House) -> None:
    application = await submitted(house)
    async with house.db.reading() as session:
        by_mobile = await applications.latest_for_mobile(session, house, application.answers["mobile"])
        by_talk = await applications.live_for_conversation(session, application.conversation_id)
        by_draft = await repository.by_draft(session, application.draft_id)
    assert by_mobile and by_talk and by_draft
    assert {by_mobile.id, by_talk.id, by_draft.id} == {application.id}


async def test_the_chat_does_not_say_twice_what_it_answers_itself(house: House) -> None:
    application = await submitted(house)
    assert not [text for text in await said(house, application) if application.number in text]


async def test_matters_change_until_check_in_and_need_what_they_need(house: House) -> None:
    application = await accepted(house, matters=["report_in"])
    with pytest.raises(GuituError) as refusal:
        await applications.change_matters(house, application.number, CLERK, ["report_in", "social_card"])
    assert "card_bank" in refusal.value.details["fields"]  # type: ignore[operator]
    more = {"card_bank": "icbc", "card_delivery": "collect"}
    changed = await applications.change_matters(house, application.number, CLERK, ["report_in", "social_card"], more)
    assert changed.matters == ["report_in", "social_card"]
    assert changed.state == "accepted"
