"""Departments at their worst: they are away, answer twice, in the wrong order, and repeat what they said long ago."""

from __future__ import annotations

import asyncio
import json as jsonlib
from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import Any

import httpx
from sanic import Request, Sanic, json
from sanic.response import HTTPResponse

from backend.clock import now
from backend.departments import repository, signing
from backend.departments.simulator.scripts import reports
from backend.edge.application import new_app
from backend.house import House
from backend.rehearsal.people import CLOSED_ACCOUNT

AWAY, REPEAT, SHUFFLE, LATE = 0.05, 0.10, 0.10, 0.05
MOST_TRIES = 50
CLOSED: dict[str, Any] = {"result": "waiting", "waiting_for": "veteran", "reason": "这张卡已经销户"}


class Departments:
    """All units of the rehearsal behind one address. `counts` says what they did."""

    def __init__(self, house: House, random: Random) -> None:
        self.house = house
        self.random = random
        self.counts: Counter[str] = Counter()
        self.taken: set[str] = set()
        self.working: set[asyncio.Task[None]] = set()

    def app(self) -> Sanic[Any, Any]:
        """The server that the worker pushes to."""
        app = new_app("rehearsal-departments")

        @app.post("/units/<unit_id:str>/tasks")
        async def take(request: Request, unit_id: str) -> HTTPResponse:
            if self.random.random() < AWAY:
                self.counts["pushes refused while away"] += 1
                return json({"error": "away"}, status=503)
            async with self.house.db.reading() as session:
                unit = await repository.unit_by_id(session, unit_id)
            secrets = signing.good_secrets(unit) if unit else []
            push_id = signing.verify(secrets, dict(request.headers), request.body)
            if push_id not in self.taken:
                self.taken.add(push_id)
                self.counts["pushes taken"] += 1
                task = asyncio.create_task(self._work(unit_id, secrets[0], push_id, request.json))
                self.working.add(task)
                task.add_done_callback(self.working.discard)
            return json({"accepted": True}, status=202)

        return app

    async def _work(self, unit_id: str, secret: str, push_id: str, push: dict[str, Any]) -> None:
        """Report everything there is to report of a task, with all the mischief."""
        planned = self._planned(push, push_id)
        if len(planned) > 2 and self.random.random() < SHUFFLE:
            self.counts["tasks reported out of order"] += 1
            # The end stays the end of what is sent, or the rest of it could not be told from a repeat.
            middle = planned[:-1]
            self.random.shuffle(middle)
            planned = [*middle, planned[-1]]
        for event_id, body in planned:
            await self._post(unit_id, secret, push["results_url"], event_id, body)
            if self.random.random() < REPEAT:
                self.counts["results repeated"] += 1
                await self._post(unit_id, secret, push["results_url"], event_id, body)
        if self.random.random() < LATE:
            self.counts["old results repeated after the end"] += 1
            event_id, body = planned[0]
            await self._post(unit_id, secret, push["results_url"], f"{event_id}-again", body)

    def _planned(self, push: dict[str, Any], push_id: str) -> list[tuple[str, str]]:
        played = reports(push)
        card = str(push["applicant"].get("bank_card", ""))
        if push["matter"] == "local_subsidy" and card[-3:-1] == CLOSED_ACCOUNT:
            # Paid to no avail: the veteran has to name another card, and the task comes back. # notice 三(四)
            played = [*played[:-1], CLOSED]
        first: datetime = now() - timedelta(seconds=len(played))
        return [
            (
                f"{push_id}-{place}",
                jsonlib.dumps(
                    {**report, "task": push["task"], "at": (first + timedelta(seconds=place)).isoformat()},
                    ensure_ascii=False,
                ),
            )
            for place, report in enumerate(played, 1)
        ]

    async def _post(self, unit_id: str, secret: str, url: str, event_id: str, body: str) -> None:
        for _ in range(MOST_TRIES):
            headers = {"content-type": "application/json", **signing.sign([secret], event_id, body)}
            try:
                answer = await self.house.http.post(url, content=body.encode(), headers=headers)
            except httpx.HTTPError:
                self.counts["results sent again"] += 1
                continue
            if answer.is_server_error:
                self.counts["results sent again"] += 1
                continue
            key = "results taken" if answer.is_success else f"results refused ({answer.status_code})"
            self.counts[key] += 1
            return
        raise RuntimeError(f"{unit_id}: {event_id} was never taken")
