"""One address for both, where booklet and card are both mailed: asked once, and each can be sent elsewhere. Pure."""

from __future__ import annotations

from dataclasses import replace

from backend.catalogue.rules import ADDRESS_PARTS
from backend.interview.draft import Draft

BOOKLET, CARD = "booklet", "card"


def both_mailed(draft: Draft) -> bool:
    """True when both come by post."""
    return all(draft.answers.get(f"{thing}_delivery") == "mail" for thing in (BOOKLET, CARD))


def asks_for_both(draft: Draft, name: str) -> bool:
    """True when the question `name` is about where both are sent: the card has no address of its own yet."""
    thing, _, part = name.partition("_")
    together = thing == BOOKLET and part in ADDRESS_PARTS and both_mailed(draft) and not draft.apart
    return together and f"{CARD}_{part}" not in draft.answers


def sent_together(draft: Draft) -> bool:
    """True when both go to one address."""
    address = draft.answers.get(f"{BOOKLET}_address")
    return both_mailed(draft) and address is not None and address == draft.answers.get(f"{CARD}_address")


def share(draft: Draft) -> tuple[Draft, bool]:
    """The draft with what one of the two has and the other lacks; and whether an address was taken over by it."""
    if not both_mailed(draft) or draft.apart:
        return draft, False
    answers = dict(draft.answers)
    for one, other in ((BOOKLET, CARD), (CARD, BOOKLET)):
        own = answers.get(f"{other}_address")
        if own is not None and own != answers.get(f"{one}_address"):
            # Sent elsewhere, and perhaps to somebody else.
            continue
        for part in ADDRESS_PARTS:
            if answers.get(f"{one}_{part}") is not None and f"{other}_{part}" not in answers:
                answers[f"{other}_{part}"] = answers[f"{one}_{part}"]
    taken = any(f"{thing}_address" in answers and f"{thing}_address" not in draft.answers for thing in (BOOKLET, CARD))
    return replace(draft, answers=answers), taken


def twin(name: str) -> str | None:
    """The same part of the other thing: card_address of booklet_address."""
    thing, _, part = name.partition("_")
    if part not in ADDRESS_PARTS or thing not in (BOOKLET, CARD):
        return None
    return f"{CARD if thing == BOOKLET else BOOKLET}_{part}"


def unshared(draft: Draft, name: str, value: object) -> Draft:
    """The draft without what the other thing took over of `name`, which held `value` and was taken back."""
    other = twin(name)
    return draft.drop(other) if other and both_mailed(draft) and draft.answers.get(other) == value else draft
