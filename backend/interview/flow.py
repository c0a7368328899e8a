"""Which question comes next, and what a change of one answer does to the others. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from backend.catalogue.entries import Catalogue
from backend.catalogue.rules import FIXED_ONCE_FILED, checklist, fields_needed, offers
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
    if draft.application is not None:
        return [*_corrected(draft, catalogue), REVIEW]
    needed = [*CONSENTS, *(field for field in fields_needed(catalogue, draft.answers) if field not in CONSENTS)]
    if len(str(draft.answers.get("discharge_month", ""))) == YEAR_ONLY:
        position = needed.index(EXACT_MONTH_BEFORE) if EXACT_MONTH_BEFORE in needed else len(needed)
        needed.insert(position, "discharge_month_exact")
    return [*needed, REVIEW]


def fixed_fields(draft: Draft) -> tuple[str, ...]:
    """What a filed application keeps here: its county always, its matters unless just these are being changed."""
    if draft.application is None:
        return ()
    return tuple(name for name in FIXED_ONCE_FILED if not (draft.changing and name == "matters"))


def _lacks_month(question: str, draft: Draft) -> bool:
    """The roster wants the month of the enlistment, too. # notice 附表"""
    return question == "enlist_month" and len(str(draft.answers[question])) == YEAR_ONLY


def _corrected(draft: Draft, catalogue: Catalogue) -> list[str]:
    """Of a filed application: what the county asked for, what that makes necessary, and what was changed besides."""
    fixed = (*CONSENTS, *fixed_fields(draft))
    needed = [field for field in fields_needed(catalogue, draft.answers) if field not in fixed]
    changed = {change.field for change in draft.history}
    return list(dict.fromkeys([*draft.to_correct, *(f for f in needed if f not in draft.answers or f in changed)]))


def put_back_fixed(before: Mapping[str, Any], draft: Draft) -> tuple[Draft, tuple[str, ...]]:
    """The draft with what a filed application keeps as it was, and which of it was to be changed."""
    fixed = fixed_fields(draft)
    changed = tuple(field for field in fixed if draft.answers.get(field) != before.get(field))
    if not changed:
        return draft, ()
    kept = {field: before[field] for field in changed if field in before}
    history = tuple(change for change in draft.history if change.field not in fixed)
    return replace(draft, answers={**draft.answers, **kept}, history=history), changed


def is_answered(question: str, draft: Draft) -> bool:
    """True when the question has an answer that is enough for the roster."""
    return question in draft.answers and not _lacks_month(question, draft)


def next_question(draft: Draft, catalogue: Catalogue) -> str:
    """The first question that has no answer yet; `review` when all have one."""
    for question in questions_needed(draft, catalogue):
        if question != REVIEW and not is_answered(question, draft):
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
        draft = replace(draft, answers={**draft.answers, "matters": kept})
    if "papers_lacking" in draft.answers and "matters" in before and draft.application is None:
        was = {line.material.number for line in checklist(catalogue, dict(before))}
        now = {line.material.number for line in checklist(catalogue, draft.answers)}
        if not now <= was:
            draft = draft.drop("papers_lacking")
        elif now != was:
            lacking = [number for number in draft.answers["papers_lacking"] if number in now]
            draft = replace(draft, answers={**draft.answers, "papers_lacking": lacking})
    return Settled(draft, dropped)


def fields_to_file(draft: Draft, catalogue: Catalogue) -> dict[str, Any]:
    """The answers that go into the application: what this person's matters call for, nothing left over from before."""
    needed = {*CONSENTS, *fields_needed(catalogue, draft.answers), "matters"}
    if draft.application is not None:
        needed -= set(fixed_fields(draft))
    return {field: value for field, value in draft.answers.items() if field in needed}
