"""Sending pictures over HTTP as the page and the staff's pages do, and a veteran whose draft is open."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from sqlalchemy import select

from backend.applications import service as applications
from backend.applications.model import Application
from backend.clock import now
from backend.conversations.model import Conversation
from backend.db.ids import new_id
from backend.dialogue import repository as dialogue
from backend.dialogue.model import FILED, OPEN, DraftRow
from backend.house import House
from backend.interview.draft import Draft
from backend.locale.text import SOURCE_LANGUAGE
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


def code(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, answer.json()["error"]


@asynccontextmanager
async def visitor(base: str) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
    """A browser of its own with its conversation, and the conversation's id."""
    async with httpx.AsyncClient(base_url=base, timeout=30.0, trust_env=False) as client:
        opened = await client.post("/api/chat", json={"language": SOURCE_LANGUAGE})
        yield client, opened.json()["conversation"]


class Filer:
    """A veteran in the middle of the interview."""

    def __init__(self, house: House, http: httpx.AsyncClient, conversation: str, draft: str) -> None:
        self.house = house
        self.http = http
        self.conversation = conversation
        self.draft = draft

    async def sends(self, material: object = 1, content: bytes | None = None, key: str | None = None) -> httpx.Response:
        """Send a file."""
        return await send_file(self.http, material, content, key)

    async def list(self) -> dict[str, Any]:
        """What the page is told."""
        found: dict[str, Any] = (await self.http.get(PATH)).json()
        return found

    async def files(self) -> Application:
        """File the draft, as the chat does."""
        async with self.house.db.unit() as unit:
            row = await dialogue.open_draft(unit.session, self.conversation)
            assert row is not None
            filed, row.state = Draft.from_json(row.content).answers, FILED
            await unit.commit()
        done = await applications.submit(self.house, self.draft, self.conversation, filed, SOURCE_LANGUAGE)
        return done.application
