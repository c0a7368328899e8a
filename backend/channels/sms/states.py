"""How the state of an outgoing text may change: forward only. Pure."""

from __future__ import annotations

QUEUED, SENDING, UNKNOWN, SENT, DELIVERED, FAILED, RECEIVED = (
    "queued",
    "sending",
    "unknown",
    "sent",
    "delivered",
    "failed",
    "received",
)
#: A receipt that comes late or twice must not undo what a later one said; delivered and failed are final.
RANK = {QUEUED: 0, SENDING: 1, UNKNOWN: 2, SENT: 3, DELIVERED: 4, FAILED: 4}
#: Twilio's message statuses (its Messages API) as ours; those not named here change nothing.
FROM_TWILIO = {"sent": SENT, "delivered": DELIVERED, "read": DELIVERED, "undelivered": FAILED, "failed": FAILED}


def forward(present: str, reported: str) -> str:
    """The state after a report: the reported one if it lies ahead, else the present one."""
    return reported if RANK[reported] > RANK[present] else present
