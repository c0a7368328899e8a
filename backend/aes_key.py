"""An EncodingAESKey as WeChat writes it. Pure: settings read it before anything else is there."""

from __future__ import annotations

import base64
import binascii

CHARACTERS = 43


def read_aes_key(given: str) -> bytes | None:
    """The 32 bytes that 43 characters of base64 stand for; None when they are none."""
    if len(given) != CHARACTERS:
        return None
    try:
        return base64.b64decode(f"{given}=", validate=True)
    except (binascii.Error, ValueError):
        return None
