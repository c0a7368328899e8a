"""Sending pictures over HTTP as the page and the staff's pages do, and a veteran whose draft is open."""

from __future__ import annotations

import secrets
from typing import Any

import httpx
from sqlalchemy import select

from backend.clock import now
from backend.conversations.model import Conversation
from backend.db.ids import new_id
from backend.dialogue.model import OPEN, DraftRow
from backend.house import House
from backend.interview.draft import Draft
from backend.vouchers.model import Voucher, VoucherPage
from tests.support import files
from tests.support.people import answers

PATH = "/api/chat/vouchers"


async def send_file(
    http: httpx.AsyncClient,
    material: object,
    content: bytes | None = None,
    key: str | None = None,
    path: str = PATH,
    **more: Any,
) -> httpx.Response:
    """Send one file, a photograph if nothing else is given, under a name and a type that say something else."""
    sent = files.photograph() if content is None else content
    return await http.post(
        path,
        data={"material": str(material), "key": key or secrets.token_hex(8), **more},
        files={"file": ("../../林小明身份证.exe", sent, "text/html")},
    )


async def open_draft(house: House, conversation_id: str, **changes: Any) -> str:
    """A draft with everything answered; returns its id."""
    row = DraftRow(
        id=new_id("d"),
        conversation_id=conversation_id,
        state=OPEN,
        content=Draft(answers=answers(**changes)).to_json(),
        created_at=now(),
        updated_at=now(),
    )
    async with house.db.unit() as unit:
        unit.session.add(row)
        await unit.commit()
    return row.id


async def vouchers_of(house: House) -> list[Voucher]:
    """Every voucher there is, the oldest first."""
    async with house.db.reading() as session:
        return list((await session.scalars(select(Voucher).order_by(Voucher.uploaded_at, Voucher.id))).all())


async def pages_left(house: House) -> int:
    """How many pages there are."""
    async with house.db.reading() as session:
        return len((await session.execute(select(VoucherPage.number))).all())


async def conversation_of(house: House, conversation_id: str) -> Conversation:
    """The conversation."""
    async with house.db.reading() as session:
        found = await session.get(Conversation, conversation_id)
    assert found is not None
    return found
