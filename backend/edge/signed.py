"""How the interface for other systems is described: beside each handler, with the forms of its bodies. Read by backend.reference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

#: name → what it holds. The form is that of Standard Webhooks, both ways.
SIGNATURE_HEADERS: Mapping[str, str] = {
    "webhook-id": "The event's id, at most 160 characters: the same again is the same event.",
    "webhook-timestamp": "Seconds since 1970, at most 5 minutes from our clock.",
    "webhook-signature": "`v1,` and the base64 HMAC-SHA-256 of `id.timestamp.body` under the secret; several with blanks between.",
}
REFUSALS: Mapping[int, str] = {
    400: "The query or the content does not fit; `message`, `allowed` or `fields` say why.",
    401: "No or a wrong signature, or too old.",
    404: "No such task for whoever signed.",
    409: "The event id was used with other content, or the state does not allow it.",
    422: "The body is not as described; `fields` says where.",
}


@dataclass(frozen=True)
class Described:
    """One operation of the interface. All are signed.

    bodies     the forms that the body may have; none: it is empty
    answers    status → form · refusals: statuses of REFUSALS · query: parameter → what it means
    """

    tag: str
    summary: str
    description: str
    bodies: tuple[type[BaseModel], ...] = ()
    answers: Mapping[int, type[BaseModel]] = field(default_factory=dict)
    refusals: tuple[int, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)


def described[Handler: Callable[..., Any]](how: Described) -> Callable[[Handler], Handler]:
    """Describe a handler. What is not described is not part of the interface."""

    def mark(handler: Handler) -> Handler:
        marked: Any = handler
        marked.described = how
        return handler

    return mark
