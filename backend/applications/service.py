"""What other rooms may ask of applications. Each command is one transaction and commits it; each aspect has its own file."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from backend.applications import repository, review
from backend.applications.actor import SYSTEM, Actor, actor_of
from backend.applications.case import Assisted
from backend.applications.contact import change_mobile, join_conversation
from backend.applications.ending import change_matters, complete_if_ended, may_change_matters, may_withdraw, transfer, withdraw
from backend.applications.filing import Submitted, submit
from backend.applications.indexes import identity_index, mobile_index, name_index
from backend.applications.intake import Seen, bring_papers, check_in, differ, intake, receive_originals
from backend.applications.model import Application, CaseEvent, Correction
from backend.applications.progress import ProgressLine, ProgressView, progress
from backend.applications.repository import Search, open_corrections
from backend.applications.review import accept, correct, point_label, record_archive, reject, request_correction
from backend.errors import GuituError, NotFound
from backend.house import House
from backend.locale.text import T

__all__ = [
    "SYSTEM",
    "Actor",
    "Application",
    "Assisted",
    "Correction",
    "ProgressLine",
    "ProgressView",
    "Search",
    "Seen",
    "Submitted",
    "accept",
    "bring_papers",
    "by_number",
    "change_matters",
    "change_mobile",
    "check_in",
    "complete_if_ended",
    "correct",
    "differ",
    "history",
    "identity_index",
    "intake",
    "join_conversation",
    "latest_for_conversation",
    "latest_for_mobile",
    "live_for_conversation",
    "may_change_matters",
    "may_withdraw",
    "mobile_index",
    "name_index",
    "open_corrections",
    "point_label",
    "progress",
    "receive_originals",
    "record_archive",
    "reject",
    "request_correction",
    "review_application",
    "search",
    "submit",
    "transfer",
    "withdraw",
]


async def by_number(session: AsyncSession, actor: Actor | str, number: str) -> Application:
    """The application of that number. Raises NotFound when there is none for `actor`."""
    application = await repository.by_number(session, actor_of(actor), number)
    if application is None:
        raise NotFound(T("没有编号为 {number} 的申请，或者它不归你办。请核对编号。", number=number), code="no_application")
    return application


async def search(session: AsyncSession, actor: Actor | str, wanted: Search) -> Sequence[Application]:
    """Cases that `actor` may reach, the newest first."""
    return await repository.search(session, actor_of(actor), wanted)


async def live_for_conversation(session: AsyncSession, conversation_id: str) -> Application | None:
    """The newest application of a conversation that was neither rejected nor withdrawn."""
    return await repository.latest_of_conversation(session, conversation_id, live=True)


async def latest_for_conversation(session: AsyncSession, conversation_id: str) -> Application | None:
    """The newest application of a conversation, however it ended."""
    return await repository.latest_of_conversation(session, conversation_id, live=False)


async def latest_for_mobile(session: AsyncSession, house: House, mobile: str) -> Application | None:
    """The newest application bound to a mobile (11 digits), however it ended."""
    return await repository.latest_of_mobile(session, mobile_index(house, mobile))


async def history(session: AsyncSession, application: Application) -> Sequence[CaseEvent]:
    """Who did what, when, from what to what, and why."""
    return await repository.events(session, application.id)


async def review_application(
    house: House,
    number: str,
    actor: Actor | str,
    *,
    accepted: bool = False,
    corrections: Sequence[tuple[str, str]] = (),
    rejected: str | None = None,
    version: int | None = None,
) -> Application:
    """One outcome of pre-review: accepted, corrections asked for, or rejected with a reason. Raises GuituError otherwise."""
    if sum((accepted, bool(corrections), rejected is not None)) != 1:
        raise GuituError(T("预审要且只要一个结论：通过、要求更正，或者不通过。"), code="one_outcome")
    if accepted:
        return await accept(house, number, actor, version)
    if corrections:
        return await request_correction(house, number, actor, corrections, version)
    return await review.reject(house, number, actor, rejected or "", version)
