"""What lies with a veteran is spoken of again, a few times, until it is done; who refuses reminders gets none by SMS."""

from __future__ import annotations

from datetime import datetime, timedelta

import time_machine
from sqlalchemy import select

from backend.applications import service as applications
from backend.applications.model import Application
from backend.clock import now
from backend.house import House
from backend.outbox.model import OutboxRow
from backend.outbox.service import deliver_due
from backend.reminders import service
from tests.support.people import CLERK, accepted, in_progress, said, send, submitted, tasks_of

HANDLERS = {service.TOPIC: service.remind}


async def reminded(house: House, application: Application) -> int:
    return sum("提醒一下" in line for line in await said(house, application))


async def day_by_day(house: House, began: datetime, days: int) -> None:
    """Let the worker look at what is due once a day."""
    for day in range(1, days + 1):
        with time_machine.travel(began + timedelta(days=day), tick=False):
            await deliver_due(house, HANDLERS)


async def test_a_correction_is_spoken_of_three_times_at_most(house: House) -> None:
    application = await submitted(house)
    began = now()
    await applications.request_correction(house, application.number, CLERK, [("mobile", "停机了")])
    await day_by_day(house, began, 1)
    assert await reminded(house, application) == 0
    await day_by_day(house, began, 30)
    assert await reminded(house, application) == 3
    assert any("1处等你改" in line for line in await said(house, application))


async def test_a_planned_reminder_belongs_to_the_county_of_its_case(house: House) -> None:
    application = await submitted(house)
    await applications.request_correction(house, application.number, CLERK, [("mobile", "停机了")])
    await day_by_day(house, now(), 3)
    async with house.db.reading() as session:
        planned = await session.scalars(select(OutboxRow.county).where(OutboxRow.topic == service.TOPIC))
        assert planned.all() == [application.county] * 2  # the first, and the second that it planned


async def test_what_was_corrected_is_not_spoken_of_any_more(house: House) -> None:
    application = await submitted(house)
    began = now()
    await applications.request_correction(house, application.number, CLERK, [("home_address", "没写门牌号")])
    await applications.correct(house, application.number, CLERK, {"home_address": "福州市鼓楼区示例街道示例路2号"})
    await day_by_day(house, began, 30)
    assert await reminded(house, application) == 0


async def test_who_passed_the_pre_review_and_does_not_come_is_reminded(house: House) -> None:
    application = await accepted(house)
    await day_by_day(house, now(), 6)
    assert await reminded(house, application) == 1


async def test_a_task_that_waits_for_the_veteran_is_spoken_of_until_it_goes_on(house: House) -> None:
    application = await in_progress(house, matters=["report_in", "medical_transfer"])
    task = (await tasks_of(house, application))["medical_transfer"]
    began = now()
    await send(house, task, "waiting", waiting_for="veteran", reason="请补转移凭证")
    await day_by_day(house, began, 4)
    assert await reminded(house, application) == 1
    await send(house, task, "received")
    await day_by_day(house, began, 30)
    assert await reminded(house, application) == 1


async def test_a_booklet_that_lies_there_is_spoken_of_until_it_is_collected(house: House) -> None:
    application = await in_progress(house, matters=["report_in", "household_restoration"])
    task = (await tasks_of(house, application))["household_restoration"]
    began = now()
    await send(house, task, "done")
    await send(house, task, "ready")
    await day_by_day(house, began, 8)
    assert await reminded(house, application) == 1
    await send(house, task, "collected")
    await day_by_day(house, began, 40)
    assert await reminded(house, application) == 1


async def test_a_booklet_that_came_back_is_spoken_of_until_it_is_posted_anew(house: House) -> None:  # notice 五
    application = await in_progress(house, matters=["report_in", "household_restoration"])
    task = (await tasks_of(house, application))["household_restoration"]
    began = now()
    await send(house, task, "done")
    await send(house, task, "mailed", carrier="示例快递", tracking_number="EX1")
    await send(house, task, "came_back")
    await day_by_day(house, began, 8)
    assert await reminded(house, application) == 1
    await send(house, task, "mailed", carrier="示例快递", tracking_number="EX2")
    await day_by_day(house, began, 40)
    assert await reminded(house, application) == 1
