"""A number that was sent where something else was asked: it is named for what it is, and kept for its own question. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from backend.conversations.messages import Message, Shown
from backend.interview.answering import Answers
from backend.interview.checks import CARD_LENGTHS, CHECKS, ID_LENGTH, MOBILE_LENGTH
from backend.interview.display import read_back, show_value
from backend.interview.draft import Draft
from backend.interview.facts import read_facts
from backend.interview.flow import REVIEW, questions_needed
from backend.interview.outcome import Outcome
from backend.interview.reading.number_kinds import Number
from backend.locale.text import Joined

_ANY_WORD = re.compile(r"[\u3400-\u9fff]|[A-WYZa-wyz]{2,}")
#: With which a year of birth begins, in an identity number; a card of so many figures seldom has them there.
_CENTURIES = ("19", "20")
#: The field that a kind of number belongs to.
FIELD_OF_KIND = {"id": "id_number", "card": "bank_card", "mobile": "mobile"}


def field_of(number: Number) -> str | None:
    """The field that a number was meant for: by its kind, or, with a slip in it, by its length."""
    return FIELD_OF_KIND.get(number.kind) or _by_length(number.digits)


def _by_length(digits: str) -> str | None:
    """What a number was meant to be that passes no check: with a slip in it, only its length tells."""
    if len(digits) == ID_LENGTH and digits[6:8] in _CENTURIES:
        return "id_number"
    if len(digits) == MOBILE_LENGTH and digits.startswith("1"):
        return "mobile"
    return "bank_card" if CARD_LENGTHS[0] <= len(digits) <= CARD_LENGTHS[1] else None


class Misplaced:
    """Says what a number is that came at another question."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.script, self.catalogue = answers.script, answers.catalogue

    def kept(self, draft: Draft, fields: Sequence[str], text: str) -> Shown | None:
        """That the numbers were recognised and kept for later, where the pending question asks for words; else None."""
        if _ANY_WORD.search(text):
            # 手机号139… says itself what it is.
            return None
        question = self.script.questions.get(draft.pending or "")
        if question is None or question.kind != "text" or not fields or not set(fields) <= set(FIELD_OF_KIND.values()):
            return None
        labels = Joined([self.script.questions[name].label for name in fields])
        values = Joined([show_value(self.script, self.catalogue, name, draft.answers[name]) for name in fields])
        return self.script.say("misplaced", label=labels, value=values)

    def problem(self, draft: Draft, text: str) -> Shown | None:
        """That a number is no answer here, and that it is wrong in itself, too; None where none was sent."""
        question = self.script.questions.get(draft.pending or "")
        if question is not None and question.id == REVIEW:
            return self._unsaid(draft, text)
        if question is None or question.kind != "text":
            return None
        for number in read_facts(text, self.catalogue, self.answers.today).numbers:
            field = field_of(number.value)
            if field is not None and field != question.field:
                return self.script.say("misplaced_wrong", label=self.script.questions[field].label, asked=question.label)
        return None

    def beside(self, before: Draft, outcome: Outcome, text: str) -> Outcome:
        """The outcome, and what becomes of a number that came in the same breath as what was taken: none is passed over."""
        if not text or not outcome.say or outcome.draft.answers == before.answers:
            return outcome
        said = self._unsaid(outcome.draft, text)
        return replace(outcome, say=[Message(said), *outcome.say]) if said else outcome

    def _unsaid(self, draft: Draft, text: str) -> Shown | None:
        """What is wrong with a number that stands nowhere in the draft, and what stands there instead."""
        known = [str(value) for value in draft.answers.values()]
        for number in read_facts(text, self.catalogue, self.answers.today).numbers:
            digits, name = number.value.digits, field_of(number.value)
            if (
                name is None
                or name not in questions_needed(draft, self.catalogue)
                or any(re.search(rf"(?<!\d){digits}(?!\d)", each) for each in known)
            ):
                continue
            problem = CHECKS[name](digits, draft.answers, self.answers.today).problem
            if problem is None and name not in draft.answers:
                continue
            label = self.script.questions[name].label
            if name not in draft.answers:
                return problem
            value = show_value(self.script, self.catalogue, name, draft.answers[name])
            if problem is None:
                fact = read_back(self.script, self.catalogue, name, draft.answers[name])
                return self.script.say("stands", label=label, fact=fact)
            return Joined([problem, self.script.say("kept", label=label, value=value)], separator="\n")
        return None
