"""Referring, listing, and noting that the county has been in touch. Each command is one transaction, or a part of the caller's."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import repository as applications
from backend.applications.actor import Actor, actor_of
from backend.applications.case import record
from backend.applications.model import Application
from backend.clock import now
from backend.db.engine import Unit
from backend.errors import Conflict, NotFound
from backend.house import House
from backend.security.service import note_access
from backend.training import repository
from backend.training.model import TrainingReferral

#: As the record of who looked at a case names it.
CONTACT = "training"
MOST = 100


def refer(unit: Unit, application: Application, actor: Actor | str) -> None:
    """The survey shows a need that this soldier qualifies for: the county gets in touch. In the caller's transaction."""
    moment = now()
    unit.session.add(
        TrainingReferral(
            application_id=application.id, county=application.county, referred_by=actor_of(actor).name, referred_at=moment
        )
    )
    record(unit, application, actor, "refer_training", at=moment)


async def waiting(session: AsyncSession, actor: Actor | str) -> Sequence[tuple[TrainingReferral, Application]]:
    """Who waits to hear from the county, the first referred first."""
    return await repository.waiting(session, actor_of(actor), MOST)


async def contact(house: House, actor: Actor, number: str) -> Application:
    """The case of somebody who was referred, for its mobile: the look is on record. Raises NotFound."""
    async with house.db.unit() as unit:
        application, _ = await _referred(unit, actor, number)
        note_access(unit, actor.name, CONTACT, application.number)
        await unit.commit()
        return application


async def contacted(house: House, actor: Actor, number: str) -> TrainingReferral:
    """The county has been in touch. Raises NotFound, Conflict when that was noted before."""
    async with house.db.unit() as unit:
        application, referral = await _referred(unit, actor, number)
        if referral.contacted_at is not None:
            raise Conflict(f"{referral.contacted_by} 已经登记过对接。", code="contacted", allowed=[])
        referral.contacted_by, referral.contacted_at = actor.name, now()
        record(unit, application, actor, "contact_training", at=referral.contacted_at)
        await unit.commit()
        return referral


async def _referred(unit: Unit, actor: Actor, number: str) -> tuple[Application, TrainingReferral]:
    application = await applications.by_number(unit.session, actor, number, lock=True)
    referral = await repository.of_application(unit.session, application.id) if application else None
    if application is None or referral is None:
        raise NotFound(f"{number} 没有要对接的培训需求，或者它不归你办。", code="no_referral")
    return application, referral
