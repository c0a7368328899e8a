"""Who is told what of a limit, and whether it was kept (notice 四). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from backend.time_limits.rules import FOUR_FIFTHS, HALF, OVERDUE

PUSH_FAILING, STUCK = "push_failing", "stuck"
#: Who is told. A push that fails and a limit that is over concern those who look after the case. # our reading
TOLD: Mapping[str, tuple[str, ...]] = {
    HALF: ("officer",),
    FOUR_FIFTHS: ("officer",),
    OVERDUE: ("window", "county_supervisor"),
    PUSH_FAILING: ("window", "county_supervisor"),
    STUCK: ("county_supervisor",),
}
KINDS = tuple(TOLD)
#: What a member of staff reads with each of their roles.
READS: Mapping[str, str] = {
    "officer": "officer",
    "window": "window",
    "reviewer": "window",
    "county_supervisor": "county_supervisor",
    "provincial_supervisor": "county_supervisor",
}

ON_TIME, LATE, EXEMPTED, RUNNING, NO_LIMIT = "on_time", "late", "exempted", "running", "no_limit"


def reached(moments: Sequence[tuple[str, datetime]], moment: datetime) -> str | None:
    """The latest stage of a limit that has been passed; a limit's end itself is still in time."""
    return next((kind for kind, at in reversed(moments) if at < moment), None)


def next_after(moments: Sequence[tuple[str, datetime]], moment: datetime) -> datetime | None:
    """When the next stage is reached; None after the end."""
    return next((at for _, at in moments if at >= moment), None)


def timeliness(due_at: datetime | None, done_at: datetime | None, exempted: bool, moment: datetime) -> str:
    """Whether a limit was kept: by the signed time of the result, or by now while there is none. # notice 四, our reading"""
    if due_at is None:
        return NO_LIMIT
    if (done_at or moment) <= due_at:
        return ON_TIME if done_at else RUNNING
    return EXEMPTED if exempted else LATE
