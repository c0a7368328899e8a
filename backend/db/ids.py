"""Opaque identifiers: a letter that says of what, and 128 random bits."""

from __future__ import annotations

import secrets


def new_id(kind: str) -> str:
    """`<kind>_` and 22 url-safe characters, for example `c_…` for a conversation."""
    return f"{kind}_{secrets.token_urlsafe(16)}"
