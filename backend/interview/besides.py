"""What a sentence tells that hangs on the draft: where things are sent, whose number it is, which of two things is meant. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend.conversations.messages import Shown
from backend.interview.answering import THINGS, Answers, Span
from backend.interview.checks import check_address
from backend.interview.draft import Draft
from backend.interview.facts import Facts
from backend.interview.reading import situation
from backend.interview.reading.fields import read_field
from backend.interview.reading.normalise import normalise
from backend.interview.reading.parcels import read_parcels
from backend.interview.reading.people import read_parcel

_HOUSEHOLD_IN = re.compile(r"户[口籍](?:就|也|都|还)?(?:在|是|落在)")
_MEDICAL = re.compile(r"医保|医疗保险|medical")
#: What a parcel's line says of other fields is the recipient's.
_OF_PARCEL = ("name", "mobile", "county", "current_place", "enlist_place")


@dataclass(frozen=True)
class Said:
    """A field that a sentence told of itself, and where.

    named    the sentence calls the field by its name, or says what to add and take away: then it may replace an answer
    problem  why the value cannot be
    """

    field: str
    value: Any
    span: Span
    named: bool = False
    problem: Shown | None = None


class Besides:
    """Adds to what was read of a sentence what only the draft can tell."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers

    def of(self, draft: Draft, text: str, facts: Facts, told: list[Said]) -> list[Said]:
        """`told`, without what belongs to a parcel, and with what is told besides."""
        told = [*told, *self._own(draft, text, facts)]
        for thing, parts, span in self._parcels(draft, text):
            told = [said for said in told if not (said.field in _OF_PARCEL and overlap(said.span, span))]
            told += [
                Said(f"{thing}_{part}", value, span, thing in parts.get("named", ())) for part, value in parts["said"].items()
            ]
        return told

    def _own(self, draft: Draft, text: str, facts: Facts) -> list[Said]:
        plain, found = normalise(text), []
        whole = (0, len(text))
        if facts.id_number and facts.name is None:
            # A name beside an identity number is that person's.
            name = read_field("name", text, self.answers.catalogue, self.answers.today, draft.answers)
            if name.value and name.span != whole:
                found.append(Said("name", name.value, name.span or whole))
        household = _HOUSEHOLD_IN.search(plain)
        settled = draft.answers.get("county")
        if household and settled and facts.county and facts.county.start == household.end():
            found.append(Said("local_household", facts.county.value == settled, (household.start(), facts.county.end)))
        kind = situation.medical_kind(plain).value if _MEDICAL.search(plain) else None
        if kind is not None:
            found.append(Said("medical_kind", kind.value, (kind.start, kind.end)))
        return [*found, *self._survey(draft, text)]

    def _survey(self, draft: Draft, text: str) -> list[Said]:
        """想学电工，周末, said to any question of the survey, answers those of it that it answers. # notice 三(三)"""
        if not (draft.pending or "").startswith("survey_"):
            return []
        read = {
            name: read_field(name, text, self.answers.catalogue, self.answers.today, draft.answers)
            for name in ("survey_kind", "survey_field", "survey_way", "survey_length")
            if name in self.answers.catalogue.fields
        }
        return [Said(name, each.value, each.span or (0, len(text))) for name, each in read.items() if each.value]

    def _parcels(self, draft: Draft, text: str) -> list[tuple[str, Mapping[str, Any], Span]]:
        """(thing, what is said of it and which things were named, where)."""
        found: list[tuple[str, Mapping[str, Any], Span]] = []
        sent = read_parcels(text, draft.answers.get("home_address"))
        for named, parcel in sent.items():
            for thing in [named] if named else things_meant(draft, set()):
                if draft.answers.get(f"{thing}_delivery") != "collect" or re.search(r"寄|邮|快递|mail|post", text):
                    found.append((thing, {"said": parcel.value, "named": (named,)}, (parcel.start, parcel.end)))
        if sent:
            return found
        waiting = [
            thing
            for thing in THINGS
            if draft.answers.get(f"{thing}_delivery") == "mail" and f"{thing}_address" not in draft.answers
        ]
        line = read_parcel(text)
        if waiting and line.recipient and line.mobile and line.address and check_address(line.address).value:
            # An address with recipient and mobile is where something is to be sent, whatever was asked.
            parts = {"address": line.address, "recipient": line.recipient, "mobile": line.mobile}
            found = [(thing, {"said": parts}, (0, len(text))) for thing in waiting]
        return found


def things_meant(draft: Draft, named: set[str]) -> list[str]:
    """What 邮寄 of nothing named is about: what the sentence does not name beside it, what was just spoken of, or both."""
    if named:
        return [thing for thing in THINGS if thing not in named]
    for name in (draft.pending or "", draft.last_field() or ""):
        thing, _, part = name.partition("_")
        if thing in THINGS and part in ("delivery", "address", "recipient", "mobile"):
            return [thing]
    return list(THINGS)


def overlap(one: Span, other: Span | None) -> bool:
    """True when the two share any character."""
    return other is not None and one[0] < other[1] and other[0] < one[1]
