"""Who answers in a conversation, and what may be done then: one table. Pure."""

from __future__ import annotations

from collections.abc import Mapping

BOT, QUEUE, STAFF = "bot", "queue", "staff"

#: owner → command → owner afterwards. `ask`, `leave` and `call_off` are the veteran's, `expire` is the clock's, all others staff's.
AFTER: Mapping[str, Mapping[str, str]] = {
    BOT: {"ask": QUEUE, "start": STAFF},
    QUEUE: {
        "ask": QUEUE,
        "leave": QUEUE,
        "call_off": BOT,
        "start": STAFF,
        "claim": STAFF,
        "note": QUEUE,
        "transfer": QUEUE,
        "close": BOT,
    },
    STAFF: {
        "call_off": BOT,
        "expire": QUEUE,
        "take": STAFF,
        "reply": STAFF,
        "note": STAFF,
        "transfer": STAFF,
        "give_back": BOT,
        "close": BOT,
    },
}
#: What a page can offer, in the order in which it does.
OF_STAFF = ("claim", "take", "reply", "note", "transfer", "give_back", "close")
#: Of what staff own, this is for who has it; a supervisor takes it first.
ONLY_WHO_HAS_IT = frozenset({"reply", "transfer", "give_back", "close"})


def allowed(owner: str, *, mine: bool, supervisor: bool) -> list[str]:
    """What a member of staff may do now; `mine`: they have it."""
    return [
        command
        for command in OF_STAFF
        if command in AFTER[owner]
        and (owner != STAFF or mine or command not in ONLY_WHO_HAS_IT)
        and (command != "take" or (supervisor and not mine))
    ]
