"""Alerts leave the house by SMS and by mail: to the unit, the window, and whoever has a contact of their own (notice 四)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from backend.applications.model import Application
from backend.channels.mail import service as mail
from backend.channels.mail.server import MailServer
from backend.channels.sms.model import SmsMessage
from backend.deadlines import repository
from backend.deadlines.alerts import remind
from backend.departments import push
from backend.departments.escalation import lay_in_inboxes
from backend.departments.model import DepartmentUnit
from backend.departments.seed import seed_examples
from backend.departments.service import set_contact
from backend.house import House
from backend.outbox.model import OutboxRow
from backend.outbox.pauses import GIVE_UP_AFTER
from backend.outbox.service import deliver_due, retry
from backend.staff import repository as accounts
from backend.staff.service import set_contact as set_own_contact
from tests.support.limits import MATTER, at, received
from tests.support.people import COUNTY, in_progress, tasks_of
from tests.support.smtp_server import SmtpServer, smtp_server
from tests.support.staff import account

OTHER_COUNTY, DEPARTMENT = "350582", "medical_insurance"
#: Received at 08:00, due the next day at 12:00: half of it by 16:00, four fifths by 09:36.
RECEIVED, HALF, FOUR_FIFTHS, DUE = "2026-11-23 08:00", "2026-11-23 16:00", "2026-11-24 09:36", "2026-11-24 12:00"
SECOND = timedelta(seconds=1)


@pytest.fixture
async def server(house: House) -> AsyncIterator[SmtpServer]:
    """A mail server that the house uses."""
    async with smtp_server() as peer:
        house.mail = MailServer(peer.settings())
        yield peer


async def at_moment(house: House, moment: str, server: SmtpServer | None = None) -> None:
    """A second after `moment`: what is due is told, and mail delivered."""
    with time_machine.travel(at(moment) + SECOND, tick=False):
        await remind(house)
        if server is not None:
            while await deliver_due(house, {mail.TOPIC: mail.deliver}):
                pass


async def window_of(house: House, county: str = COUNTY) -> DepartmentUnit:
    async with house.db.reading() as session:
        found = await session.scalar(
            select(DepartmentUnit).where(DepartmentUnit.county == county, DepartmentUnit.department == "veterans_affairs")
        )
    assert found is not None
    return found


async def person(
    house: House, *roles: str, county: str | None = COUNTY, department: str | None = None, mobile: str | None = None
) -> str:
    """An account with an address of its own (and a mobile); returns its name."""
    name = await account(house, *roles, county=county, department=department)
    await set_own_contact(house, name, mobile, f"{name}@example.org")
    return name


async def texts(house: House) -> list[tuple[str, str | None]]:
    """Mobile and template of each text to staff."""
    async with house.db.reading() as session:
        found = await session.scalars(select(SmsMessage).where(SmsMessage.template_id.startswith("alert_")).order_by("seq"))
        return [(text.mobile, text.template_id) for text in found]


async def mails(house: House) -> list[OutboxRow]:
    async with house.db.reading() as session:
        found = await session.scalars(select(OutboxRow).where(OutboxRow.topic == mail.TOPIC).order_by(OutboxRow.id))
        return list(found)


def addresses(server: SmtpServer) -> list[str]:
    return sorted(str(message["To"]) for message in server.messages)


async def test_the_unit_is_mailed_at_half_and_four_fifths_once_each_and_told_what_to_do(
    house: House, server: SmtpServer
) -> None:
    application = await received(house, RECEIVED)
    task = (await tasks_of(house, application))[MATTER]
    await set_contact(house, task.unit_id or "", None, "office@example.org")
    for moment in (HALF, HALF, FOUR_FIFTHS, FOUR_FIFTHS):
        await at_moment(house, moment, server)
    half, four_fifths = server.messages
    assert (half["To"], half["Subject"]) == ("office@example.org", "鼓楼医保关系转移：时限已过半，最晚11月24日 12:00办结")
    assert four_fifths["Subject"] == "鼓楼医保关系转移：时限快到了，最晚11月24日 12:00办结"
    assert half["From"].addresses[0].display_name == "归途提醒"
    body = half.get_content()
    assert "医保关系转移接续（鼓楼" in body and f"编号…{application.number[-4:]}" in body and task.id in body
    assert "最晚办结：11月24日 12:00" in body and "怎么办：请安排办理" in body and "鼓楼退役军人示例窗口" in body
    assert await texts(house) == []


async def test_a_mail_holds_nothing_of_a_person(house: House, server: SmtpServer) -> None:
    application = await received(house, RECEIVED)
    task = (await tasks_of(house, application))[MATTER]
    await set_contact(house, task.unit_id or "", None, "office@example.org")
    await person(house, "county_supervisor")
    for moment in (HALF, FOUR_FIFTHS, DUE):
        await at_moment(house, moment, server)
    assert len(server.messages) == 3
    secrets = [str(application.answers[name]) for name in ("name", "id_number", "mobile", "home_address")]
    for message in server.messages:
        whole = f"{message.as_string()}{message['Subject']}{message.get_content()}"
        assert not [secret for secret in (*secrets, application.number, "同志") if secret in whole]
        assert "http" not in message.get_content()


async def test_a_limit_that_is_over_reaches_window_and_supervisor_by_sms_and_mail(house: House, server: SmtpServer) -> None:
    application = await received(house, RECEIVED)
    await set_contact(house, (await window_of(house)).id, "13900000001", "window@example.org")
    task = (await tasks_of(house, application))[MATTER]
    await set_contact(house, task.unit_id or "", "13900000003", "office@example.org")
    boss = await person(house, "county_supervisor", mobile="13900000002")
    await at_moment(house, DUE, server)
    await at_moment(house, "2026-11-26 09:00", server)
    assert addresses(server) == sorted(["window@example.org", f"{boss}@example.org"])
    assert await texts(house) == [("13900000001", "alert_overdue"), ("13900000002", "alert_overdue")]
    async with house.db.reading() as session:
        assert [alert.role for alert in await repository.alerts_of_task(session, task.id)] == ["window", "county_supervisor"]
    assert "请联系承办单位" in server.messages[0].get_content()


async def test_accounts_are_reached_by_role_county_and_department_only(house: House, server: SmtpServer) -> None:
    await received(house, RECEIVED)
    officer = await person(house, "officer", department=DEPARTMENT)
    clerk, reviewer = await person(house, "window"), await person(house, "reviewer", "finance")
    boss = await person(house, "county_supervisor")
    await person(house, "officer", department="police")
    await person(house, "officer", county=OTHER_COUNTY, department=DEPARTMENT)
    await person(house, "county_supervisor", county=OTHER_COUNTY)
    # The whole province's lists are long: who sees them is not written to of each.
    await person(house, "provincial_supervisor", county=None)
    await person(house, "auditor", county=None)
    await account(house, "county_supervisor")  # without a contact
    gone = await person(house, "county_supervisor")
    async with house.db.unit() as unit:
        closed = await accounts.by_username(unit.session, gone)
        assert closed is not None
        closed.active = False
        await unit.commit()
    await at_moment(house, HALF, server)
    assert addresses(server) == [f"{officer}@example.org"]
    server.messages.clear()
    await at_moment(house, DUE, server)
    assert addresses(server) == sorted(f"{name}@example.org" for name in (clerk, reviewer, boss))


async def test_who_is_reached_in_several_ways_is_told_once(house: House, server: SmtpServer) -> None:
    await received(house, RECEIVED)
    name = await person(house, "window", "county_supervisor", mobile="13900000001")
    await set_contact(house, (await window_of(house)).id, "13900000001", f"{name}@example.org")
    await at_moment(house, DUE, server)
    assert addresses(server) == [f"{name}@example.org"]
    assert await texts(house) == [("13900000001", "alert_overdue")]


async def test_without_a_contact_or_a_mail_server_the_list_of_alerts_is_all(house: House) -> None:
    application = await received(house, RECEIVED)
    await person(house, "county_supervisor")
    await at_moment(house, DUE)
    assert house.mail is None and await mails(house) == [] and await texts(house) == []
    task = (await tasks_of(house, application))[MATTER]
    async with house.db.reading() as session:
        assert len(await repository.alerts_of_task(session, task.id)) == 2


async def test_a_mail_that_one_server_refuses_keeps_no_other_from_theirs(house: House, server: SmtpServer) -> None:
    await received(house, RECEIVED)
    await set_contact(house, (await window_of(house)).id, None, "window@example.org")
    boss = await person(house, "county_supervisor")
    server.says["RCPT"] = "550 5.1.1 nobody"
    await at_moment(house, DUE)
    with time_machine.travel(at(DUE) + SECOND, tick=False):
        await deliver_due(house, {mail.TOPIC: mail.deliver}, limit=1)
        del server.says["RCPT"]
        await deliver_due(house, {mail.TOPIC: mail.deliver})
    first, second = await mails(house)
    assert (first.state, second.state) == ("stuck", "done")
    # Whoever looks at it in the list of stuck deliveries sees whose it is, and whose county.
    assert first.key.endswith(f":unit:{(await window_of(house)).id}") and first.county == COUNTY
    assert second.key.endswith(f":staff:{boss}") and addresses(server) == [f"{boss}@example.org"]


async def test_a_provisional_end_is_called_so(house: House, server: SmtpServer) -> None:  # notice 四(八)
    with time_machine.travel(at("2030-03-04 08:00"), tick=False):
        application = await received(house, "2030-03-04 08:00")
    task = (await tasks_of(house, application))[MATTER]
    assert task.provisional and task.due_at is not None
    await set_contact(house, task.unit_id or "", "13900000001", "office@example.org")
    await at_moment(house, "2030-03-04 16:00", server)
    (message,) = server.messages
    assert "（暂定）" in message["Subject"] and "（暂定）" in message.get_content()
    async with house.db.reading() as session:
        (text,) = (await session.scalars(select(SmsMessage).where(SmsMessage.template_id == "alert_half"))).all()
    assert "（暂定）" in text.text


# --- pushes -------------------------------------------------------------------------------------------------------------


async def pushed_in_vain(house: House) -> Application:
    """A case whose push found nobody at the first attempt."""
    with time_machine.travel(at(RECEIVED), tick=False):
        application = await in_progress(house, matters=["report_in", MATTER])
        await deliver_due(house, {push.TOPIC: push.deliver})
    return application


async def test_a_push_that_fails_for_an_hour_reaches_window_and_supervisor(house: House, server: SmtpServer) -> None:
    await seed_examples(house)
    await set_contact(house, (await window_of(house)).id, None, "window@example.org")
    boss = await person(house, "county_supervisor")
    await pushed_in_vain(house)
    with time_machine.travel(at(RECEIVED) + timedelta(minutes=61), tick=False):
        await lay_in_inboxes(house)
        await lay_in_inboxes(house)
        await deliver_due(house, {mail.TOPIC: mail.deliver})
    assert addresses(server) == sorted(["window@example.org", f"{boss}@example.org"])
    body = server.messages[0].get_content()
    assert "首次推送：11月23日 08:00" in body and "时限照常计算" in body


async def test_a_push_that_is_stuck_after_three_days_is_told_to_the_supervisor_once(house: House, server: SmtpServer) -> None:
    await seed_examples(house)
    await set_contact(house, (await window_of(house)).id, "13900000001", "window@example.org")
    boss = await person(house, "county_supervisor", mobile="13900000002")
    application = await pushed_in_vain(house)
    both = {push.TOPIC: push.deliver, mail.TOPIC: mail.deliver}
    given_up = at(RECEIVED) + GIVE_UP_AFTER
    with time_machine.travel(given_up - SECOND, tick=False):
        await deliver_due(house, both)
    assert server.messages == []
    for later in (timedelta(minutes=1), timedelta(hours=1)):
        with time_machine.travel(given_up + later, tick=False):
            while await deliver_due(house, both):
                pass
    assert addresses(server) == [f"{boss}@example.org"]
    assert server.messages[0]["Subject"] == "鼓楼医保关系转移：三天推送不到承办单位"
    assert await texts(house) == [("13900000002", "alert_stuck")]
    # Set going again and stuck again, it is in the list of deliveries, and nobody is told twice.
    async with house.db.reading() as session:
        (row,) = (await session.scalars(select(OutboxRow).where(OutboxRow.topic == push.TOPIC))).all()
    assert row.state == "stuck" and row.county == COUNTY
    with time_machine.travel(given_up + timedelta(days=1), tick=False):
        await retry(house, row.id, "staff:boss", None)
        await deliver_due(house, both)
    with time_machine.travel(given_up + timedelta(days=5), tick=False):
        while await deliver_due(house, both):
            pass
    task = (await tasks_of(house, application))[MATTER]
    async with house.db.reading() as session:
        told = [(alert.kind, alert.role) for alert in await repository.alerts_of_task(session, task.id)]
    assert told == [("stuck", "county_supervisor")] and len(server.messages) == 1
