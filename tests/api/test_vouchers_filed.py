"""Pictures of papers once the application is filed (notice 三(二)): whose they are then, and when another is taken."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from backend.applications import service as applications
from backend.channels.web import service as web
from backend.dialogue import repository as dialogue
from backend.errors import Conflict, GuituError
from backend.house import House
from backend.interview.draft import Draft
from backend.vouchers import service as vouchers
from backend.vouchers.pictures import Picture
from backend.vouchers.workshop import Workshop
from tests.support import files
from tests.support.hub_server import serve
from tests.support.people import ALL_MATTERS, CLERK, said
from tests.support.pictures import PATH, Filer, code, conversation_of, open_draft, pages_left, visitor, vouchers_of


@pytest.fixture
async def base(house: House) -> AsyncIterator[str]:
    async with serve(house) as url:
        yield url


@pytest.fixture
async def veteran(house: House, base: str) -> AsyncIterator[Filer]:
    async with visitor(base) as (http, conversation):
        yield Filer(house, http, conversation, await open_draft(house, conversation))


async def test_filing_gives_the_pictures_to_the_application(veteran: Filer) -> None:
    kept = (await veteran.sends(1)).json()["voucher"]
    application = await veteran.files()
    (voucher,) = await vouchers_of(veteran.house)
    assert (voucher.application_id, voucher.conversation_id) == (application.id, None)
    listed = await veteran.list()
    assert [each["id"] for each in listed["vouchers"]] == [kept["id"]] and listed["wanted"] == []
    assert (await veteran.http.get(f"{PATH}/{kept['id']}/pages/1")).status_code == 200


async def test_pictures_of_papers_that_are_needed_no_more_are_not_filed(house: House, base: str) -> None:
    async with visitor(base) as (http, conversation):
        draft = await open_draft(house, conversation, matters=list(ALL_MATTERS))
        veteran = Filer(house, http, conversation, draft)
        await veteran.sends(1)
        await veteran.sends(13)
        async with house.db.unit() as unit:
            row = await dialogue.open_draft(unit.session, conversation)
            assert row is not None
            given = Draft.from_json(row.content)
            row.content = Draft(answers={**given.answers, "matters": ["report_in"]}).to_json()
            await unit.commit()
        await veteran.files()
    assert [voucher.material for voucher in await vouchers_of(house)] == [1]
    assert await pages_left(house) == 1


async def test_after_filing_nothing_is_taken_that_was_not_asked_for(veteran: Filer) -> None:
    application = await veteran.files()
    assert code(await veteran.sends(1)) == (409, "not_asked")
    await applications.request_correction(veteran.house, application.number, CLERK, [("2", "看不清楚")])
    assert (await veteran.list())["wanted"] == [2]
    assert code(await veteran.sends(1)) == (409, "not_asked")


async def test_a_correction_that_names_a_paper_is_answered_by_a_new_picture(veteran: Filer) -> None:
    first = (await veteran.sends(2)).json()["voucher"]["id"]
    application = await veteran.files()
    await applications.request_correction(veteran.house, application.number, CLERK, [("2", "看不清楚")])
    (refused,) = (await veteran.list())["vouchers"]
    assert (refused["id"], refused["state"], refused["reason"]) == (first, "refused", "看不清楚")
    assert code(await veteran.http.delete(f"{PATH}/{first}")) == (409, "not_deletable")
    second = await veteran.sends(2)
    assert second.status_code == 201
    async with veteran.house.db.reading() as session:
        now = await applications.by_number(session, CLERK, application.number)
        assert now.state == "submitted" and not await applications.open_corrections(session, now.id)
        commands = [event.command for event in await applications.history(session, now)]
    assert commands[-2:] == ["upload_voucher", "correct"]
    assert "交回县里" in (await said(veteran.house, application))[-1]
    # The other side of the paper follows, until the county has looked; what answers the county is not taken back.
    assert (await veteran.sends(2)).status_code == 201
    assert code(await veteran.http.delete(f"{PATH}/{second.json()['voucher']['id']}")) == (409, "not_deletable")


async def test_a_new_picture_alone_does_not_answer_the_other_points(veteran: Filer) -> None:
    await veteran.sends(2)
    application = await veteran.files()
    await applications.request_correction(veteran.house, application.number, CLERK, [("mobile", "停机"), ("2", "不清楚")])
    actor = f"veteran:{veteran.conversation}"
    with pytest.raises(GuituError) as refusal:
        await applications.correct(veteran.house, application.number, actor, {"mobile": "13800001111"})
    assert refusal.value.code == "not_uploaded" and refusal.value.details["materials"] == [2]
    await veteran.sends(2)
    async with veteran.house.db.reading() as session:
        assert (await applications.by_number(session, CLERK, application.number)).state == "correction_requested"
    done = await applications.correct(veteran.house, application.number, actor, {"mobile": "13800001111"})
    assert done.state == "submitted"


async def test_what_was_accepted_is_not_taken_back(veteran: Filer) -> None:
    voucher = (await veteran.sends(1)).json()["voucher"]["id"]
    application = await veteran.files()
    await applications.record_archive(veteran.house, application.number, CLERK)
    await applications.accept(veteran.house, application.number, CLERK)
    (listed,) = (await veteran.list())["vouchers"]
    assert (listed["state"], listed["deletable"]) == ("accepted", False)
    assert code(await veteran.http.delete(f"{PATH}/{voucher}")) == (409, "not_deletable")


async def test_deleting_the_conversation_deletes_its_pictures(veteran: Filer) -> None:
    await veteran.sends(1, files.pdf(pages=3))
    assert (await veteran.http.delete("/api/chat")).json()["erased"] is True
    assert not await vouchers_of(veteran.house) and await pages_left(veteran.house) == 0


async def test_deleting_what_is_not_filed_leaves_what_is(veteran: Filer) -> None:
    await veteran.sends(1)
    application = await veteran.files()
    await applications.withdraw(veteran.house, application.number, f"veteran:{veteran.conversation}")
    await open_draft(veteran.house, veteran.conversation)
    await veteran.sends(2)
    erased, _ = await web.erase(veteran.house, veteran.conversation)
    assert erased is False
    assert [(each.material, each.application_id) for each in await vouchers_of(veteran.house)] == [(1, application.id)]


class FiledMeanwhile(Workshop):
    """While a picture is being made clean, the veteran files."""

    def __init__(self, veteran: Filer) -> None:
        super().__init__()
        self.veteran = veteran

    async def read(self, content: bytes, language: str) -> list[Picture]:
        """File once the picture is ready."""
        done = await super().read(content, language)
        await self.veteran.files()
        return done


async def test_a_picture_that_filing_overtakes_is_left_with_nobody(veteran: Filer) -> None:
    conversation = await conversation_of(veteran.house, veteran.conversation)
    sent = vouchers.Sent(1, "k", files.photograph())
    with pytest.raises(Conflict) as refusal:
        await vouchers.upload(veteran.house, FiledMeanwhile(veteran), conversation, sent)
    assert refusal.value.code == "not_asked"
    assert not await vouchers_of(veteran.house) and await pages_left(veteran.house) == 0
