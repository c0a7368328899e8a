"""Somebody who left a draft, and comes back in another browser or by SMS."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import select

from backend.channels.sms.model import SmsMessage
from backend.channels.sms.service import CHANNEL, mobile_index
from backend.conversations import service as hub
from backend.dialogue.model import OPEN, DraftRow
from backend.house import House
from backend.locale.text import SOURCE_LANGUAGE
from backend.resuming import service as resuming
from tests.support.turns import Person


async def left(house: House, number: str, **answers: Any) -> Person:
    """Somebody who filled in part of it, gave their mobile, and left."""
    person = Person(house)
    await person.fill(**answers)
    await person.say(f"手机号改成{number}", "correct")
    return person


async def stranger(house: House) -> Person:
    """A new visit in another browser."""
    person = Person(house)
    await person.open()
    return person


async def texts_to(house: House, number: str) -> list[str]:
    async with house.db.reading() as session:
        found = await session.scalars(
            select(SmsMessage).where(SmsMessage.mobile_index == mobile_index(number)).order_by(SmsMessage.seq)
        )
        return [each.text for each in found if each.template_id == resuming.NOTICE]


async def code_to(house: House, number: str) -> str:
    found = re.search(r"验证码(\d{6})，", (await texts_to(house, number))[-1])
    assert found
    return found[1]


async def asks(house: House, number: str) -> Person:
    """A new visit that has asked for a code."""
    person = await stranger(house)
    assert "手机号" in await person.say("我之前填到一半", "resume")
    assert "如果" in await person.say(number)
    return person


def wrong(code: str, by: int = 1) -> str:
    return f"{(int(code) + by) % 1_000_000:06d}"


async def open_drafts(house: House) -> list[DraftRow]:
    async with house.db.reading() as session:
        return list(await session.scalars(select(DraftRow).where(DraftRow.state == OPEN)))


async def bound_code(house: House, number: str) -> str | None:
    return await code_to(house, number) if await texts_to(house, number) else None


async def texting(house: House, number: str) -> Person:
    async with house.db.unit() as unit:
        opened = await hub.open_conversation(unit, CHANNEL, mobile_index(number), SOURCE_LANGUAGE, address=number)
        await unit.commit()
    return Person(house, opened.id)
