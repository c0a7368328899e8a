"""Showing what is masked, to whoever gives a reason: who saw what, and why, stands in the case's record."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from backend.applications import repository
from backend.applications.actor import Actor
from backend.applications.case import record
from backend.applications.views import HIDDEN, MASKS
from backend.errors import GuituError, NotFound
from backend.house import House
from backend.locale.text import T
from backend.security.service import note_access

REVEAL = "reveal"
#: What can be shown in full: everything that is masked otherwise.
MASKED = (*MASKS, *HIDDEN)


async def reveal(house: House, number: str, actor: Actor, names: Collection[str], reason: str) -> dict[str, Any]:
    """These answers in full. Raises NotFound for no such case, GuituError without a reason or for what is not masked.

    Whether it is really them has been shown before (SignedIn.proved).
    """
    if not 2 <= len(reason.strip()) <= 300:
        raise GuituError(T("请写明为什么要看，2 到 300 个字。记录里会留着。"), code="no_reason")
    async with house.db.unit() as unit:
        application = await repository.by_number(unit.session, actor, number)
        if application is None:
            raise NotFound(T("没有编号为 {number} 的申请，或者它不归你办。请核对编号。", number=number), code="no_application")
        wanted = [name for name in MASKED if name in names and application.answers.get(name)]
        if not wanted or set(names) - set(MASKED):
            raise GuituError(T("请勾选要看的内容。"), code="nothing_to_reveal")
        record(unit, application, actor, REVEAL, reason=reason.strip(), data={"fields": wanted})
        note_access(unit, actor.name, REVEAL, application.number)
        await unit.commit()
    return {name: application.answers[name] for name in wanted}
