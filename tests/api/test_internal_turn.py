"""The internal API over real HTTP: what is one message's own fault is noted against it, never taken for an outage."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from backend.conversations.model import Inbound
from backend.dialogue.endpoints import blueprint
from backend.house import House
from tests.support.staff import served
from tests.support.turns import Person


async def post(house: House, address: str, body: dict[str, Any], token: str = "") -> httpx.Response:
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=30) as client:
        bearer = token or house.settings.internal_token
        return await client.post("/internal/turn", json=body, headers={"authorization": f"Bearer {bearer}"})


async def strikes(house: House, message: str) -> int:
    async with house.db.reading() as session:
        return (await session.get_one(Inbound, message)).strikes


@pytest.mark.parametrize(
    "changes",
    [
        {"value": "x" * 3000},
        {"step": "nowhere"},
        {"conversation": "c_nobody"},
    ],
    ids=["a body that does not fit", "a step there is not", "a refusal"],
)
async def test_a_refused_message_is_struck(house: House, changes: dict[str, Any]) -> None:
    person = Person(house)
    await person.open()
    message = await person.store("你好")
    turn = {
        "conversation": person.conversation,
        "message": message,
        "intent": {"name": "greet", "confidence": 1},
        "step": "answer",
    }
    async with served(house, blueprint) as address:
        answer = await post(house, address, {**turn, **changes})
        assert 400 <= answer.status_code < 500
        assert await strikes(house, message) == 1
        assert (await post(house, address, {**turn, **changes, "message": "m_unknown"})).status_code >= 400
        assert (await post(house, address, turn)).status_code == 200
    assert await strikes(house, message) == 1


async def test_who_has_no_token_strikes_nothing(house: House) -> None:
    person = Person(house)
    await person.open()
    message = await person.store("你好")
    async with served(house, blueprint) as address:
        assert (await post(house, address, {"message": message}, token="guessed")).status_code == 401
    assert await strikes(house, message) == 0
