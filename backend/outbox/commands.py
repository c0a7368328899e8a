"""`guitu work`: the worker. `guitu outbox`: what is stuck."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from backend.appointments import service as appointments
from backend.calendars import service as calendars
from backend.channels.mail import service as mail
from backend.channels.sms import service as sms
from backend.channels.wechat import pictures as wechat_pictures
from backend.channels.wechat import service as wechat
from backend.conversations import live
from backend.conversations import service as conversations
from backend.deadlines import service as deadlines
from backend.deadlines import stuck as stuck_deliveries
from backend.departments import escalation, push
from backend.errors import GuituError
from backend.house import open_house
from backend.outbox import repository
from backend.outbox.health import HOST, serve_health
from backend.outbox.service import Handler
from backend.outbox.worker import Chore, Worker
from backend.reminders import service as reminders
from backend.resuming import service as resuming
from backend.security import refusals
from backend.settings import load
from backend.statistics import figures
from backend.systems import push as systems
from backend.systems import retention
from backend.takeover import service as takeover
from backend.takeover import unread

log = structlog.get_logger()

HANDLERS: dict[str, Handler] = {
    push.TOPIC: push.deliver,
    systems.TOPIC: systems.deliver,
    sms.TOPIC: sms.deliver,
    wechat.TOPIC: wechat.deliver,
    wechat_pictures.TOPIC: wechat_pictures.deliver,
    mail.TOPIC: mail.deliver,
    appointments.TOPIC: appointments.remind,
    reminders.TOPIC: reminders.remind,
    conversations.FORGET_TOPIC: conversations.forget_thread,
    unread.TOPIC: unread.tell,
    sms.NOT_TAKEN_TOPIC: unread.tell_by_template,
}
CHORES: dict[str, Chore] = {
    "answer messages": conversations.handle_all_due,
    "look after claims": takeover.expire_idle,
    "look after pushes": escalation.lay_in_inboxes,
    "remind of limits": deadlines.remind,
    "tell of what is stuck": stuck_deliveries.tell_of_stuck,
    "look after the working days": calendars.look_after,
    "end what was exchanged": retention.end_bodies,
    "end codes": resuming.tidy,
    "forget refusals": refusals.forget_refusals,
    "count months": figures.count_due,
}


def register(subparsers: Any) -> None:
    """Add this room's sub-commands."""
    work = subparsers.add_parser("work", help="deliver what is due until stopped")
    work.set_defaults(run=lambda args: asyncio.run(_work()))
    stuck = subparsers.add_parser("outbox", help="list deliveries that are stuck")
    stuck.set_defaults(run=lambda args: asyncio.run(_list_stuck()))


async def _work() -> int:
    settings = load()
    house = open_house(settings)
    if settings.mail is None:
        log.info("mail to staff is off: GUITU_MAIL_HOST is not set")
    else:
        log.info("mail to staff is on", host=settings.mail.host, port=settings.mail.port, tls=settings.mail.tls)
    worker = Worker(house, HANDLERS, CHORES, channels=(live.PG_CHANNEL,))
    worker.stop_on_signals()
    try:
        server = await serve_health(worker, settings.worker_port)
    except OSError:
        await house.close()
        raise GuituError(
            f"port {settings.worker_port} on {HOST} is taken. Stop what uses it, or set GUITU_WORKER_PORT to a free one."
        ) from None
    async with server:
        await worker.run()
    await house.close()
    return 0


async def _list_stuck() -> int:
    house = open_house(load())
    try:
        async with house.db.reading() as session:
            for row in await repository.stuck(session):
                attempts = await repository.attempts_of(session, row.id)
                last = attempts[-1].error if attempts else ""
                print(f"{row.topic}\t{row.key}\t{row.attempts} attempts\t{last}")
    finally:
        await house.close()
    return 0
