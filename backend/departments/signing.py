"""Signatures after the Standard Webhooks form, both ways, with a secret that can be replaced without a gap."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from backend.clock import now
from backend.departments.model import DepartmentUnit
from backend.errors import Unauthorised
from backend.systems.model import SystemLink

SECRET_BYTES = 32
#: Longest event id that is kept.
LONGEST_ID = 160


def new_secret() -> str:
    """A new secret, `whsec_` and 32 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def good_secrets(unit: DepartmentUnit | SystemLink) -> list[str]:
    """The secrets of a unit, or of a link to an outside system, that are good now, the present one first."""
    found = [unit.secret]
    if unit.previous_secret and unit.previous_until and now() < unit.previous_until:
        found.append(unit.previous_secret)
    return found


def rotate(unit: DepartmentUnit | SystemLink, grace: timedelta) -> str:
    """Give the unit a new secret; the old one stays good for `grace`. Returns the new one."""
    unit.previous_secret, unit.previous_until = unit.secret, now() + grace
    unit.secret = new_secret()
    return unit.secret


def sign(with_secrets: Sequence[str], event_id: str, body: str) -> dict[str, str]:
    """The three headers for `body`, signed with each of the secrets, so that a receiver who has either can verify."""
    # The package drops the zone instead of converting it: it must be given UTC.
    moment = datetime.now(UTC)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(event_id, moment, body) for secret in with_secrets),
    }


def verify(with_secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> str:
    """The event id of a rightly signed message, not older or newer than 5 minutes. Raises Unauthorised for any other."""
    given = {name.lower(): value for name, value in headers.items() if name.lower().startswith("webhook-")}
    for secret in with_secrets:
        try:
            Webhook(secret).verify(body, given, json_parse=False)
        except (WebhookVerificationError, ValueError, TypeError, OverflowError):
            # Malformed headers and bodies that are no UTF-8 raise ValueError in the package: no proof either.
            continue
        event_id = given["webhook-id"]
        if len(event_id) <= LONGEST_ID:
            return event_id
    raise Unauthorised("签名不对、过期或缺少。请用本单位的密钥，按 Standard Webhooks 规范签名后重发。", code="bad_signature")
