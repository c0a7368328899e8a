"""The desk over HTTP, and an applicant who waits for a person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from backend.conversations import service as hub
from backend.conversations.model import Conversation
from backend.house import House
from backend.takeover.endpoints import blueprint
from tests.support.people import in_progress
from tests.support.staff import Desk, desk, served
from tests.support.turns import Person

OTHER_COUNTY = "350582"
ALL = "/api/conversations"


@pytest.fixture
async def address(house: House) -> AsyncIterator[str]:
    async with served(house, blueprint) as url:
        yield url


@pytest.fixture
async def clerk(house: House, address: str) -> AsyncIterator[Desk]:
    async with desk(house, address, "window") as someone:
        yield someone


@pytest.fixture
async def waiting(house: House) -> Person:
    """An applicant of the county who asked for a person."""
    person = Person(house, (await in_progress(house)).conversation_id)
    await person.say("转人工，我的手机13800138000", "handoff", "handoff")
    return person


async def owner(house: House, person: Person) -> tuple[str, str | None, int]:
    async with house.db.reading() as session:
        found = await session.get_one(Conversation, person.conversation)
        return found.owner_kind, found.owner_id, found.owner_version


async def lines(house: House, person: Person) -> list[str]:
    async with house.db.reading() as session:
        return [f"{each.author}: {each.body['text']}" for each in await hub.transcript(session, person.conversation)]


async def queue(someone: Desk) -> dict[str, Any]:
    answer = await someone.get(ALL)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def version(house: House, person: Person) -> int:
    return (await owner(house, person))[2]


async def claimed(house: House, clerk: Desk, person: Person) -> dict[str, Any]:
    answer = await clerk.post(f"{ALL}/{person.conversation}/claim", version=await version(house, person))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()["conversation"]
    return found
