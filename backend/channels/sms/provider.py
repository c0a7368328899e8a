"""What sends texts: one small interface, and which provider the settings name."""

from __future__ import annotations

from typing import Protocol

import httpx

from backend.channels.sms.console import ConsoleProvider
from backend.channels.sms.outcome import NO_TEMPLATE, NotSent, Sent
from backend.channels.sms.outgoing import Outgoing, Template
from backend.channels.sms.twilio import TwilioProvider
from backend.settings import Settings

__all__ = ["NO_TEMPLATE", "NotSent", "Outgoing", "Sent", "SmsProvider", "Template", "make_provider"]


class SmsProvider(Protocol):
    """Sends one text, once: by what it says, or by the template, the parameters and the signature that it was made from."""

    async def send(self, sms: Outgoing) -> Sent:
        """Make one attempt to send `sms`.

        Raises NotSent when nothing can have left, so that it may be tried again; an attempt whose outcome is not known is
        a Sent with the state unknown. A provider that sends templates only answers what has none with the state failed and
        the error NO_TEMPLATE.
        """
        ...


def make_provider(settings: Settings, http: httpx.AsyncClient) -> SmsProvider:
    """The provider of GUITU_SMS_PROVIDER."""
    if settings.twilio is not None:
        return TwilioProvider(settings.twilio, settings.public_url, http)
    return ConsoleProvider()
