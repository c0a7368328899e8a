"""Work on pictures is bounded: so many at once, so long each, so many waiting."""

from __future__ import annotations

import asyncio
import threading

import pytest

from backend.errors import GuituError
from backend.locale.text import SOURCE_LANGUAGE
from backend.vouchers.rules import Refused
from backend.vouchers.workshop import Workshop


async def test_no_more_than_so_many_are_worked_on_at_once() -> None:
    workshop, lock, now, most = Workshop(at_once=2), threading.Lock(), 0, 0
    gate = threading.Barrier(2, timeout=10)

    def work(_deadline: float) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        gate.wait()
        with lock:
            now -= 1

    await asyncio.gather(*(workshop.do(work, SOURCE_LANGUAGE) for _ in range(6)))
    assert most == 2


async def test_what_takes_too_long_is_given_up_and_its_place_stays_taken_until_it_ends() -> None:
    workshop, ending = Workshop(at_once=1, seconds=0.05), threading.Event()
    with pytest.raises(Refused) as slow:
        await workshop.do(lambda _deadline: ending.wait(10), SOURCE_LANGUAGE)
    assert slow.value.code == "too_slow"
    with pytest.raises(GuituError) as busy:
        await workshop.do(lambda _deadline: None, SOURCE_LANGUAGE)
    assert (busy.value.code, busy.value.status) == ("busy", 503)
    ending.set()
    roomy = asyncio.timeout(10)
    async with roomy:
        while True:
            try:
                assert await workshop.do(lambda _deadline: "done", SOURCE_LANGUAGE) == "done"
                return
            except GuituError:
                continue


async def test_when_too_many_wait_the_next_is_told_so_at_once() -> None:
    workshop, ending = Workshop(at_once=1, most_waiting=1), threading.Event()
    first = asyncio.create_task(workshop.do(lambda _deadline: ending.wait(10), SOURCE_LANGUAGE))
    await asyncio.sleep(0)
    second = asyncio.create_task(workshop.do(lambda _deadline: "second", SOURCE_LANGUAGE))
    await asyncio.sleep(0)
    with pytest.raises(GuituError) as busy:
        await workshop.do(lambda _deadline: "third", SOURCE_LANGUAGE)
    assert busy.value.code == "busy"
    ending.set()
    assert await second == "second"
    await first
