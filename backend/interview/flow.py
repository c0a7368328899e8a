"""Which question comes next, and what a change of one answer does to the others. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backend.catalogue.entries import Catalogue
from backend.catalogue.rules import checklist, fields_needed, offers
from backend.interview.draft import Draft

CONSENTS = ("consent", "consent_sensitive")
REVIEW = "review"
YEAR_ONLY = len("2026")
#: Asked for the roster when the year was enough until then; stands where the roster asks for times.
EXACT_MONTH_BEFORE = "certificate_number"


def has_consented(draft: Draft) -> bool:
    """True when both consents were given: nothing else may be kept before."""
    return all(draft.answers.get(field) is True for field in CONSENTS)


def questions_needed(draft: Draft, catalogue: Catalogue) -> list[str]:
    """Every question that this person's answers call for so far, in order; ends with the review."""
    if draft.to_correct:
        return [*draft.to_correct, REVIEW]
    needed = [*CONSENTS, *(field for field in fields_needed(catalogue, draft.answers) if field not in CONSENTS)]
    if len(str(draft.answers.get("discharge_month", ""))) == YEAR_ONLY:
        position = needed.index(EXACT_MONTH_BEFORE) if EXACT_MONTH_BEFORE in needed else len(needed)
        needed.insert(position, "discharge_month_exact")
    return [*needed, REVIEW]


def next_question(draft: Draft, catalogue: Catalogue) -> str:
    """The first question that has no answer yet; `review` when all have one."""
    for question in questions_needed(draft, catalogue):
        if question not in draft.answers and question != REVIEW:
            return question
    return REVIEW


@dataclass(frozen=True)
class Settled:
    """A draft whose answers agree with each other again, and which matters had to go for it."""

    draft: Draft
    dropped_matters: tuple[str, ...]


def settle(before: Mapping[str, Any], draft: Draft, catalogue: Catalogue) -> Settled:
    """Take out what a changed answer made impossible: matters that are closed now, a list of papers that has changed."""
    chosen = draft.answers.get("matters")
    if not chosen:
        return Settled(draft, ())
    open_codes = {offer.matter.code for offer in offers(catalogue, draft.answers) if offer.open}
    kept = [code for code in chosen if code in open_codes]
    dropped = tuple(code for code in chosen if code not in open_codes)
    if dropped:
        draft = Draft(**{**draft.__dict__, "answers": {**draft.answers, "matters": kept}})
    if "papers_lacking" in draft.answers and "matters" in before and not draft.to_correct:
        was = {line.material.number for line in checklist(catalogue, dict(before))}
        now = {line.material.number for line in checklist(catalogue, draft.answers)}
        if not now <= was:
            draft = draft.drop("papers_lacking")
        elif now != was:
            lacking = [number for number in draft.answers["papers_lacking"] if number in now]
            draft = Draft(**{**draft.__dict__, "answers": {**draft.answers, "papers_lacking": lacking}})
    return Settled(draft, dropped)


def fields_to_file(draft: Draft, catalogue: Catalogue) -> dict[str, Any]:
    """The answers that go into the application: what this person's matters call for, nothing left over from before."""
    needed = {*CONSENTS, *fields_needed(catalogue, draft.answers), "matters"}
    return {field: value for field, value in draft.answers.items() if field in needed}
