"""The way of an application (notice 三), as one table. Pure.

A draft is no application yet: it lives in the dialogue. Everything that is not in the table is refused.
"""

from __future__ import annotations

from collections.abc import Mapping

from backend.errors import Conflict
from backend.locale.text import T

SUBMITTED = "submitted"
CORRECTION_REQUESTED = "correction_requested"
ACCEPTED = "accepted"
REJECTED = "rejected"
RECEIVING = "receiving"
IN_PROGRESS = "in_progress"
COMPLETED = "completed"
WITHDRAWN = "withdrawn"

STATES = (SUBMITTED, CORRECTION_REQUESTED, ACCEPTED, REJECTED, RECEIVING, IN_PROGRESS, COMPLETED, WITHDRAWN)

#: Before the first submission there is nothing.
NOTHING = None

#: command → from which state → to which. Each line is a sentence of notice 三(一), 三(二) or 四(一).
TABLE: Mapping[str, Mapping[str | None, str]] = {
    "submit": {NOTHING: SUBMITTED},
    "record_archive": {SUBMITTED: SUBMITTED, CORRECTION_REQUESTED: CORRECTION_REQUESTED},
    "request_correction": {SUBMITTED: CORRECTION_REQUESTED},
    # After check-in a department may need another value (a card that can be paid to): the case goes on meanwhile. # notice 三(四)
    "ask_again": {IN_PROGRESS: IN_PROGRESS},
    "correct": {CORRECTION_REQUESTED: SUBMITTED, IN_PROGRESS: IN_PROGRESS},
    "accept": {SUBMITTED: ACCEPTED},
    "reject": {SUBMITTED: REJECTED},
    "receive_originals": {ACCEPTED: RECEIVING},
    "differ": {RECEIVING: CORRECTION_REQUESTED},  # the originals are not what the copies showed
    "check_in": {RECEIVING: IN_PROGRESS},
    "change_matters": {
        SUBMITTED: SUBMITTED,
        CORRECTION_REQUESTED: CORRECTION_REQUESTED,
        ACCEPTED: ACCEPTED,
        RECEIVING: RECEIVING,
    },
    # The new county has to have the archive and to review for itself.
    "transfer": {
        SUBMITTED: SUBMITTED,
        CORRECTION_REQUESTED: CORRECTION_REQUESTED,
        ACCEPTED: SUBMITTED,
        RECEIVING: SUBMITTED,
    },
    # A lost or new mobile, after proof at the window.
    "change_mobile": {state: state for state in (SUBMITTED, CORRECTION_REQUESTED, ACCEPTED, RECEIVING, IN_PROGRESS)},
    "withdraw": {
        SUBMITTED: WITHDRAWN,
        CORRECTION_REQUESTED: WITHDRAWN,
        ACCEPTED: WITHDRAWN,
        RECEIVING: WITHDRAWN,
    },
    "bring_papers": {IN_PROGRESS: IN_PROGRESS},
    "complete": {IN_PROGRESS: COMPLETED},
}

COMMANDS = tuple(TABLE)

#: Whoever was rejected or withdrew may apply again in the same year; everyone else has their one application.
MAY_APPLY_AGAIN = (REJECTED, WITHDRAWN)
#: Nothing happens to these any more.
ENDED = (REJECTED, COMPLETED, WITHDRAWN)


def allowed(state: str | None) -> list[str]:
    """The commands that `state` allows, in the table's order."""
    return [command for command, ways in TABLE.items() if state in ways]


def after(state: str | None, command: str) -> str:
    """The state that `command` leads to. Raises Conflict, which lists what is allowed, when the table has no such way."""
    ways = TABLE[command]
    if state not in ways:
        names = allowed(state)
        can = "、".join(names) or "（无）"
        raise Conflict(
            T("申请现在是“{state}”，不能 {command}。可以：{can}。", state=state, command=command, can=can),
            code="not_allowed",
            state=state,
            allowed=names,
        )
    return ways[state]
