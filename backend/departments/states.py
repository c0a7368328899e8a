"""The way of a task, one matter at one department (notice 四), and of what it produces (notice 五), as tables. Pure.

What a department reports may arrive late, twice or in the wrong order: a terminal state is never undone, and whatever is
not in the table is left unapplied, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping

WAITING_PAPERS = "waiting_papers"
DISPATCHED = "dispatched"
RECEIVED = "received"
WAITING_FUNDS = "waiting_funds"
WAITING_APPROVAL = "waiting_approval"
WAITING_VETERAN = "waiting_veteran"
DONE = "done"
MOVED_OFFLINE = "moved_offline"
DECLINED = "declined"
RETURNED = "returned"

TERMINAL = (DONE, MOVED_OFFLINE, DECLINED)
STATES = (
    WAITING_PAPERS,
    DISPATCHED,
    RECEIVED,
    WAITING_FUNDS,
    WAITING_APPROVAL,
    WAITING_VETERAN,
    *TERMINAL,
    RETURNED,
)

#: With the department: it may report anything. `dispatched` is among them, for a result may overtake the push's own answer.
AT_DEPARTMENT = (DISPATCHED, RECEIVED, WAITING_FUNDS, WAITING_APPROVAL, WAITING_VETERAN)
#: The clock stands while the veteran has to do something, and runs from the start again afterwards.
CLOCK_STANDS = (WAITING_PAPERS, WAITING_VETERAN, RETURNED)

FUNDS_VERIFIED, APPROVED = "funds_verified", "approved"


def _to(state: str) -> dict[str, str]:
    return dict.fromkeys(AT_DEPARTMENT, state)


#: event → from which state → to which. The first three are the house's own, the others a department's.
TABLE: Mapping[str, Mapping[str, str]] = {
    "dispatch": {WAITING_PAPERS: DISPATCHED, RETURNED: DISPATCHED},
    "taken": {DISPATCHED: RECEIVED},  # the push was accepted, or the task lay in the inbox
    "supplied": {WAITING_VETERAN: RECEIVED},  # what the veteran was asked for has come
    # Acknowledging moves nothing but what waited for the veteran. # notice 四(八)
    "received": {
        DISPATCHED: RECEIVED,
        RECEIVED: RECEIVED,
        WAITING_FUNDS: WAITING_FUNDS,
        WAITING_APPROVAL: WAITING_APPROVAL,
        WAITING_VETERAN: RECEIVED,
    },
    "waiting_funds": _to(WAITING_FUNDS),
    "waiting_approval": _to(WAITING_APPROVAL),
    "waiting_veteran": _to(WAITING_VETERAN),
    "paper_needed": _to(WAITING_VETERAN),
    # Money or an approval may come while the veteran is waited for; that it came is kept with the clock. # notice 四(八)
    FUNDS_VERIFIED: {**_to(RECEIVED), WAITING_VETERAN: WAITING_VETERAN},
    APPROVED: {**_to(RECEIVED), WAITING_VETERAN: WAITING_VETERAN},
    "done": _to(DONE),
    "moved_offline": _to(MOVED_OFFLINE),
    "declined": _to(DECLINED),
    "returned": _to(RETURNED),
    # Speaks of the copy of 《入党志愿书》 alone, whatever else the transfer waits for. # notice 三(十)
    "form_delivered": {**{state: state for state in AT_DEPARTMENT}, DONE: DONE},
    # These speak of the booklet or the card, which has a record of its own: the task stays as it is.
    "ready": {**{state: state for state in AT_DEPARTMENT}, DONE: DONE},
    "mailed": {**{state: state for state in AT_DEPARTMENT}, DONE: DONE},
    "collected": {**{state: state for state in AT_DEPARTMENT}, DONE: DONE},
    "delivered": {**{state: state for state in AT_DEPARTMENT}, DONE: DONE},
    "came_back": {**{state: state for state in AT_DEPARTMENT}, DONE: DONE},
}

EVENTS = tuple(TABLE)
FORM_DELIVERED = "form_delivered"
ABOUT_DELIVERY = ("ready", "mailed", "collected", "delivered", "came_back")


def allowed(state: str) -> list[str]:
    """The events that `state` takes, in the table's order."""
    return [event for event, ways in TABLE.items() if state in ways]


def after(state: str, event: str) -> str | None:
    """The state that `event` leads to; None when `state` does not take it."""
    return TABLE[event].get(state)


TO_PREPARE, TO_COLLECT, COLLECTED, MAILED, DELIVERED, CAME_BACK = (
    "to_prepare",
    "to_collect",
    "collected",
    "mailed",
    "delivered",
    "came_back",
)
DELIVERY_STATES = (TO_PREPARE, TO_COLLECT, COLLECTED, MAILED, DELIVERED, CAME_BACK)
DELIVERY_CLOSED = (COLLECTED, DELIVERED)

#: What may happen to the booklet or the card. Ready to be posted is still to prepare until the post has it. # notice 五
DELIVERY_TABLE: Mapping[str, Mapping[str, str]] = {
    "ready": {TO_PREPARE: TO_COLLECT, TO_COLLECT: TO_COLLECT, CAME_BACK: TO_COLLECT},
    "mailed": {TO_PREPARE: MAILED, TO_COLLECT: MAILED, CAME_BACK: MAILED},
    "collected": {TO_PREPARE: COLLECTED, TO_COLLECT: COLLECTED, CAME_BACK: COLLECTED},
    "delivered": {TO_PREPARE: DELIVERED, MAILED: DELIVERED},
    "came_back": {MAILED: CAME_BACK},
}


def delivery_after(state: str, event: str) -> str | None:
    """The state of a delivery after `event`; None when it does not take it."""
    return DELIVERY_TABLE[event].get(state)


#: What the house itself notes of a task; a department reports the others.
OF_THE_HOUSE = ("dispatch", "taken", "supplied")


def reportable(state: str, delivery: str | None) -> list[str]:
    """What a department may report of a task in `state`, whose booklet or card is in `delivery` (None: it makes none).

    Only what changes something: receiving what was received is not among them.
    """
    found = []
    for event in allowed(state):
        if event in OF_THE_HOUSE or (event == "received" and after(state, event) == state):
            continue
        if event in ABOUT_DELIVERY and (delivery is None or delivery_after(delivery, event) in (None, delivery)):
            continue
        found.append(event)
    return found
