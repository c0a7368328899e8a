"""A county at work on the whole served backend: staff at their desks, departments that sign, a veteran in the chat."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

from backend.app import create_app
from backend.applications import service as applications
from backend.applications.model import Application
from backend.departments import signing
from backend.departments.model import DepartmentUnit, Task
from backend.departments.seed import seed_examples
from backend.dialogue import repository as drafts
from backend.dialogue.schemas import TurnReply
from backend.edge.serving import serve
from backend.house import House
from tests.support.people import COUNTY, report, tasks_of, unit_of
from tests.support.people import said as said_in_chat
from tests.support.staff import Desk, token
from tests.support.turns import Person

OTHER_COUNTY = "350582"
#: Who hands in everything and has a household here brings all but the residence permit.
ALL_PAPERS = (1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13)


def refusals(logs: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """What was refused to staff, as it stands in the captured record: where and how."""
    return [
        (each["path"], each["status"]) for each in logs if each["event"] == "refused" and each["actor"].startswith("staff:")
    ]


@dataclass
class Chat(Person):
    """A veteran in the chat, whose turns go over HTTP as the action server sends them."""

    http: httpx.AsyncClient | None = None

    async def send(self, message: str, intent: str, step: str, value: str | None = None) -> str:
        turn = {
            "conversation": self.conversation,
            "message": message,
            "intent": {"name": intent, "confidence": 0.9},
            "value": value,
            "step": step,
        }
        assert self.http is not None
        headers = {"authorization": f"Bearer {self.house.settings.internal_token}"}
        answer = await self.http.post("/internal/turn", json=turn, headers=headers)
        assert answer.status_code == 200, answer.text
        self.last = TurnReply.model_validate(answer.json())
        return "\n".join(body["text"] for body in self.last.replies)

    async def put(self, pending: str) -> None:
        """Stand before that question."""
        async with self.house.db.unit() as unit:
            row = await drafts.open_draft(unit.session, self.conversation)
            assert row is not None
            row.content = {**row.content, "pending": pending}
            await unit.commit()

    async def answers(self) -> dict[str, Any]:
        """What the open draft holds."""
        async with self.house.db.reading() as session:
            row = await drafts.open_draft(session, self.conversation)
        return dict(row.content["answers"]) if row is not None else {}


@dataclass
class County:
    """Everything over HTTP. `clerk` is window and reviewer of the county; other desks are opened once and kept."""

    house: House
    url: str
    desks: dict[tuple[object, ...], Desk] = field(default_factory=dict)
    units: dict[str, DepartmentUnit] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)

    async def desk(self, *roles: str, county: str | None = COUNTY, department: str | None = None) -> Desk:
        """Somebody with these roles, signed in."""
        key = (*roles, county, department)
        if key not in self.desks:
            bearer = await token(self.house, *roles, county=county, department=department) if roles else ""
            self.desks[key] = Desk(self.url, bearer)
        return self.desks[key]

    async def clerk(self) -> Desk:
        """Window and reviewer in one, as the county may have it."""
        return await self.desk("window", "reviewer")

    async def case(self, number: str) -> dict[str, Any]:
        """A case as staff see it."""
        answer = await (await self.clerk()).get(f"/api/cases/{number}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["case"]
        self.versions[number] = found["version"]
        return found

    async def ask(self, number: str, command: str, **body: object) -> httpx.Response:
        """One command on the newest version, whatever comes of it."""
        if number not in self.versions:
            await self.case(number)
        clerk = await self.clerk()
        answer = await clerk.post(f"/api/cases/{number}/{command}", version=self.versions[number], **body)
        if answer.status_code == 409 and answer.json()["error"] == "stale":
            # Somebody else has changed it since the last look.
            await self.case(number)
            answer = await clerk.post(f"/api/cases/{number}/{command}", version=self.versions[number], **body)
        return answer

    async def do(self, number: str, command: str, **body: object) -> dict[str, Any]:
        """One command that is allowed; returns the case afterwards."""
        answer = await self.ask(number, command, **body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()["case"]
        self.versions[number] = found["version"]
        return found

    async def accept(self, number: str) -> None:
        """The archive has come, and the pre-review passes."""
        await self.do(number, "archive")
        await self.do(number, "review", outcome="accept")

    async def check_in(self, number: str, lacking: tuple[int, ...] = ()) -> dict[str, Any]:
        """From the accepted application to the departments."""
        listed = [paper["number"] for paper in (await self.do(number, "originals"))["papers"]]
        identity = "discharge_certificate" if 4 in lacking else "id_card"
        copied = [paper for paper in listed if paper not in lacking]
        return await self.do(number, "check-in", lacking=list(lacking), copied=copied, identity=identity)

    async def through_intake(self, application: Application, lacking: tuple[int, ...] = ()) -> dict[str, Any]:
        """From the filed application to the departments."""
        await self.accept(application.number)
        return await self.check_in(application.number, lacking)

    async def task(self, application: Application, key: str) -> Task:
        """A task by its matter; those of party_league by `party` and `league`."""
        return (await tasks_of(self.house, application))[key]

    async def report(
        self, task: Task, result: str, at: datetime | None = None, event_id: str | None = None, **more: Any
    ) -> httpx.Response:
        """What a department reports, signed, over HTTP."""
        unit = await self._unit(task)
        body = report(task, result, at, **more)
        return await self.post_result(unit, body, signing.sign([unit.secret], event_id or f"e_{secrets.token_hex(6)}", body))

    async def post_result(self, unit: DepartmentUnit, body: str, headers: Mapping[str, str]) -> httpx.Response:
        """A body and its signature, as they are."""
        return await self.send(f"/api/departments/{unit.id}/results", body, headers)

    async def send(self, path: str, body: str, headers: Mapping[str, str]) -> httpx.Response:
        """What another program posts, by the one client of all: making one takes longer than a request."""
        return await (await self.desk()).http.post(path, content=body.encode(), headers=dict(headers))

    async def reported(self, task: Task, result: str, at: datetime | None = None, **more: Any) -> dict[str, Any]:
        """A report that is taken; returns its answer."""
        answer = await self.report(task, result, at, **more)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def line(self, application: Application, matter: str, path: str | None = None) -> dict[str, Any]:
        """One matter of the case as staff see it."""
        lines = (await self.case(application.number))["lines"]
        return next(line for line in lines if line["matter"] == matter and path in (None, line["path"]))

    async def said(self, application: Application) -> str:
        """Everything that the veteran reads in the chat."""
        return "\n".join(await said_in_chat(self.house, application))

    async def texts(self, application: Application) -> str:
        """Every text message that the handset of the demonstration shows for the veteran's mobile."""
        found = await (await self.desk()).get("/demo/phone/messages", number=str(application.answers["mobile"]))
        return "\n".join(message["text"] for message in found.json()["messages"] if message["direction"] == "out")

    async def commands(self, application: Application) -> list[str]:
        """What stands in the case's record."""
        return [event["command"] for event in (await self.case(application.number))["events"]]

    async def _unit(self, task: Task) -> DepartmentUnit:
        if task.unit_id not in self.units:
            self.units[task.unit_id or ""] = await unit_of(self.house, task)
        return self.units[task.unit_id or ""]

    async def chat(self) -> Chat:
        """A veteran who opens the chat."""
        return Chat(self.house, http=(await self.desk()).http)

    async def correct(self, application: Application, **answers: Any) -> None:
        """The veteran's corrections, as the chat hands them in."""
        veteran = f"veteran:{application.conversation_id}"
        await applications.correct(self.house, application.number, veteran, answers)


@asynccontextmanager
async def at_work(house: House) -> AsyncIterator[County]:
    """The whole backend on a real port, with the example departments of its counties."""
    await seed_examples(house)
    async with serve(create_app(house, f"county-{secrets.token_hex(4)}")) as url:
        county = County(house, url)
        try:
            yield county
        finally:
            for desk in county.desks.values():
                await desk.close()
