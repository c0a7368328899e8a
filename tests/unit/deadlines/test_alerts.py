"""Staff are reminded of a limit: at a half, at four fifths, when it is over; and of pushes that fail (notice 四)."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from backend.applications.actor import Actor
from backend.applications.model import Application
from backend.calendars import service as calendars
from backend.channels.sms import service as sms
from backend.channels.sms.model import SmsMessage
from backend.deadlines import repository
from backend.deadlines.alerts import remind, see
from backend.deadlines.repository import Reader
from backend.departments import push
from backend.departments.escalation import lay_in_inboxes
from backend.departments.model import DepartmentUnit, Task
from backend.departments.seed import seed_examples
from backend.departments.service import set_contact
from backend.errors import GuituError, NotFound
from backend.house import House
from backend.outbox.service import deliver_due
from tests.support.limits import MATTER, at, received
from tests.support.people import COUNTY, in_progress, send, tasks_of

#: Received at 08:00, due the next day at 12:00: 12 hours of work, half of them by 16:00, four fifths by 09:36.
RECEIVED, HALF, FOUR_FIFTHS, DUE = "2026-11-23 08:00", "2026-11-23 16:00", "2026-11-24 09:36", "2026-11-24 12:00"
SECOND = timedelta(seconds=1)
EVERYONE = Reader(frozenset({"officer", "window", "county_supervisor"}), None, "medical_insurance")


async def remind_at(house: House, moment: datetime | str) -> None:
    with time_machine.travel(at(moment) if isinstance(moment, str) else moment, tick=False):
        await remind(house)


async def told(house: House, application: Application, matter: str = MATTER) -> list[tuple[str, str]]:
    """Kind and role of everything that was told of the task."""
    task = (await tasks_of(house, application))[matter]
    async with house.db.reading() as session:
        return [(alert.kind, alert.role) for alert in await repository.alerts_of_task(session, task.id)]


async def shown(house: House, reader: Reader = EVERYONE) -> list[str]:
    """The kinds in the list of alerts, the newest first."""
    async with house.db.reading() as session:
        return [alert.kind for alert, _, _ in await repository.alerts(session, reader, every=False, before=None, limit=50)]


async def test_each_stage_is_told_once_to_whom_it_concerns(house: House) -> None:
    application = await received(house, RECEIVED)
    await remind_at(house, HALF)
    assert await told(house, application) == []
    await remind_at(house, at(HALF) + SECOND)
    await remind_at(house, at(HALF) + 2 * SECOND)
    assert await told(house, application) == [("half", "officer")]
    await remind_at(house, at(FOUR_FIFTHS) + SECOND)
    assert (await told(house, application))[1:] == [("four_fifths", "officer")]
    await remind_at(house, DUE)  # at its end a limit is still kept
    assert len(await told(house, application)) == 2
    await remind_at(house, at(DUE) + SECOND)
    await remind_at(house, at(DUE) + timedelta(days=3))
    assert (await told(house, application))[2:] == [("overdue", "window"), ("overdue", "county_supervisor")]


async def test_after_a_pause_of_the_worker_only_what_still_says_something_is_told(house: House) -> None:
    application = await received(house, RECEIVED)
    await remind_at(house, at(DUE) + timedelta(days=1))
    assert await told(house, application) == [("overdue", "window"), ("overdue", "county_supervisor")]


async def test_two_workers_tell_it_once(house: House) -> None:
    application = await received(house, RECEIVED)
    with time_machine.travel(at(HALF) + SECOND, tick=False):
        await asyncio.gather(remind(house), remind(house), remind(house))
    assert await told(house, application) == [("half", "officer")]


async def test_while_the_clock_stands_nobody_is_reminded_and_the_new_limit_has_reminders_of_its_own(house: House) -> None:
    application = await received(house, RECEIVED)
    task = (await tasks_of(house, application))[MATTER]
    await remind_at(house, at(HALF) + SECOND)
    with time_machine.travel(at("2026-11-23 17:00"), tick=False):
        await send(house, task, "waiting", waiting_for="veteran", reason="缺页")
    await remind_at(house, "2026-11-25 09:00")
    assert await told(house, application) == [("half", "officer")] and await shown(house) == []
    with time_machine.travel(at("2026-11-26 08:00"), tick=False):
        await send(house, task, "received")
    await remind_at(house, at("2026-11-26 16:00") + SECOND)
    assert await told(house, application) == [("half", "officer")] * 2
    assert await shown(house) == ["half"]


@pytest.mark.parametrize("end", ["done", "declined", "moved_offline", "returned"])
async def test_what_has_ended_or_went_back_is_not_reminded_of(house: House, end: str) -> None:
    application = await received(house, RECEIVED)
    await remind_at(house, at(HALF) + SECOND)
    assert await shown(house) == ["half"]
    with time_machine.travel(at("2026-11-23 17:00"), tick=False):
        await send(house, (await tasks_of(house, application))[MATTER], end, reason="理由")
    await remind_at(house, "2026-11-30 09:00")
    assert await told(house, application) == [("half", "officer")]
    assert await shown(house) == []


async def test_a_task_that_ended_unnoticed_is_not_reminded_of_and_leaves_the_queue(house: House) -> None:
    application = await received(house, RECEIVED)
    task = (await tasks_of(house, application))[MATTER]
    async with house.db.unit() as unit:
        await unit.session.execute(update(Task).where(Task.id == task.id).values(done_at=at(HALF), state="done"))
        await unit.commit()
    await remind_at(house, at(DUE) + SECOND)
    assert await told(house, application) == []
    assert (await tasks_of(house, application))[MATTER].next_alert_at is None


async def test_a_matter_without_a_limit_has_no_reminders(house: House) -> None:  # notice 四(二)
    application = await received(house, RECEIVED, "local_subsidy")
    with time_machine.travel(at(RECEIVED), tick=False):
        await send(house, (await tasks_of(house, application))["local_subsidy"], "funds_verified")
    await remind_at(house, "2026-12-30 09:00")
    assert await told(house, application, "local_subsidy") == []


async def test_a_limit_that_waits_for_funds_is_reminded_of_from_their_verification_on(house: House) -> None:  # notice 四(四)
    application = await received(house, RECEIVED, "pension_transfer")
    await remind_at(house, "2026-11-25 09:00")
    assert await told(house, application, "pension_transfer") == []
    with time_machine.travel(at("2026-11-25 07:00"), tick=False):
        await send(house, (await tasks_of(house, application))["pension_transfer"], "funds_verified")
    # Five days of eight hours: half of them end on the third day at noon.
    await remind_at(house, at("2026-11-27 12:00"))
    assert await told(house, application, "pension_transfer") == []
    await remind_at(house, at("2026-11-27 12:00") + SECOND)
    assert await told(house, application, "pension_transfer") == [("half", "officer")]


async def test_an_end_that_moved_after_it_passed_is_told_again_and_the_old_alert_is_gone(house: House) -> None:
    application = await received(house, RECEIVED)
    await remind_at(house, at(DUE) + SECOND)
    assert await shown(house) == ["overdue", "overdue"]
    with time_machine.travel(at("2026-11-24 15:00"), tick=False):
        await calendars.close_days(house, COUNTY, [date(2026, 11, 24)], "示例台风", Actor("staff:boss"))
        await remind(house)
    assert await shown(house) == []
    await remind_at(house, at("2026-11-25 12:00") + SECOND)
    assert await shown(house) == ["overdue", "overdue"]
    assert len([kind for kind, _ in await told(house, application) if kind == "overdue"]) == 4


# --- by SMS -------------------------------------------------------------------------------------------------------------


async def texts(house: House) -> list[SmsMessage]:
    """What was queued for staff."""
    async with house.db.reading() as session:
        found = await session.scalars(select(SmsMessage).where(SmsMessage.template_id.startswith("alert_")).order_by("seq"))
        return list(found)


async def test_a_unit_with_a_mobile_gets_a_text_with_nothing_of_a_person_in_it(house: House) -> None:
    application = await received(house, RECEIVED)
    task = (await tasks_of(house, application))[MATTER]
    await set_contact(house, task.unit_id or "", "13900000001")
    await remind_at(house, at(HALF) + SECOND)
    (text,) = await texts(house)
    assert (text.mobile, text.template_id, text.county) == ("13900000001", "alert_half", COUNTY)
    assert task.id in text.text and "11月24日 12:00" in text.text and "鼓楼医保" in text.text
    secrets = [str(application.answers[name]) for name in ("name", "id_number", "mobile")]
    assert not [secret for secret in (*secrets, application.number) if secret in text.text]
    await deliver_due(house, {sms.TOPIC: sms.deliver}, limit=100)
    assert [each.state for each in await texts(house)] == ["delivered"]


async def test_without_a_mobile_the_list_of_alerts_is_all(house: House) -> None:
    await received(house, RECEIVED)
    await remind_at(house, at(HALF) + SECOND)
    assert await shown(house) == ["half"] and await texts(house) == []


async def test_the_window_hears_of_what_is_over_and_of_a_push_that_fails(house: House) -> None:
    await seed_examples(house)
    async with house.db.reading() as session:
        window = await session.scalar(
            select(DepartmentUnit).where(DepartmentUnit.county == COUNTY, DepartmentUnit.department == "veterans_affairs")
        )
    assert window is not None
    await set_contact(house, window.id, "13900000002")
    await received(house, RECEIVED)
    await remind_at(house, at(DUE) + SECOND)
    with time_machine.travel(at(RECEIVED), tick=False):
        await in_progress(house, matters=["report_in", MATTER])
    with time_machine.travel(at(RECEIVED) + timedelta(minutes=61), tick=False):
        await lay_in_inboxes(house)
    assert [text.template_id for text in await texts(house)] == ["alert_overdue", "alert_push_failing"]
    assert {text.mobile for text in await texts(house)} == {"13900000002"}


async def test_a_contact_that_is_no_mobile_is_refused(house: House) -> None:
    await seed_examples(house)
    with pytest.raises(GuituError) as refusal:
        await set_contact(house, "u_nobody", "12345")
    assert refusal.value.code == "invalid_mobile"
    with pytest.raises(NotFound):
        await set_contact(house, "u_nobody", None)


# --- pushes -------------------------------------------------------------------------------------------------------------


async def test_a_push_that_fails_for_an_hour_is_told_to_window_and_supervisor_once(house: House) -> None:  # notice 四(八)
    with time_machine.travel(at(RECEIVED), tick=False):
        application = await in_progress(house, matters=["report_in", MATTER])
    with time_machine.travel(at(RECEIVED) + timedelta(minutes=61), tick=False):
        await lay_in_inboxes(house)
        await lay_in_inboxes(house)
    assert await told(house, application) == [("push_failing", "window"), ("push_failing", "county_supervisor")]
    assert await shown(house) == ["push_failing", "push_failing"]


async def test_a_push_that_failed_for_three_days_shows_as_stuck_to_the_supervisor(house: House) -> None:
    with time_machine.travel(at(RECEIVED), tick=False):
        application = await in_progress(house, matters=["report_in", MATTER])
        await deliver_due(house, {push.TOPIC: push.deliver})
    assert await told(house, application) == []
    with time_machine.travel(at(RECEIVED) + timedelta(days=3, minutes=1), tick=False):
        await deliver_due(house, {push.TOPIC: push.deliver})
    assert await told(house, application) == [("stuck", "county_supervisor")]


# --- reading ------------------------------------------------------------------------------------------------------------


async def test_an_alert_that_was_seen_leaves_the_list_and_keeps_who_saw_it_first(house: House) -> None:
    await received(house, RECEIVED)
    await remind_at(house, at(HALF) + SECOND)
    async with house.db.reading() as session:
        ((alert, _, _),) = await repository.alerts(session, EVERYONE, every=False, before=None, limit=50)
    await see(house, EVERYONE, alert.id, "staff:first")
    again = await see(house, EVERYONE, alert.id, "staff:second")
    assert again.seen_by == "staff:first" and await shown(house) == []


async def test_running_limits_from_before_reminders_existed_are_taken_up(house: House) -> None:
    application = await received(house, RECEIVED)
    async with house.db.unit() as unit:
        # As the migration leaves them.
        await unit.session.execute(update(Task).where(Task.due_at.is_not(None)).values(next_alert_at=Task.clock_started_at))
        await unit.commit()
    await remind_at(house, at("2026-11-23 09:00"))
    assert await told(house, application) == []
    task = (await tasks_of(house, application))[MATTER]
    assert task.next_alert_at == at(HALF)
