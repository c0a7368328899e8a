"""Twilio's Messages API (https://www.twilio.com/docs/messaging/api/message-resource) over our own HTTP client."""

from __future__ import annotations

import httpx

from backend.channels.sms.outcome import NotSent, Sent
from backend.channels.sms.outgoing import Outgoing
from backend.channels.sms.states import FAILED, SENT, UNKNOWN
from backend.settings import TwilioSettings

API = "https://api.twilio.com"
SECONDS = 20.0
STATUS_PATH = "/webhooks/sms/twilio/status"


def e164(mobile: str) -> str:
    """A mobile in international form; eleven digits are a mainland number."""
    return mobile if mobile.startswith("+") else f"+86{mobile}"


class TwilioProvider:
    """Sends by Twilio. Receipts come to STATUS_PATH under the service's public address and name the row."""

    def __init__(self, settings: TwilioSettings, public_url: str, http: httpx.AsyncClient, api: str = API) -> None:
        self._settings = settings
        self._http = http
        self._status_url = f"{public_url}{STATUS_PATH}"
        self._url = f"{api}/2010-04-01/Accounts/{settings.account_sid}/Messages.json"

    async def send(self, sms: Outgoing) -> Sent:
        """See SmsProvider. Twilio takes any text, so the template is not needed."""
        # A messaging service's id starts with MG; anything else is a number or a sender's name.
        sender = "MessagingServiceSid" if self._settings.sender.startswith("MG") else "From"
        try:
            answer = await self._http.post(
                self._url,
                auth=(self._settings.account_sid, self._settings.auth_token),
                data={
                    "To": e164(sms.to),
                    sender: self._settings.sender,
                    "Body": sms.text,
                    "StatusCallback": f"{self._status_url}?sms={sms.key}",
                },
                timeout=SECONDS,
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotSent(f"Twilio could not be reached: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            # The request may have arrived: a second attempt could be a second text.
            return Sent(None, UNKNOWN, type(error).__name__)
        if answer.status_code == 429:
            raise NotSent("Twilio asks to come later (429)")
        if answer.status_code >= 500:
            return Sent(None, UNKNOWN, f"http {answer.status_code}")
        return _outcome(answer)


def _outcome(answer: httpx.Response) -> Sent:
    try:
        said = answer.json()
        if answer.is_success:
            return Sent(str(said["sid"]), SENT)
        return Sent(None, FAILED, str(said.get("code", answer.status_code))[:80])
    except (ValueError, KeyError, AttributeError):
        return Sent(None, UNKNOWN if answer.is_success else FAILED, f"http {answer.status_code}")
