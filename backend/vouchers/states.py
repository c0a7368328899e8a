"""What becomes of a voucher, as one table; which application takes one, and which may still be deleted. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from backend.errors import Conflict

UPLOADED = "uploaded"
ACCEPTED = "accepted"
REFUSED = "refused"
STATES = (UPLOADED, ACCEPTED, REFUSED)

#: command → from which state → to which.
TABLE: Mapping[str, Mapping[str, str]] = {
    "accept": {UPLOADED: ACCEPTED, ACCEPTED: ACCEPTED},
    # An accepted one too: the original may turn out to be something else.
    "refuse": {UPLOADED: REFUSED, ACCEPTED: REFUSED},
    # Another county has to look for itself.
    "look_again": {UPLOADED: UPLOADED, ACCEPTED: UPLOADED},
}

#: While its application is in one of these, staff may add a picture: pre-review is still to come. # notice 三(二)
STAFF_MAY_ADD = ("submitted", "correction_requested")
#: The one state in which the veteran is asked for something.
VETERAN_IS_ASKED = "correction_requested"


def before(command: str) -> tuple[str, ...]:
    """The states that `command` may be given in."""
    return tuple(TABLE[command])


def after(state: str, command: str) -> str:
    """The state that `command` leads to. Raises Conflict, which lists what is allowed."""
    if state not in TABLE[command]:
        allowed = [name for name, ways in TABLE.items() if state in ways]
        can = "、".join(allowed) or "（无）"
        raise Conflict(
            f"这份电子凭证现在是“{state}”，不能 {command}。可以：{can}。", code="not_allowed", state=state, allowed=allowed
        )
    return TABLE[command][state]


def may_delete(state: str, *, filed: bool, answers_correction: bool) -> bool:
    """What was accepted is part of the case; so is what the county asked for, and what it gave back with a reason."""
    return state == UPLOADED and not answers_correction if filed else state != ACCEPTED
