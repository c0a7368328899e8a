"""Opaque identifiers: a letter that says of what, and 128 random bits."""

from __future__ import annotations

import re
import secrets


def new_id(kind: str) -> str:
    """`<kind>_` and 22 url-safe characters, for example `c_…` for a conversation."""
    return f"{kind}_{secrets.token_urlsafe(16)}"


def is_id(text: str) -> bool:
    """True when `text` may be an identifier of ours: what else comes from outside need not be looked for."""
    return re.fullmatch(r"[A-Za-z0-9_-]{1,32}", text) is not None
