"""The outbox: written with its cause, delivered by one worker at a time, retried for three days, then stuck."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from backend.house import House
from backend.outbox import repository
from backend.outbox.model import OutboxRow
from backend.outbox.pauses import GIVE_UP_AFTER, next_attempt
from backend.outbox.service import LEASE, Delivery, DeliveryFailed, DeliveryRefused, deliver_due, put

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class Receiver:
    """A handler that keeps what it was given, and fails while told to."""

    def __init__(self) -> None:
        self.seen: list[Delivery] = []
        self.failure: Exception | None = None

    async def __call__(self, _house: House, delivery: Delivery) -> None:
        self.seen.append(delivery)
        if self.failure:
            raise self.failure


async def put_one(house: House, key: str = "k1", topic: str = "t") -> bool:
    async with house.db.unit() as unit:
        new = await put(unit.session, topic, key, {"n": 1})
        await unit.commit()
    return new


async def row_of(house: House, key: str = "k1") -> OutboxRow:
    async with house.db.reading() as session:
        return (await session.scalars(select(OutboxRow).where(OutboxRow.key == key))).one()


async def test_what_is_put_is_delivered_once(house: House) -> None:
    receiver = Receiver()
    await put_one(house)
    assert await deliver_due(house, {"t": receiver}) == 1
    assert await deliver_due(house, {"t": receiver}) == 0
    assert [(each.key, each.payload) for each in receiver.seen] == [("k1", {"n": 1})]
    assert (await row_of(house)).state == "done"


async def test_the_same_key_is_put_once(house: House) -> None:
    assert await put_one(house) is True
    assert await put_one(house) is False
    assert await put_one(house, topic="other") is True


async def test_what_is_rolled_back_is_never_delivered(house: House) -> None:
    receiver = Receiver()
    async with house.db.unit() as unit:
        await put(unit.session, "t", "k1", {})
    assert await deliver_due(house, {"t": receiver}) == 0


async def test_the_payload_is_not_kept_in_clear(house: House) -> None:
    async with house.db.unit() as unit:
        await put(unit.session, "t", "k1", {"mobile": "13800000000"})
        await unit.commit()
    async with house.db.engine.connect() as connection:
        row = (await connection.exec_driver_sql("SELECT * FROM outbox")).one()
    assert "13800000000" not in str(row)


async def test_two_workers_never_hold_the_same_row(house: House) -> None:
    receiver = Receiver()
    for number in range(20):
        await put_one(house, f"k{number}")
    taken = await asyncio.gather(*(deliver_due(house, {"t": receiver}, limit=7) for _ in range(4)))
    while await deliver_due(house, {"t": receiver}):
        pass
    assert sorted(each.key for each in receiver.seen) == sorted(f"k{number}" for number in range(20))
    assert sum(taken) <= 20


async def test_a_row_whose_worker_died_is_taken_by_another(house: House) -> None:
    receiver = Receiver()
    await put_one(house)
    async with house.db.unit() as unit:
        moment = datetime.now(UTC)
        assert await repository.take(
            unit.session, (await row_of_session(unit.session)).id, ["t"], "w_dead", moment, moment + LEASE
        )
        await unit.commit()
    assert await deliver_due(house, {"t": receiver}) == 0
    with time_machine.travel(datetime.now(UTC) + LEASE + timedelta(seconds=1)):
        assert await deliver_due(house, {"t": receiver}) == 1


async def row_of_session(session) -> OutboxRow:  # type: ignore[no-untyped-def]
    return (await session.scalars(select(OutboxRow))).one()


async def test_a_failed_delivery_rests_longer_each_time_and_every_attempt_is_kept(house: House) -> None:
    receiver = Receiver()
    receiver.failure = DeliveryFailed("the department answered 503")
    with time_machine.travel(START, tick=False) as clock:
        await put_one(house)
        for pause in (5, 15, 60, 300):
            assert await deliver_due(house, {"t": receiver}) == 1
            assert await deliver_due(house, {"t": receiver}) == 0
            clock.shift(pause)
        receiver.failure = None
        assert await deliver_due(house, {"t": receiver}) == 1
    row = await row_of(house)
    async with house.db.reading() as session:
        attempts = await repository.attempts_of(session, row.id)
    assert [attempt.error for attempt in attempts] == ["the department answered 503"] * 4 + [None]
    assert [each.attempts for each in receiver.seen] == [0, 1, 2, 3, 4]


async def test_after_three_days_it_is_stuck_and_shows(house: House) -> None:
    receiver = Receiver()
    receiver.failure = DeliveryFailed("the department is away")
    with time_machine.travel(START, tick=False) as clock:
        await put_one(house)
        for _ in range(40):
            await deliver_due(house, {"t": receiver})
            row = await row_of(house)
            if row.state == "stuck":
                break
            clock.move_to(row.available_at)
        assert datetime.now(UTC) - START == GIVE_UP_AFTER
    async with house.db.reading() as session:
        assert [row.key for row in await repository.stuck(session)] == ["k1"]


async def test_whatever_a_handler_raises_is_an_attempt_that_failed_and_leaks_no_number(house: House) -> None:
    receiver = Receiver()
    receiver.failure = ValueError("no answer for 13800000000")
    await put_one(house)
    await deliver_due(house, {"t": receiver})
    row = await row_of(house)
    async with house.db.reading() as session:
        (attempt,) = await repository.attempts_of(session, row.id)
    assert row.state == "waiting" and attempt.error is not None
    assert "ValueError" in attempt.error and "13800000000" not in attempt.error


async def test_what_can_never_be_delivered_is_stuck_at_once(house: House) -> None:
    receiver = Receiver()
    receiver.failure = DeliveryRefused("no such number")
    await put_one(house)
    await deliver_due(house, {"t": receiver})
    assert (await row_of(house)).state == "stuck"


async def test_topics_without_a_handler_here_are_left_to_others(house: House) -> None:
    await put_one(house, topic="elsewhere")
    assert await deliver_due(house, {"t": Receiver()}) == 0
    assert (await row_of(house)).state == "waiting"


@pytest.mark.parametrize("attempts", range(1, 30))
def test_pauses_grow_and_never_pass_the_third_day(attempts: int) -> None:
    again = next_attempt(START, attempts, START + timedelta(hours=70))
    assert again is not None and again <= START + GIVE_UP_AFTER
    later = next_attempt(START, attempts + 1, START)
    assert later is not None and later >= (next_attempt(START, attempts, START) or START)
    assert next_attempt(START, attempts, START + GIVE_UP_AFTER) is None
