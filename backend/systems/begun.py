"""An application that was begun in 福建省网上办事大厅 goes on here: by the same checks, once for its number (notice 三(一))."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.applications import repository as applications
from backend.applications import service
from backend.errors import Conflict
from backend.house import House
from backend.locale.text import SOURCE_LANGUAGE
from backend.systems.incoming import Answer, Event, invalid, receive
from backend.systems.model import SystemLink
from backend.systems.registry import PROVINCE
from backend.systems.schemas import HallApplication, HallTaken


async def receive_application(house: House, headers: Mapping[str, str], body: bytes) -> Answer:
    """201 when it was created, 200 when that number was before; else a refusal that says which fields and why."""

    async def take(link: SystemLink, given: HallApplication, event: Event) -> Answer:
        return await _take(house, link, given, event)

    return await receive(house, "hall", headers, body, take)


async def _take(house: House, link: SystemLink, given: HallApplication, event: Event) -> Answer:
    if link.county not in (PROVINCE, given.answers.get("county")):
        raise invalid({"county": "not a county of this link"})
    draft = f"hall:{given.hall_number}"
    async with house.db.reading() as session:
        before = await applications.by_draft(session, draft)
    if before is not None:
        identity = given.answers.get("id_number")
        if not isinstance(identity, str) or service.identity_index(house, identity.strip()) != before.identity_index:
            raise Conflict("这个编号已经是另一个人的申请。请核对编号。", code="number_reused", allowed=[])
        filed = service.Submitted(before, created=False)
    else:
        filed = await service.submit(
            house, draft, f"h_{given.hall_number}", given.answers, SOURCE_LANGUAGE, hall_number=given.hall_number
        )
    status = 201 if filed.created else 200
    answer: dict[str, Any] = HallTaken(
        number=filed.application.number, state=filed.application.state, created=filed.created
    ).model_dump()
    async with house.db.unit() as unit:
        event.remember(unit, status, answer)
        await unit.commit()
    return status, answer
