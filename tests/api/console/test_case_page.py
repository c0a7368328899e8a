"""Vouchers and the chat on the page of a case: masked, read-only, each look on record."""

from __future__ import annotations

from sqlalchemy import select

from backend.applications import service as applications
from backend.applications.actor import Actor
from backend.conversations import service as hub
from backend.conversations.messages import Message
from backend.house import House
from backend.security.model import AccessRecord
from backend.vouchers import casework
from backend.vouchers.service import Sent
from backend.vouchers.workshop import Workshop
from tests.support.console import console, seat
from tests.support.files import photograph
from tests.support.people import CLERK, COUNTY, submitted


async def test_the_chat_is_read_thirty_at_a_time_masked_and_each_look_is_on_record(house: House) -> None:
    case = await submitted(house)
    async with house.db.unit() as unit:
        lines = [Message(f"第{n}句，打13812345678") for n in range(40)]
        await hub.say(unit, case.conversation_id, lines)
        await unit.commit()
    async with console(house) as address, seat(house, address, "reviewer") as someone:
        assert "第39句" not in (await someone.get(f"/cases/{case.number}")).text
        newest = await someone.get(f"/cases/{case.number}/talk")
        assert "第39句" in newest.text and "第9句" not in newest.text and "13812345678" not in newest.text
        assert newest.text.count('class="said-by ') == 30
        older = newest.text.split(f"/cases/{case.number}/talk?before=")[1].split('"')[0]
        before = await someone.get(f"/cases/{case.number}/talk", before=older)
        assert "第9句" in before.text and "第39句" not in before.text
        piece = await someone.http.get(f"/console/cases/{case.number}/talk", headers={"hx-request": "true"})
        assert "<html" not in piece.text and "第39句" in piece.text
    async with house.db.reading() as session:
        found = [each for each in await session.scalars(select(AccessRecord)) if each.case_number == case.number]
    assert [each.what for each in found].count("conversation") == 3


async def test_a_voucher_opens_from_the_case_under_the_mark_of_who_looks(house: House) -> None:
    case, workshop = await submitted(house), Workshop()
    sent = await casework.add(house, workshop, Actor("staff:chen", (COUNTY,)), case.number, Sent(1, "k", photograph()))
    workshop.close()
    async with console(house) as address, seat(house, address, "window") as someone:
        page = await someone.get(f"/cases/{case.number}")
        place = f"/cases/{case.number}/vouchers/{sent.voucher.id}"
        assert f"/console{place}" in page.text and "待核对" in page.text
        viewer = await someone.get(place)
        picture = f"/api{place}/pages/1"
        assert picture in viewer.text
        assert (await someone.http.get(picture)).headers["content-type"] == "image/jpeg"
        assert (await someone.get(f"/cases/{case.number}/vouchers/v_nowhere")).status_code == 404
    async with house.db.reading() as session:
        events = await applications.history(session, await applications.by_number(session, CLERK, case.number))
    assert [each.command for each in events].count("look_at_voucher") == 1


async def test_neither_is_another_countys(house: House) -> None:
    case, workshop = await submitted(house), Workshop()
    sent = await casework.add(house, workshop, Actor("staff:chen", (COUNTY,)), case.number, Sent(1, "k", photograph()))
    workshop.close()
    async with console(house) as address, seat(house, address, "window", "reviewer", county="350582") as stranger:
        assert (await stranger.get(f"/cases/{case.number}/talk")).status_code == 404
        assert (await stranger.get(f"/cases/{case.number}/vouchers/{sent.voucher.id}")).status_code == 404
