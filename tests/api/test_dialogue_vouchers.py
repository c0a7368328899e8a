"""Pictures of papers and the talk: they go with what is declined, and the chat leads to what the county wants anew."""

from __future__ import annotations

from backend.applications import service as applications
from backend.house import House
from backend.vouchers import service as vouchers
from backend.vouchers.workshop import Workshop
from tests.api.test_dialogue_turns import Person
from tests.support import files
from tests.support.people import CLERK
from tests.support.pictures import conversation_of, pages_left, vouchers_of


async def send(house: House, person: Person, material: int, key: str = "k") -> None:
    """Send a picture, as the page does."""
    sent = vouchers.Sent(material, key, files.photograph())
    await vouchers.upload(house, Workshop(), await conversation_of(house, person.conversation), sent)


async def test_cancelling_takes_the_pictures_along(house: House) -> None:
    person = Person(house)
    await person.fill()
    await send(house, person, 1)
    await person.say("不办了", "withdraw")
    assert "已经删掉了" in await person.say("确定", "affirm")
    assert await person.drafts() == []
    assert not await vouchers_of(house) and await pages_left(house) == 0


async def test_the_checklist_says_of_each_paper_which_it_is(house: House) -> None:
    person = Person(house)
    await person.fill()
    await person.say("要带什么", "materials")
    (card,) = [body["card"] for body in person.last.replies if body.get("card", {}).get("kind") == "checklist"]
    assert [row["material"] for row in card["rows"]] == [int(row["title"].split()[0]) for row in card["rows"]]


async def test_the_chat_leads_to_the_papers_whose_picture_the_county_wants_anew(house: House) -> None:  # notice 三(二)
    person = Person(house)
    await person.fill()
    await send(house, person, 2)
    await person.press("review=submit")
    number = (await person.application()).number
    await applications.request_correction(house, number, CLERK, [("mobile", "打不通"), ("2", "缺了一角")])
    await person.say("继续", "resume")
    (card,) = [body["card"] for body in person.last.replies if body.get("card", {}).get("kind") == "checklist"]
    assert [(row["material"], row["lines"]) for row in card["rows"]] == [(2, ["县里说：缺了一角"])]
    await person.say("13900139000")
    assert "上传照片" in await person.press("review=submit")
    assert (await person.application()).state == "correction_requested"
    await send(house, person, 2, "k2")
    assert "交回县里" in await person.press("review=submit")
    filed = await person.application()
    assert (filed.state, filed.answers["mobile"]) == ("submitted", "13900139000")
