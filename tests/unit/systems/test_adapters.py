"""What each outside system's part does to a case, and that a failing one holds nothing up."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import time_machine
from sqlalchemy import select, update

from backend.applications import service as applications
from backend.clock import now
from backend.departments.model import DepartmentUnit
from backend.departments.seed import seed_examples
from backend.departments.service import redirect
from backend.house import House
from backend.outbox.model import OutboxAttempt, OutboxRow
from backend.outbox.service import deliver_due
from backend.systems.adapters import ADAPTERS
from backend.systems.incoming import apply_in
from backend.systems.links import set_link
from backend.systems.registry import PROVINCE, SYSTEMS
from backend.systems.schemas import MailResult, PartyResult
from backend.systems.service import TOPIC
from tests.support.outside import HANDLERS, deliver_until, exchanges_of, simulated
from tests.support.people import CLERK, COUNTY, accepted, in_progress, said, send, tasks_of

NOWHERE = "http://127.0.0.1:9/示例"


async def without_interfaces(house: House) -> None:
    """Every unit looks into its inbox."""
    async with house.db.unit() as unit:
        await unit.session.execute(update(DepartmentUnit).values(endpoint=None, simulated=False))
        await unit.commit()


async def test_police_without_a_system_get_the_population_databases_word_beside_the_task(house: House, tmp_path: Path) -> None:
    # notice 三(五)
    async with simulated(house, tmp_path):
        await without_interfaces(house)
        application = await accepted(house, matters=["report_in", "household_restoration"])
        await applications.intake(house, application.number, CLERK)

        async def answered() -> bool:
            return [each.state for each in await exchanges_of(house, "population")] == ["answered"]

        await deliver_until(house, answered)
    async with house.db.reading() as session:
        history = await applications.history(session, application)
    assert "population_found" in {event.command for event in history}
    assert (await tasks_of(house, application))["household_restoration"].state == "received"  # the police decide


def test_every_system_that_is_sent_something_has_somebody_who_takes_the_answer() -> None:
    assert set(ADAPTERS) == {code for code, system in SYSTEMS.items() if system.sends is not None}
    assert all(adapter.system is SYSTEMS[code] for code, adapter in ADAPTERS.items())


async def test_a_system_that_fails_holds_no_case_up_and_each_attempt_is_kept(house: House) -> None:
    for code, system in SYSTEMS.items():
        if "http" in system.ways:
            await set_link(house, code, PROVINCE, "http", NOWHERE)
    application = await in_progress(house, matters=["report_in", "social_card"], card_delivery="collect")
    await deliver_due(house, HANDLERS)
    task = (await tasks_of(house, application))["social_card"]
    for result in ("done", "ready", "collected"):
        await send(house, task, result)
    async with house.db.reading() as session:
        assert (await applications.by_number(session, CLERK, application.number)).state == "completed"
        rows = (await session.scalars(select(OutboxRow).where(OutboxRow.topic == TOPIC, OutboxRow.attempts == 1))).all()
        attempts = (await session.scalars(select(OutboxAttempt))).all()
    assert {row.key.partition(":")[0] for row in rows} == {"hall", "bank", "online_system"}
    assert all(row.county == COUNTY and row.state == "waiting" for row in rows)
    assert all("is not reached" in str(each.error) for each in attempts if each.outbox_id in {row.id for row in rows})
    with time_machine.travel(now() + timedelta(days=4)):
        await deliver_due(house, HANDLERS)
        async with house.db.reading() as session:
            stuck = (await session.scalars(select(OutboxRow.state).where(OutboxRow.id.in_([row.id for row in rows])))).all()
    assert set(stuck) == {"stuck"}


async def test_what_came_back_is_told_with_where_it_lies(house: House) -> None:
    # notice 五
    await set_link(house, "post", COUNTY, "http", NOWHERE)
    application = await in_progress(house, matters=["report_in", "social_card"])
    task = (await tasks_of(house, application))["social_card"]
    await send(house, task, "done")
    mailed = MailResult(task=task.id, status="mailed", carrier="示例快递", tracking_number="示例1", at=now())
    back = MailResult(task=task.id, status="came_back", place="示例网点", at=now())
    async with house.db.unit() as unit:
        for report in (mailed, back):
            assert (await apply_in(unit, house, "post", COUNTY, report, report.status))["applied"]
        await unit.commit()
    assert any("示例网点" in text for text in await said(house, application))


async def test_how_a_party_transfer_stands_is_told_and_nothing_else_moves(house: House) -> None:
    # notice 三(十)
    application = await in_progress(house, matters=["report_in", "party_league"])
    tasks = await tasks_of(house, application)
    async with house.db.unit() as unit:
        report = PartyResult(task=tasks["party"].id, status="transferred", at=now())
        assert (await apply_in(unit, house, "party_members", COUNTY, report, "1"))["applied"]
        other = PartyResult(task=tasks["league"].id, status="transferred", at=now())
        assert not (await apply_in(unit, house, "party_members", COUNTY, other, "2"))["applied"]
        await unit.commit()
    assert sum("组织关系已经转到新的党组织" in text for text in await said(house, application)) == 1
    assert (await tasks_of(house, application))["party"].state == tasks["party"].state


async def test_telling_twice_sends_once(house: House) -> None:
    await set_link(house, "bank", COUNTY, "http", NOWHERE)
    await seed_examples(house)
    application = await in_progress(house, matters=["report_in", "social_card"])
    task = (await tasks_of(house, application))["social_card"]
    await send(house, task, "returned", reason="归人社办")
    await redirect(house, task.id, CLERK, "human_resources")
    assert len(await exchanges_of(house, "bank")) == 1
