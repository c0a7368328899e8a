"""A veteran whose messages reach the dialogue as the hub and Rasa would bring them; Rasa itself is left out."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from backend.applications import service as applications
from backend.conversations import service as hub
from backend.dialogue import service
from backend.dialogue.model import DraftRow
from backend.dialogue.opening import greeting
from backend.dialogue.schemas import Ranked, TurnReply, TurnRequest
from backend.house import House
from tests.unit.interview.test_engine import FILLED


@dataclass
class Person:
    """A veteran whose messages reach the dialogue as the hub and Rasa would bring them."""

    house: House
    conversation: str = ""
    last: TurnReply = field(default_factory=lambda: TurnReply(replies=[], form="closed"))

    async def open(self) -> None:
        async with self.house.db.unit() as unit:
            said = greeting(self.house.script, self.house.catalogue)
            opened = await hub.open_conversation(unit, "web", secrets.token_hex(32), "zh_Hans_CN", said)
            self.conversation = opened.id
            await unit.commit()

    async def say(self, text: str, intent: str = "inform", step: str = "form") -> str:
        return await self.send(await self.store(text), intent, step)

    async def press(self, value: str, intent: str = "choose", step: str = "form") -> str:
        return await self.send(await self.store("（按了一下）"), intent, step, value)

    async def store(self, text: str) -> str:
        receipt = await hub.receive(self.house, self.conversation, "web", secrets.token_hex(8), text=text)
        return receipt.message_id

    async def send(self, message: str, intent: str, step: str, value: str | None = None) -> str:
        request = TurnRequest(
            conversation=self.conversation,
            message=message,
            intent=Ranked(name=intent, confidence=0.9),
            value=value,
            step=step,  # type: ignore[arg-type]
        )
        self.last = await service.take_turn(self.house, request)
        return "\n".join(body["text"] for body in self.last.replies)

    async def fill(self, **answers: Any) -> None:
        """Consent, then put a whole draft in place, as if it had been said."""
        await self.open()
        await self.press("consent=yes")
        await self.press("consent_sensitive=yes")
        async with self.house.db.unit() as unit:
            row = await service.repository.open_draft(unit.session, self.conversation)
            assert row is not None
            row.content = {**row.content, "answers": {**FILLED, **answers}, "pending": "review"}
            await unit.commit()

    async def sent_back(self, *corrections: tuple[str, str]) -> None:
        """File, and have the county ask for corrections."""
        await self.fill()
        await self.press("review=submit")
        number = (await self.application()).number
        await applications.record_archive(self.house, number, "cli:test")
        await applications.review_application(self.house, number, "cli:test", corrections=list(corrections))

    async def drafts(self) -> list[str]:
        async with self.house.db.reading() as session:
            found = await session.scalars(select(DraftRow.state).where(DraftRow.conversation_id == self.conversation))
            return list(found)

    async def application(self) -> Any:
        async with self.house.db.reading() as session:
            return await applications.latest_for_conversation(session, self.conversation)
