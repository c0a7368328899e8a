"""What happens to vouchers with the draft and the case that they belong to. Called by those rooms, in their transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications.model import Application, Correction
from backend.clock import now
from backend.conversations.outbound import hold
from backend.db.engine import Unit
from backend.errors import NotFound
from backend.vouchers import repository
from backend.vouchers.states import after, before


async def adopt(unit: Unit, application: Application, materials: Collection[int]) -> None:
    """What was sent for the draft belongs to the application that it became; `materials`: those on its checklist."""
    # A picture that is being stored at this moment is either in already or finds the application. A conversation that is
    # gone has no vouchers.
    with suppress(NotFound):
        await hold(unit, application.conversation_id)
    await repository.give_to_application(unit.session, application.conversation_id, application.id, materials)


async def forget(session: AsyncSession, conversation_id: str) -> None:
    """What was sent for a draft goes with it; what was filed stays."""
    await repository.forget(session, conversation_id)


async def move(session: AsyncSession, left: str, conversation_id: str) -> None:
    """What was sent for a draft goes with it to another conversation."""
    await repository.move(session, left, conversation_id)


async def accept_all(session: AsyncSession, application_id: str, actor: str) -> None:
    """Pre-review passed: what lay before it was found right. # notice 三(二)"""
    await _decide(session, application_id, "accept", actor)


async def refuse(session: AsyncSession, correction: Correction) -> None:
    """The county asks for another picture of a paper: what is there was refused, for the reason that the veteran reads."""
    await _decide(session, correction.application_id, "refuse", correction.requested_by, correction)


async def look_again(session: AsyncSession, application_id: str) -> None:
    """Another county has to look for itself."""
    await _decide(session, application_id, "look_again", None)


async def unanswered(session: AsyncSession, points: Sequence[Correction]) -> set[int]:
    """The ids of those open points that refused a voucher: only a new one answers them."""
    return await repository.refusing(session, [point.id for point in points])


async def _decide(
    session: AsyncSession, application_id: str, command: str, actor: str | None, correction: Correction | None = None
) -> None:
    material = int(correction.name) if correction else None
    for voucher in await repository.in_states(session, application_id, before(command), material):
        voucher.state = after(voucher.state, command)
        voucher.decided_by, voucher.decided_at = actor, now() if actor else None
        if correction is not None:
            voucher.reason, voucher.correction_id = correction.reason, correction.id
