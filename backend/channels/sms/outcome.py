"""How one attempt to send a text went."""

from __future__ import annotations

from dataclasses import dataclass

#: The error of a text in free words at a provider that sends templates only.
NO_TEMPLATE = "no_template"


@dataclass(frozen=True)
class Sent:
    """An attempt that was made. `state`: sent, delivered, failed or unknown; `error` is the provider's code or a word."""

    provider_id: str | None
    state: str
    error: str | None = None


class NotSent(Exception):
    """Nothing left: the provider could not be reached, or asked to come later."""
