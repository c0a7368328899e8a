"""Signatures of the outside services that call us. Compared in constant time."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence


def twilio_signature(auth_token: str, url: str, form: Mapping[str, Sequence[str]]) -> str:
    """What Twilio puts into X-Twilio-Signature for a form posted to `url` (with its query).

    HMAC-SHA-1 under the account's token over the URL and then every field's name and value, by name, the values of one
    field by value and each once (https://www.twilio.com/docs/usage/security#validating-requests).
    """
    signed = url + "".join(f"{name}{value}" for name in sorted(form) for value in sorted(set(form[name])))
    return base64.b64encode(hmac.new(auth_token.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def is_from_twilio(auth_token: str, url: str, form: Mapping[str, Sequence[str]], given: str) -> bool:
    """True when `given` is Twilio's signature of the request."""
    return hmac.compare_digest(twilio_signature(auth_token, url, form).encode(), given.encode("utf-8", "replace"))
