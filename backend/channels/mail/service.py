"""Mail to those who work here, by the outbox. Never to a veteran: they have the chat and texts."""

from __future__ import annotations

from backend.channels.mail.message import Mail
from backend.channels.mail.server import NotTaken, Refused
from backend.db.engine import Unit
from backend.house import House
from backend.outbox import service as outbox
from backend.outbox.service import Delivery, DeliveryFailed, DeliveryRefused

TOPIC = "mail.send"


async def queue(unit: Unit, house: House, to: str, subject: str, text: str, name: str, key: str, county: str | None) -> bool:
    """Queue a mail in the causing unit; it leaves after the commit. False: mail is off, or this key was queued before.

    `name`: who it is from, in words. `key`: at most 200 characters, the same for the same mail. `county`: whose supervisor
    sees it when it is stuck.
    """
    if house.mail is None:
        return False
    payload = {"to": to, "subject": subject, "text": text, "name": name}
    return await outbox.put(unit.session, TOPIC, key, payload, county=county)


async def deliver(house: House, delivery: Delivery) -> None:
    """The outbox's handler of `mail.send`. Raises DeliveryRefused when the server will never take it, else DeliveryFailed."""
    if house.mail is None:
        raise DeliveryFailed("mail is off: GUITU_MAIL_HOST is not set")
    try:
        await house.mail.send(Mail(**delivery.payload, key=delivery.key, at=delivery.created_at))
    except NotTaken as error:
        raise DeliveryFailed(str(error)) from error
    except Refused as error:
        raise DeliveryRefused(str(error)) from error
