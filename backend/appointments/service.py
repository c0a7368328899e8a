"""Making, moving and giving up an appointment, and the reminder before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import repository as applications
from backend.applications.actor import Actor, actor_of
from backend.applications.case import record, take
from backend.applications.model import Application
from backend.applications.states import ACCEPTED, RECEIVING
from backend.appointments import repository, rules
from backend.appointments.model import Appointment
from backend.catalogue.entries import Window
from backend.clock import local, now
from backend.db.engine import Unit
from backend.db.ids import new_id
from backend.errors import Conflict, GuituError, NotFound
from backend.house import House
from backend.notices.service import CHAT, SMS, tell
from backend.outbox.service import Delivery, put

TOPIC = "appointment.remind"
#: Who has something to bring to the window.
COMING = (ACCEPTED, RECEIVING)
#: The reminder comes the day before, at an hour when people are awake.
REMIND_HOUR = 18


@dataclass(frozen=True)
class Slot:
    """A time that can be had, and how many places are left."""

    starts_at: datetime
    left: int


async def free_slots(session: AsyncSession, house: House, county: str) -> list[Slot]:
    """What a county's window still has, the soonest first; empty where it takes no appointments."""
    window = house.catalogue.window_of(county)
    if window is None or window.appointments is None:
        return []
    offered = list(rules.times(window, now(), house.calendar, house.office(county)))
    if not offered:
        return []
    taken = await repository.taken(session, county, offered[0], offered[-1])
    slots = (Slot(start, window.appointments.places - taken.get(start, 0)) for start in offered)
    return [slot for slot in slots if slot.left > 0]


async def book(house: House, number: str, actor: Actor | str, starts_at: datetime, *, seen: str | None = None) -> Appointment:
    """Take a place at that time; one that the case had before is given up for it.

    seen   the time it had as far as the asker saw (ISO 8601, empty: none); Conflict `stale` when it is another by now
    Raises Conflict `not_allowed` before the pre-review passed, `no_place` when it is full (with the times that are free),
    GuituError when the window offers no such time.
    """
    while True:
        try:
            return await _book(house, number, actor, starts_at, seen)
        except IntegrityError:
            # Somebody took the same place at the same moment. Each time one place fewer is free, so this comes to an end.
            continue


async def _book(house: House, number: str, actor: Actor | str, starts_at: datetime, seen: str | None) -> Appointment:
    async with house.db.unit() as unit:
        application = await take(unit, number, actor)
        if application.state not in COMING:
            raise Conflict("审核通过后才能预约到窗口的时间。", code="not_allowed", state=application.state, allowed=[])
        window = _window(house, application)
        if starts_at not in rules.times(window, now(), house.calendar, house.office(application.county)):
            raise GuituError("这个时间窗口不办理，请从能约的时间里选。", code="no_such_time")
        existing = await repository.of_application(unit.session, application.id)
        _still(existing, seen)
        if existing is not None and existing.starts_at == starts_at and existing.county == application.county:
            return existing
        place = await _free_place(unit, house, window, application.county, starts_at)
        before = existing.starts_at if existing else None
        appointment = existing or Appointment(id=new_id("b"), application_id=application.id)
        appointment.county, appointment.starts_at, appointment.place = application.county, starts_at, place
        appointment.made_by, appointment.made_at = actor_of(actor).name, now()
        unit.session.add(appointment)
        data = {"at": starts_at.isoformat(), "before": before.isoformat() if before else None}
        record(unit, application, actor, "book_appointment", data=data)
        await unit.session.flush()
        event = "appointment_moved" if before else "appointment_made"
        await _tell(unit, house, application, actor, event, starts_at)
        await _plan_reminder(unit, appointment)
        await unit.commit()
        return appointment


def _window(house: House, application: Application) -> Window:
    window = house.catalogue.window_of(application.county)
    if window is None or window.appointments is None:
        raise GuituError("这里的窗口不用预约，办公时间直接去就行。", code="no_appointments")
    return window


async def _free_place(unit: Unit, house: House, window: Window, county: str, starts_at: datetime) -> int:
    assert window.appointments is not None  # asked before
    taken = await repository.places_at(unit.session, county, starts_at)
    free = next((place for place in range(1, window.appointments.places + 1) if place not in taken), None)
    if free is None:
        others = await free_slots(unit.session, house, county)
        raise Conflict(
            "这个时间刚约满了，请换一个。",
            code="no_place",
            allowed=[local(slot.starts_at).isoformat() for slot in others[:5]],
        )
    return free


def seen_as(existing: Appointment | None) -> str:
    """An appointment as `book` and `cancel` are told that it was seen."""
    return existing.starts_at.isoformat() if existing is not None else ""


def _still(existing: Appointment | None, seen: str | None) -> None:
    if seen is None or seen == seen_as(existing):
        return
    if existing is None:
        raise Conflict("这个预约刚刚被取消了，没有改动。请刷新后再看。", code="stale", allowed=[])
    _, _, name = existing.made_by.partition(":")
    by, at = name if existing.made_by.startswith("staff:") else "本人", local(existing.starts_at)
    raise Conflict(f"{by}刚刚约到了{at:%m月%d日 %H:%M}，没有改动它。请看过再决定。", code="stale", allowed=[])


async def cancel(house: House, number: str, actor: Actor | str, *, seen: str | None = None) -> bool:
    """Give the appointment up. False when there was none. `seen`: as of `book`."""
    async with house.db.unit() as unit:
        application = await take(unit, number, actor)
        existing = await repository.of_application(unit.session, application.id)
        _still(existing, seen)
        if existing is None:
            return False
        record(unit, application, actor, "cancel_appointment", data={"at": existing.starts_at.isoformat()})
        await unit.session.delete(existing)
        await _tell(unit, house, application, actor, "appointment_cancelled", existing.starts_at)
        await unit.commit()
        return True


async def give_up(unit: Unit, application: Application) -> None:
    """The case is checked in, rejected, withdrawn or goes to another county, in the caller's transaction: its place is free again."""
    existing = await repository.of_application(unit.session, application.id)
    if existing is not None:
        await unit.session.delete(existing)
        await unit.session.flush()


async def _tell(
    unit: Unit, house: House, application: Application, actor: Actor | str, event: str, starts_at: datetime
) -> None:
    # Who arranges it in the chat is answered there.
    channels = (SMS,) if actor_of(actor).conversation else (CHAT, SMS)
    key = f"{event}:{starts_at.isoformat()}:{now():%Y%m%d%H%M%S}"
    await tell(unit, house, application, event, {"at": local(starts_at)}, key=key, channels=channels)


async def _plan_reminder(unit: Unit, appointment: Appointment) -> None:
    """The evening before; an appointment of the same or the next morning needs none."""
    at = (local(appointment.starts_at) - timedelta(days=1)).replace(hour=REMIND_HOUR, minute=0, second=0, microsecond=0)
    if at > local(now()):
        payload = {"appointment": appointment.id, "application": appointment.application_id}
        key = f"{appointment.id}:{appointment.starts_at.isoformat()}"
        payload |= {"starts_at": appointment.starts_at.isoformat()}
        await put(unit.session, TOPIC, key, payload, available_at=at, county=appointment.county)


async def remind(house: House, delivery: Delivery) -> None:
    """The outbox's handler: remind, if the appointment is still that one and the case is still to come to the window."""
    async with house.db.unit() as unit:
        application = await applications.by_id(unit.session, delivery.payload["application"], lock=True)
        appointment = await repository.of_application(unit.session, delivery.payload["application"])
        planned_for = datetime.fromisoformat(delivery.payload["starts_at"])
        if application is None or appointment is None or appointment.starts_at != planned_for:
            return
        if application.state not in COMING:
            return
        params = {"at": local(appointment.starts_at)}
        await tell(unit, house, application, "remind_appointment", params, key=f"remind:{delivery.key}")
        await unit.commit()


async def of_application(session: AsyncSession, application: Application) -> Appointment | None:
    """The case's appointment."""
    return await repository.of_application(session, application.id)


def check_county(house: House, actor: Actor | str, county: str) -> None:
    """Raises NotFound for a county that is none, or is not the asker's: its free places are nobody else's business."""
    counties = actor_of(actor).counties
    if county not in house.catalogue.counties or (counties is not None and county not in counties):
        raise NotFound(f"没有编号为 {county} 的县（市、区），或者它不归你看。", code="unknown_county")


async def week(
    session: AsyncSession, actor: Actor | str, county: str, first: datetime, last: datetime
) -> Sequence[tuple[Appointment, Application]]:
    """A county's appointments from `first` to before `last`; none for who may not see the county."""
    counties = actor_of(actor).counties
    if counties is not None and county not in counties:
        return []
    return await repository.between(session, county, first, last)
