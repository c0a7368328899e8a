"""What a veteran may want once an application is filed: press for a result, complain, come by appointment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from backend.applications import service as applications
from backend.applications.actor import VETERAN
from backend.applications.states import ACCEPTED, IN_PROGRESS, RECEIVING
from backend.appointments import service as appointments
from backend.clock import local, now, today
from backend.conversations.messages import Choice, Message
from backend.db.engine import Unit
from backend.departments import tasks
from backend.departments.model import Task
from backend.departments.states import AT_DEPARTMENT, WAITING_VETERAN
from backend.errors import GuituError
from backend.house import House
from backend.interview.facts import read_facts
from backend.interview.questions import Script
from backend.locale.text import Joined
from backend.requests import service as requests
from backend.requests.model import COMPLAINT, URGE

#: A press that takes a time, or gives the appointment up.
APPOINTMENT, CANCEL = "appointment=", "appointment=cancel"
#: So many times are offered at once.
OFFERED = 6
#: 怎么投诉 asks for the way; 我要投诉，户口怎么还没办好 complains.
_WAY = r"怎么|怎样|如何|哪里|哪儿|哪|电话|什么地方|渠道|找谁|能不能|可不可以"
_ASKS_HOW = re.compile(
    rf"(?:{_WAY})[^，,。！!]{{0,4}}投诉|投诉(?:的)?[^，,。！!]{{0,3}}(?:{_WAY})|(?:能|可以)[^，,。！!]{{0,4}}投诉[^，,。！!]{{0,4}}[吗?？]|^投诉[?？]$"
)

Application = applications.Application


async def urge(unit: Unit, house: House, script: Script, application: Application, text: str) -> list[Message]:
    """Record a 催办 against what was named, else what is overdue, else what waits longest; say what was done."""
    every = await tasks.of_application(unit.session, application.id)
    at_work = [task for task in every if task.state in AT_DEPARTMENT and task.state != WAITING_VETERAN]
    chosen = _named(house, application, at_work, text) or [task for task in at_work if task.due_at and task.due_at < now()]
    chosen = chosen or sorted(at_work, key=lambda task: task.state_since)[:1]
    if not chosen:
        return [Message(script.say("urge_nothing"), [Choice(script.say("ask_progress"), intent="progress")])]
    for task in chosen:
        await requests.ask(unit, application, task, URGE, text, VETERAN + application.conversation_id)
    names = Joined(
        [house.catalogue_of(application).matters[code].short for code in dict.fromkeys(task.matter for task in chosen)]
    )
    return [Message(script.say("urged", matters=names), [Choice(script.say("ask_progress"), intent="progress")])]


async def complain(unit: Unit, house: House, script: Script, application: Application, text: str) -> list[Message]:
    """Record a complaint in the veteran's words; nothing where they only ask how to complain."""
    if _ASKS_HOW.search(text):
        return []
    about: list[Task | None] = [*_named(house, application, await tasks.of_application(unit.session, application.id), text)]
    for task in about or [None]:
        await requests.ask(unit, application, task, COMPLAINT, text, VETERAN + application.conversation_id)
    return [Message(script.say("complained"), [Choice(script.say("person"), intent="handoff")])]


def _named(house: House, application: Application, every: Sequence[Task], text: str) -> list[Task]:
    named = set(read_facts(text, house.catalogue_of(application), today()).matter_mentions)
    return [task for task in every if task.matter in named]


def may_be_urged(application: Application) -> bool:
    """True while departments work on it."""
    return application.state == IN_PROGRESS


async def offer_times(unit: Unit, house: House, script: Script, application: Application) -> list[Message]:
    """The times that can be had, to be pressed; empty where there is nothing to arrange."""
    if application.state not in (ACCEPTED, RECEIVING):
        return []
    existing = await appointments.of_application(unit.session, application)
    free = await appointments.free_slots(unit.session, house, application.county)
    if not free and existing is None:
        return []
    choices = [
        Choice(
            script.say("appointment_time", at=local(slot.starts_at)),
            intent="help",
            value=f"{APPOINTMENT}{_iso(slot.starts_at)}",
        )
        for slot in free[:OFFERED]
    ]
    if existing is None:
        return [Message(script.say("appointment_choose"), choices)]
    choices.append(Choice(script.say("appointment_cancel"), intent="help", value=CANCEL))
    return [Message(script.say("appointment_now", at=local(existing.starts_at)), choices)]


async def arrange(house: House, script: Script, conversation_id: str, value: str) -> list[Message]:
    """The press that takes a time or gives it up: a transaction of the appointments' own."""
    async with house.db.reading() as session:
        application = await applications.latest_for_conversation(session, conversation_id)
    if application is None:
        return [Message(script.say("none_open"), [Choice(script.say("begin"), intent="apply")])]
    veteran = VETERAN + conversation_id
    try:
        if value == CANCEL:
            await appointments.cancel(house, application.number, veteran)
            return [Message(script.say("appointment_cancelled"))]
        made = await appointments.book(house, application.number, veteran, _instant(value.removeprefix(APPOINTMENT)))
    except GuituError:
        # Full, too late, or not any more: what can be had now is offered.
        async with house.db.unit() as unit:
            offered = await offer_times(unit, house, script, application)
        return [Message(script.say("appointment_gone")), *offered]
    window = house.catalogue.window_of(application.county)
    assert window is not None  # without one nothing could be booked
    return [Message(script.say("appointment_made", at=local(made.starts_at), window=window.name))]


def _iso(moment: datetime) -> str:
    return local(moment).isoformat(timespec="minutes")


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise GuituError("不是时间。", code="no_such_time") from None
    if instant.tzinfo is None:
        raise GuituError("不是时间。", code="no_such_time")
    return instant
