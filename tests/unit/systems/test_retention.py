"""What was sent to an outside system ends after some months; that it was sent, and what came of it, stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import text

from backend.errors import GuituError
from backend.house import House
from backend.outbox.commands import CHORES
from backend.settings import SettingsError, load
from backend.systems import files
from backend.systems.endpoints import blueprint
from backend.systems.links import set_link
from backend.systems.registry import PROVINCE
from backend.systems.retention import end_bodies
from tests.support.outside import deliver_until, exchanges_of, simulated
from tests.support.people import COUNTY, in_progress, submitted
from tests.support.staff import desk, served

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PARTY = {"matters": ["report_in", "party_league"], "political_status": "party"}


async def answered(house: House) -> bool:
    found = await exchanges_of(house, "hall")
    return bool(found) and all(each.state == "answered" for each in found)


async def test_the_body_of_what_was_answered_ends_and_its_outcome_and_key_stay(house: House, tmp_path: Path) -> None:
    async with simulated(house, tmp_path), served(house, blueprint) as address:
        application = await submitted(house)
        await deliver_until(house, lambda: answered(house))
        (before,) = await exchanges_of(house, "hall")
        assert before.body is not None and before.answered_at is not None
        with time_machine.travel(before.answered_at + timedelta(days=179)):
            assert await end_bodies(house) == 0
        with time_machine.travel(before.answered_at + timedelta(days=181)):
            assert await end_bodies(house) >= 1
            assert await end_bodies(house) == 0
        (after,) = await exchanges_of(house, "hall")
        assert (after.body, after.state, after.key, after.answer) == (None, "answered", application.number, before.answer)
        async with house.db.reading() as session:
            assert await session.scalar(text("SELECT count(*) FROM system_exchanges WHERE body IS NOT NULL")) == 0
        async with desk(house, address, "reviewer") as reviewer:
            listed = (await reviewer.get("/api/systems/exchanges", number=application.number)).json()
        (shown,) = [each for each in listed["exchanges"] if each["system"] == "hall"]
        assert shown["key"] == application.number and shown["answer"] == before.answer and shown["body_ended_at"]


async def test_what_has_not_left_yet_stays_whole_and_a_file_counts_from_its_writing(house: House) -> None:
    await set_link(house, "party_members", PROVINCE, "file")
    with time_machine.travel(START, tick=False):
        await in_progress(house, **PARTY)
    with time_machine.travel(START + timedelta(days=400), tick=False):
        assert await end_bodies(house) == 0
        written = await files.write_file(house, "party_members", COUNTY, "xlsx", "cli:tester")
    with time_machine.travel(START + timedelta(days=500), tick=False):
        assert await end_bodies(house) == 0
        assert (await files.write_again(house, "party_members", COUNTY, written.id, "xlsx")).rows == 1
    with time_machine.travel(START + timedelta(days=600), tick=False):
        assert await end_bodies(house) == 1
        with pytest.raises(GuituError, match="过了保存期") as refusal:
            await files.write_again(house, "party_members", COUNTY, written.id, "xlsx")
    assert refusal.value.code == "ended" and refusal.value.status == 409


async def test_the_days_are_a_setting(house: House) -> None:
    house.settings = replace(house.settings, exchange_days=7)
    await set_link(house, "party_members", PROVINCE, "file")
    with time_machine.travel(START, tick=False):
        await in_progress(house, **PARTY)
        await files.write_file(house, "party_members", COUNTY, "xlsx", "cli:tester")
    with time_machine.travel(START + timedelta(days=8), tick=False):
        assert await end_bodies(house) == 1


@pytest.mark.parametrize("days", ["0", "-3", "9999", "soon"])
def test_days_that_cannot_be_meant_stop_the_start(days: str) -> None:
    with pytest.raises(SettingsError, match="GUITU_EXCHANGE_DAYS"):
        load({"GUITU_RASA_TOKEN": "a", "GUITU_INTERNAL_TOKEN": "b", "GUITU_EXCHANGE_DAYS": days})


def test_the_worker_does_it() -> None:
    assert end_bodies in CHORES.values()
