"""What sends texts: one small interface, and which provider the settings name."""

from __future__ import annotations

from typing import Protocol

import httpx

from backend.channels.sms.console import ConsoleProvider
from backend.channels.sms.outcome import NotSent, Sent
from backend.channels.sms.twilio import TwilioProvider
from backend.settings import Settings

__all__ = ["NotSent", "Sent", "SmsProvider", "make_provider"]


class SmsProvider(Protocol):
    """Sends one text, once."""

    async def send(self, to: str, text: str, key: str) -> Sent:
        """Make one attempt to send `text` to the mobile `to` (11 digits, or E.164 for one from abroad).

        `key` is the row's number (seq) as text; receipts can name it. Raises NotSent when nothing can have left, so that
        it may be tried again; an attempt whose outcome is not known is a Sent with the state unknown.
        """
        ...


def make_provider(settings: Settings, http: httpx.AsyncClient) -> SmsProvider:
    """The provider of GUITU_SMS_PROVIDER."""
    if settings.twilio is not None:
        return TwilioProvider(settings.twilio, settings.public_url, http)
    return ConsoleProvider()
