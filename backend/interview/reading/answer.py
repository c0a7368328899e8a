"""What the readers of single fields take and give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from backend.catalogue.entries import Catalogue
from backend.interview.checks import Checked
from backend.interview.reading.found import Found
from backend.interview.reading.lexicon import Lexicon, lexicon
from backend.interview.reading.selection import Selection
from backend.locale.text import Text


@dataclass(frozen=True)
class Reading:
    """The answer, or what is wrong with it, or neither: then the text does not answer the question.

    extra       other fields that the same words answered · span: the characters [start, end) that are used up
    candidates  codes to choose from where the words fit several (福州) · selection: how several things were chosen
    """

    value: Any = None
    problem: Text | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    span: tuple[int, int] | None = None
    candidates: tuple[str, ...] = ()
    selection: Selection | None = None

    @property
    def said(self) -> bool:
        """False when the text does not answer the question."""
        return self.value is not None or self.problem is not None


NOTHING = Reading()


@dataclass(frozen=True)
class Asked:
    """One question and what was written: `text` as typed, `plain` normalised, both of one length."""

    field: str
    text: str
    plain: str
    catalogue: Catalogue
    today: date
    answers: Mapping[str, Any]

    @property
    def words(self) -> Lexicon:
        """The catalogue's names."""
        return lexicon(self.catalogue)

    def all(self, value: Any) -> Reading:
        """The whole text is this answer."""
        return Reading(value, span=(0, len(self.text)))


def of(found: Found[Any] | None) -> Reading:
    """What was found is the answer; nothing found, no answer."""
    return Reading(found.value, span=(found.start, found.end)) if found else NOTHING


def of_check(checked: Checked, start: int, end: int) -> Reading:
    """A checked value, or its problem."""
    return Reading(checked.value, checked.problem, span=(start, end))
