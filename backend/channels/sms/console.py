"""The demonstration's provider: a text counts as delivered the moment it is sent, and the handset at /demo/phone shows it."""

from __future__ import annotations

from backend.channels.sms.outcome import Sent
from backend.channels.sms.outgoing import Outgoing
from backend.channels.sms.states import DELIVERED


class ConsoleProvider:
    """Sends nothing anywhere: the row that the service keeps is what the handset reads."""

    async def send(self, sms: Outgoing) -> Sent:
        """See SmsProvider."""
        return Sent(provider_id=f"console:{sms.key}", state=DELIVERED)
