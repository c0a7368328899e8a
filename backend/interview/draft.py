"""What the interview knows of one person so far. Pure data; kept encrypted by the dialogue room."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

#: Steps back that are remembered.
HISTORY_LENGTH = 60


@dataclass(frozen=True)
class Change:
    """One answer that was given: the field, and what it was before (`had` says whether there was anything)."""

    field: str
    had: bool
    old: Any = None


@dataclass(frozen=True)
class Draft:
    """Answers by field (see the catalogue's fields), and where the talk stands.

    pending       the question that was asked last, None before the first
    misses        how often in a row its answer was not understood or not valid
    history       given answers, latest last, for 上一步 and for “刚才那个不对”
    confirming    a yes-or-no of ours that waits: start_over, cancel
    shown_step    the step whose number was told last, so that it is told once
    to_correct    fields that the county asked to have corrected, with its reasons; may be empty where it asked for papers
    application   number of the application that is being corrected · filed_on: the day it was filed, YYYY-MM-DD
    catalogue_edition  of the application; empty while none is filed: the rules of the day
    changing      matters of the filed application are added or dropped, by the veteran
    which         it was asked which field is to be changed
    both          the pending question asks where both booklet and card are to be sent
    apart         booklet and card were said to go to two places: neither's address is taken over
    reviewed      the review was shown in full · unseen: changes since
    shown         values of the choices under the latest message, in order, so that a typed number can pick one
    """

    answers: dict[str, Any] = field(default_factory=dict)
    pending: str | None = None
    misses: int = 0
    history: tuple[Change, ...] = ()
    confirming: str | None = None
    shown_step: str | None = None
    paused: bool = False
    to_correct: dict[str, str] = field(default_factory=dict)
    application: str | None = None
    filed_on: str | None = None
    catalogue_edition: str = ""
    changing: bool = False
    which: bool = False
    both: bool = False
    apart: bool = False
    reviewed: bool = False
    unseen: int = 0
    shown: tuple[str, ...] = ()

    def put(self, name: str, value: Any) -> Draft:
        """The draft with that answer, and the old one remembered."""
        change = Change(name, name in self.answers, self.answers.get(name))
        return replace(self, answers={**self.answers, name: value}, history=(*self.history, change)[-HISTORY_LENGTH:])

    def drop(self, *names: str) -> Draft:
        """The draft without those answers; nothing is remembered of them."""
        return replace(self, answers={name: value for name, value in self.answers.items() if name not in names})

    def undo(self) -> tuple[Draft, str | None]:
        """The draft before the latest answer, and the field that was answered; None when there is none."""
        if not self.history:
            return self, None
        *rest, last = self.history
        answers = {name: value for name, value in self.answers.items() if name != last.field}
        if last.had:
            answers[last.field] = last.old
        return replace(self, answers=answers, history=tuple(rest)), last.field

    def last_field(self) -> str | None:
        """The field that was answered last."""
        return self.history[-1].field if self.history else None

    def to_json(self) -> dict[str, Any]:
        """As JSON, to be read back by `from_json`."""
        return asdict(self)

    @staticmethod
    def from_json(data: dict[str, Any]) -> Draft:
        """The draft that `to_json` wrote."""
        history = tuple(Change(**change) for change in data.get("history", ()))
        return Draft(**{**data, "history": history, "shown": tuple(data.get("shown", ()))})
