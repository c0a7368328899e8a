"""Delivering a message to an outside system's endpoint, signed, and taking its signed answer."""

from __future__ import annotations

import json
from typing import Any

import httpx
from pydantic import BaseModel, ValidationError

from backend.applications import repository as applications
from backend.clock import now
from backend.departments.signing import good_secrets, sign, verify
from backend.errors import Unauthorised
from backend.house import House
from backend.outbox.service import Delivery, DeliveryFailed
from backend.systems import repository
from backend.systems.adapters import ADAPTERS
from backend.systems.model import SystemLink
from backend.systems.registry import FILE, HTTP, OFF, SYSTEMS
from backend.systems.service import TOPIC

__all__ = ["TOPIC", "ask", "deliver"]


async def deliver(house: House, delivery: Delivery) -> None:
    """Send one exchange. Raises DeliveryFailed unless the system takes it with a 2xx and a signed answer of its form."""
    async with house.db.reading() as session:
        exchange = await repository.exchange_by_id(session, delivery.payload["exchange"])
        link = await repository.link_by_id(session, exchange.link_id) if exchange else None
    if exchange is None or link is None or exchange.state == "answered" or exchange.body is None:
        return
    if link.kind != HTTP:
        await _follow(house, exchange.id, link.kind)
        return
    answer = await ask(house, link, delivery.key, exchange.body)
    async with house.db.unit() as unit:
        application = await applications.by_id(unit.session, exchange.application_id, lock=True)
        kept = await repository.exchange_by_id(unit.session, exchange.id)
        if application is None or kept is None or kept.state == "answered":
            return
        kept.state, kept.answer, kept.answered_at = "answered", answer.model_dump(mode="json"), now()
        await ADAPTERS[link.system].answered(unit, house, application, kept, answer)
        await unit.commit()


async def _follow(house: House, exchange_id: int, kind: str) -> None:
    """The link was changed while this waited: it goes into the next file, or nowhere, which shows."""
    async with house.db.unit() as unit:
        exchange = await repository.exchange_by_id(unit.session, exchange_id)
        if exchange is not None and exchange.state == "waiting":
            exchange.state = "to_file" if kind == FILE else OFF
            await unit.commit()


async def ask(house: House, link: SystemLink, key: str, message: dict[str, Any]) -> BaseModel:
    """Push `message` and return the system's answer. Raises DeliveryFailed when there is none that can be trusted."""
    system = SYSTEMS[link.system]
    body = json.dumps(
        {"message": system.code, "reports_url": f"{house.settings.public_url}/api/systems/{system.code}/reports", **message},
        ensure_ascii=False,
    )
    headers = {"content-type": "application/json", **sign(good_secrets(link), key, body)}
    try:
        answer = await house.http.post(link.endpoint or "", content=body.encode(), headers=headers)
    except httpx.HTTPError as error:
        raise DeliveryFailed(f"{link.endpoint} is not reached: {error!r}") from error
    if not answer.is_success:
        raise DeliveryFailed(f"{link.endpoint} answered {answer.status_code}")
    try:
        answers = verify(good_secrets(link), dict(answer.headers), answer.content)
    except Unauthorised:
        raise DeliveryFailed(f"{link.endpoint} did not sign its answer, or signed it wrongly") from None
    if answers != key:
        raise DeliveryFailed(f"{link.endpoint} answered another message")
    try:
        return system.answers.model_validate_json(answer.content)
    except ValidationError as error:
        fields = ", ".join(sorted({".".join(map(str, each["loc"])) or "body" for each in error.errors()}))
        raise DeliveryFailed(f"{link.endpoint} answered in another form: {fields}") from None
