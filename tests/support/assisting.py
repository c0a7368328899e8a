"""Drafts that a window helps with, for tests of that."""

from __future__ import annotations

import re
from typing import Any

import httpx

from backend.applications import service as applications
from backend.clock import now
from backend.db.ids import new_id
from backend.dialogue import repository as drafts
from backend.dialogue.model import OPEN, DraftRow
from backend.house import House
from backend.interview.draft import Draft
from tests.support.console import Seat, hidden
from tests.support.people import conversation
from tests.unit.interview.test_whole import typed

CONSENT = {"consents": ["consent", "consent_sensitive"], "how": "said"}


def listed(page: httpx.Response) -> list[str]:
    return re.findall(r'name="listed" value="(\w+)"', page.text)


def form(page: httpx.Response, given: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What the form of a page sends when `given` is filled in and the rest is left as it is."""
    fields = {f"q-{name}": words for name, words in typed(given).items()}
    return {"version": hidden(page, "version"), "seen": hidden(page, "seen"), "listed": listed(page), **fields, **more}


async def begun(window: Seat, **given: Any) -> str:
    """A new draft, with the consent; returns its path."""
    page = await window.get("/assist")
    made = await window.post("/assist/new", key=hidden(page, "key"), **given)
    path = made.headers["location"].removeprefix("/console")
    page = await window.get(path)
    assert (await window.post(f"{path}/consent", version=hidden(page, "version"), **CONSENT)).status_code == 303
    return path


async def filled(window: Seat, path: str, given: dict[str, Any]) -> None:
    """Fill in the form until nothing is asked any more, then leave out the survey."""
    for _ in range(4):
        page = await window.get(path)
        answer = await window.post(f"{path}/answers", **form(page, given))
        assert answer.status_code == 303, re.findall(r"said_bad.*?</div>", answer.text, re.DOTALL)
    page = await window.get(path)
    rest = {name: "skip" for name in listed(page) if name.startswith("survey")} | {"matters": given["matters"]}
    assert (await window.post(f"{path}/answers", **form(page, rest))).status_code == 303


async def row_of(house: House, path: str) -> DraftRow:
    async with house.db.reading() as session:
        row = await drafts.draft(session, path.rpartition("/")[2])
    assert row is not None
    return row


async def talk(house: House, **given: Any) -> tuple[str, str]:
    """A draft that a veteran began in a talk of their own: its id, and the talk's."""
    there = await conversation(house)
    held = {"consent": True, "consent_sensitive": True, **given}
    index = applications.mobile_index(house, given["mobile"]) if "mobile" in given else None
    async with house.db.unit() as unit:
        row = DraftRow(
            id=new_id("d"),
            conversation_id=there,
            state=OPEN,
            mobile_index=index,
            content=Draft(answers=held, pending="county").to_json(),
            created_at=now(),
            updated_at=now(),
        )
        unit.session.add(row)
        await unit.commit()
    return row.id, there


async def link_of(window: Seat, path: str) -> str:
    """The way of a fresh link, as the phone opens it."""
    page = await window.post(f"{path}/link")
    found = re.search(r"<code>https?://[^/<]+(/continue/[\w-]+)</code>", page.text)
    assert found, page.text
    return found[1]


def phone(address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=address, trust_env=False, verify=False, headers={"accept-language": "zh-CN"})
