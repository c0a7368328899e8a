"""Steps of a conversation that is written as data, taken over real HTTP; and what the database holds after them.

- include: consented            the steps of that name in shared.yml
- given: {bank_card: null, …}   as if all had been answered but this: FILLED of the interview's tests, with these changes
  (null: not answered), ID and MOBILE of this person's own; `pending` names the question that was asked last
- user: 我是义务兵              typed · press: 自取 (or a list, for several): the choice of that label, of the latest message
- elsewhere: 换手机了          typed in another browser, where it then goes on; CODE is the code that was texted to MOBILE
- bot: 记下了                   said in answer to the last step, anywhere in its bubbles and cards (a list: all of them)
- silent: 邮费                  not said in answer to the last step
- lines: 4                      no bubble of that answer has more lines
- choices: [自取, 邮寄]          can be pressed after the last step
- hears: 审核通过了             is said by itself, sooner or later
- later: 3                      days go by: what was said and filled in lies that far back
- county: accept                what the office does: archive, accept, {correct: {mobile: 原因}}, {reject: 原因}, check_in
- state: {county: "350102"}     what the open draft holds (null: not answered); `state: none`: there is no open draft
- application: {state: submitted}   what the newest application of the conversation holds; answers by `answers.NAME`
- events: [submit, withdraw]    these commands stand in its history
- handover: {reason: asked}     the latest request for a person; `handover: none`
- requests: [urge]              the kinds of what was asked of the county or told to it
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select, update

from backend.applications import service as applications
from backend.applications.model import CaseEvent
from backend.channels.sms.model import SmsMessage
from backend.channels.sms.service import mobile_index
from backend.clock import now, today
from backend.dialogue.model import OPEN, DraftRow, HandoverRequest
from backend.house import open_house
from backend.requests.model import CaseRequest
from backend.settings import load
from tests.support import people
from tests.support.stack import Stack
from tests.support.veteran import Veteran
from tests.unit.interview.test_engine import FILLED

FOLDER = Path(__file__).parents[1] / "conversations"
SHARED: dict[str, list[dict[str, Any]]] = yaml.safe_load((FOLDER / "shared.yml").read_text("utf-8"))
POLL_SECONDS = 0.02
COUNTY_OFFICE = "cli:county"


def expanded(steps: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Steps with what they include put in place."""
    for step in steps:
        if "include" in step:
            yield from expanded(SHARED[step["include"]])
        else:
            yield step


def as_list(value: Any) -> list[Any]:
    """A list of one, or the list."""
    return value if isinstance(value, list) else [value]


def all_words(bodies: list[dict[str, Any]]) -> str:
    """Every word of the bubbles and cards, as one string."""
    return json.dumps(bodies, ensure_ascii=False).replace("\\n", "\n")


class Conversation:
    """One veteran with the service; a method a kind of step."""

    def __init__(self, stack: Stack, veteran: Veteran) -> None:
        self.stack, self.veteran = stack, veteran
        self.own = {"ID": people.id_number(), "MOBILE": people.mobile()}
        self.answer: list[dict[str, Any]] = []

    async def take(self, step: dict[str, Any]) -> None:
        """One step. Raises AssertionError where something else was said or is held."""
        ((kind, value),) = step.items()
        await getattr(self, f"take_{kind}")(value)

    def named(self, text: str) -> str:
        """The text with this person's own numbers in it."""
        for word, number in self.own.items():
            text = text.replace(word, number)
        return text

    async def take_user(self, text: str) -> None:
        said = self.named(str(text))
        if "CODE" in said:
            said = said.replace("CODE", await self._code())
        self.answer = await self.veteran.say(said)
        await self._answered()

    async def take_elsewhere(self, text: str) -> None:
        await self.veteran.http.aclose()
        self.veteran = Veteran(self.stack.base_url)
        await self.veteran.open()
        await self.take_user(text)

    async def _code(self) -> str:
        """What the newest text to this person's mobile has as its code."""
        own = SmsMessage.mobile_index == mobile_index(self.own["MOBILE"])
        async with self.stack.database() as db, db.reading() as session:
            newest = await session.scalar(select(SmsMessage).where(own).order_by(SmsMessage.seq.desc()).limit(1))
        found = re.search(r"验证码(\d{6})", newest.text) if newest else None
        assert found, "no code was texted"
        return found[1]

    async def take_press(self, labels: Any) -> None:
        self.answer = await self.veteran.press(*as_list(labels))
        await self._answered()

    async def _answered(self) -> None:
        """What was heard first may have been a notice of the office: wait for the answer itself."""
        own = next((message["seq"] for message in reversed(self.veteran.messages) if message["author"] == "veteran"), 0)
        for _ in range(600):
            given = await self.veteran.http.get("/api/chat/messages", params={"after": own - 1})
            message = next((message for message in given.json()["messages"] if message["seq"] == own), None)
            # Who takes everything back has no message left that could be answered.
            if message is None or message["state"] == "answered":
                self.answer += await self.veteran.hear()
                return
            await asyncio.sleep(POLL_SECONDS)
        raise AssertionError(f"message {own} was never answered")

    async def take_bot(self, words: Any) -> None:
        said = all_words(self.answer)
        for each in as_list(words):
            assert str(each) in said, f"expected {each!r} in the answer:\n{said}"

    async def take_silent(self, words: Any) -> None:
        said = all_words(self.answer)
        for each in as_list(words):
            assert str(each) not in said, f"did not expect {each!r} in the answer:\n{said}"

    async def take_lines(self, most: int) -> None:
        for body in self.answer:
            assert len(body["text"].split("\n")) <= most, body["text"]

    async def take_choices(self, labels: Any) -> None:
        offered = [choice["label"] for body in self.answer for choice in body.get("choices", ())]
        for label in as_list(labels):
            assert any(each.startswith(str(label)) for each in offered), f"{label!r} is not among {offered}"

    async def take_hears(self, words: str) -> None:
        for _ in range(30):
            if any(words in all_words([message["body"]]) for message in self.veteran.messages):
                return
            await self.veteran.hear(wait=1)
        raise AssertionError(f"never heard {words!r}; heard {all_words([m['body'] for m in self.veteran.messages])}")

    async def take_given(self, changes: dict[str, Any]) -> None:
        pending = changes.get("pending", "review")
        month = f"{today():%Y}-01"
        own = {"id_number": self.own["ID"], "mobile": self.own["MOBILE"], "discharge_month": month, "enlist_month": "2024-01"}
        answers = {**FILLED, **own, **{name: value for name, value in changes.items() if name != "pending"}}
        known = {name: value for name, value in answers.items() if value is not None}
        async with self.stack.database() as db, db.unit() as unit:
            row = await unit.session.scalar(self._open_draft())
            assert row is not None, "first include: consented"
            row.content = {**row.content, "answers": known, "pending": pending, "history": []}
            await unit.commit()

    async def take_later(self, days: int) -> None:
        async with self.stack.database() as db, db.unit() as unit:
            long_ago = now() - timedelta(days=days)
            own = DraftRow.conversation_id == self.veteran.conversation
            await unit.session.execute(update(DraftRow).where(own).values(updated_at=long_ago))
            await unit.commit()

    async def take_county(self, what: Any) -> None:
        (does, with_what) = next(iter(what.items())) if isinstance(what, dict) else (what, None)
        number = (await self.stack.newest_application(self.veteran.conversation)).number
        async with self._house() as house:
            if does == "archive":
                await applications.record_archive(house, number, COUNTY_OFFICE)
            elif does == "accept":
                await applications.record_archive(house, number, COUNTY_OFFICE)
                await applications.accept(house, number, COUNTY_OFFICE)
            elif does == "correct":
                await applications.record_archive(house, number, COUNTY_OFFICE)
                await applications.request_correction(house, number, COUNTY_OFFICE, list(with_what.items()))
            elif does == "reject":
                await applications.record_archive(house, number, COUNTY_OFFICE)
                await applications.reject(house, number, COUNTY_OFFICE, with_what)
            elif does == "check_in":
                await applications.intake(house, number, COUNTY_OFFICE, tuple(with_what or ()))
            else:
                raise AssertionError(f"the office does no such thing: {does}")

    async def take_state(self, wanted: Any) -> None:
        async with self.stack.database() as db, db.reading() as session:
            row = await session.scalar(self._open_draft())
        if wanted == "none":
            assert row is None, row and row.content
            return
        held = dict(row.content["answers"]) if row else {}
        assert {name: held.get(name) for name in wanted} == {name: self._value(value) for name, value in wanted.items()}

    async def take_application(self, wanted: dict[str, Any]) -> None:
        filed = await self.stack.newest_application(self.veteran.conversation)
        for name, value in wanted.items():
            field, _, answer = name.partition(".")
            held = getattr(filed, field)
            held = held.get(answer) if answer else held
            assert held == self._value(value), f"{name} is {held!r}"

    async def take_events(self, commands: list[str]) -> None:
        filed = await self.stack.newest_application(self.veteran.conversation)
        async with self.stack.database() as db, db.reading() as session:
            every = list(await session.scalars(select(CaseEvent.command).where(CaseEvent.application_id == filed.id)))
        assert [command for command in commands if command not in every] == [], every

    async def take_handover(self, wanted: Any) -> None:
        own = HandoverRequest.conversation_id == self.veteran.conversation
        async with self.stack.database() as db, db.reading() as session:
            request = await session.scalar(
                select(HandoverRequest).where(own).order_by(HandoverRequest.asked_at.desc()).limit(1)
            )
        if wanted == "none":
            assert request is None
            return
        assert request is not None, "nobody was asked to come"
        assert {name: getattr(request, name) for name in wanted} == wanted

    async def take_requests(self, kinds: list[str]) -> None:
        filed = await self.stack.newest_application(self.veteran.conversation)
        async with self.stack.database() as db, db.reading() as session:
            found = await session.scalars(select(CaseRequest.kind).where(CaseRequest.application_id == filed.id))
            assert sorted(found) == sorted(kinds)

    def _value(self, value: Any) -> Any:
        return self.own.get(value, value) if isinstance(value, str) else value

    def _open_draft(self) -> Any:
        own = DraftRow.conversation_id == self.veteran.conversation
        return select(DraftRow).where(own, DraftRow.state == OPEN).limit(1)

    @asynccontextmanager
    async def _house(self) -> Any:
        house = open_house(load(self.stack.environ))
        try:
            yield house
        finally:
            await house.close()
