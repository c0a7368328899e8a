"""What staff see of a delivery: where it goes and how each attempt went, never what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from backend.clock import local
from backend.outbox.model import OutboxAttempt, OutboxRow


def shown(row: OutboxRow, attempts: Sequence[OutboxAttempt]) -> dict[str, Any]:
    """A delivery and its attempts, in order."""
    return {
        "id": row.id,
        "topic": row.topic,
        "key": row.key,
        "county": row.county,
        "state": row.state,
        "created_at": local(row.created_at).isoformat(timespec="seconds"),
        "retried_at": local(row.retried_at).isoformat(timespec="seconds") if row.retried_at else None,
        "retried_by": row.retried_by,
        "attempts": [{"at": local(each.at).isoformat(timespec="seconds"), "error": each.error} for each in attempts],
    }
