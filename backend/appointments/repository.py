"""Every query of appointments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.model import Application
from backend.appointments.model import Appointment


async def of_application(session: AsyncSession, application_id: str) -> Appointment | None:
    """The appointment of a case."""
    return await session.scalar(select(Appointment).where(Appointment.application_id == application_id))


async def taken(session: AsyncSession, county: str, first: datetime, last: datetime) -> dict[datetime, int]:
    """How many places are taken at each time of a county from `first` to `last`, where any is."""
    found = await session.execute(
        select(Appointment.starts_at, func.count())
        .where(Appointment.county == county, Appointment.starts_at.between(first, last))
        .group_by(Appointment.starts_at)
    )
    return {row[0]: row[1] for row in found}


async def places_at(session: AsyncSession, county: str, starts_at: datetime) -> set[int]:
    """The places that are taken at one time."""
    found = await session.scalars(
        select(Appointment.place).where(Appointment.county == county, Appointment.starts_at == starts_at)
    )
    return set(found)


async def between(
    session: AsyncSession, county: str, first: datetime, last: datetime
) -> Sequence[tuple[Appointment, Application]]:
    """A county's appointments with their cases, in order."""
    found = await session.execute(
        select(Appointment, Application)
        .join(Application, Application.id == Appointment.application_id)
        .where(Appointment.county == county, Appointment.starts_at >= first, Appointment.starts_at < last)
        .order_by(Appointment.starts_at, Appointment.place)
    )
    return [(row[0], row[1]) for row in found]
