"""The season: everybody applies, the counties do their part, the worker delivers, and in the end everything has ended."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from backend.applications import repository as applications
from backend.applications import service
from backend.applications.model import Application
from backend.clock import today
from backend.conversations import service as hub
from backend.errors import GuituError
from backend.house import House
from backend.locale.text import SOURCE_LANGUAGE
from backend.rehearsal import repository
from backend.rehearsal.people import Plan, bank_card, plan

COUNTY_STAFF = "cli:rehearsal"
AT_ONCE = 8


@dataclass
class Season:
    """`size` applications over `counties`; `counts` says what was done."""

    house: House
    size: int
    counties: tuple[str, ...]
    random: Random
    counts: Counter[str] = field(default_factory=Counter)

    async def play(self) -> None:
        """Everybody applies and the counties do their part; departments and worker run beside."""
        limit = asyncio.Semaphore(AT_ONCE)
        plans = [plan(self.house.catalogue, n, self.counties, today(), self.random) for n in range(self.size)]

        async def one(each: Plan) -> None:
            async with limit:
                await self._one(each)

        async with asyncio.TaskGroup() as group:
            for each in plans:
                group.create_task(one(each))

    async def _one(self, plan: Plan) -> None:
        house = self.house
        async with house.db.unit() as unit:
            talk = await hub.open_conversation(unit, "web", secrets.token_hex(32), SOURCE_LANGUAGE)
            await unit.commit()
        draft = f"d_{secrets.token_hex(8)}"
        filed = await service.submit(house, draft, talk.id, plan.answers, SOURCE_LANGUAGE)
        # A thumb that presses twice.
        again = await service.submit(house, draft, talk.id, plan.answers, SOURCE_LANGUAGE)
        assert again.application.id == filed.application.id and not again.created
        number, veteran = filed.application.number, f"veteran:{talk.id}"
        self.counts["applications"] += 1
        if plan.ending == "withdrawn":
            await service.withdraw(house, number, veteran)
            self.counts["withdrawn"] += 1
            return
        await service.record_archive(house, number, COUNTY_STAFF)
        if plan.corrected:
            await service.request_correction(house, number, COUNTY_STAFF, [(plan.corrected, "请核对后再填一次")])
            await service.correct(house, number, veteran, {plan.corrected: plan.answers[plan.corrected]})
            self.counts["corrected"] += 1
        if plan.ending == "rejected":
            await service.reject(house, number, COUNTY_STAFF, "演练：材料与档案不一致")
            self.counts["rejected"] += 1
            return
        await service.accept(house, number, COUNTY_STAFF)
        await service.intake(house, number, COUNTY_STAFF, plan.lacking)
        if plan.lacking:
            await service.bring_papers(house, number, COUNTY_STAFF, plan.lacking)
            self.counts["papers brought later"] += 1

    async def answer_questions(self) -> int:
        """Veterans who were asked for another card name one. Returns how many did."""
        async with self.house.db.reading() as session:
            asked = await repository.asked_for_a_card(session)
        for number, conversation in asked:
            new = bank_card(10**9 + self.random.randrange(10**9))
            try:
                await service.correct(self.house, number, f"veteran:{conversation}", {"bank_card": new})
            except GuituError as refusal:
                if refusal.code != "nothing_to_correct":
                    raise
            self.counts["cards renamed"] += 1
        return len(asked)

    async def still_open(self) -> Sequence[Application]:
        """Cases that have not ended, at most a hundred."""
        async with self.house.db.reading() as session:
            return await repository.not_ended(session, 100)

    async def history_of(self, application: Application) -> list[str]:
        """What was done to a case, for a person to look at."""
        async with self.house.db.reading() as session:
            return [
                f"{event.at:%H:%M:%S} {event.actor} {event.command} {event.from_state} > {event.to_state}"
                for event in await applications.events(session, application.id)
            ]
