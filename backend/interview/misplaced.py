"""A number that was sent where something else was asked: it is named for what it is, and kept for its own question. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from backend.conversations.messages import Shown
from backend.interview.answering import Answers
from backend.interview.checks import CARD_LENGTHS, ID_LENGTH, MOBILE_LENGTH
from backend.interview.display import show_value
from backend.interview.draft import Draft
from backend.interview.facts import read_facts
from backend.locale.text import Joined

_ANY_WORD = re.compile(r"[\u3400-\u9fff]|[A-WYZa-wyz]{2,}")
#: The field that a kind of number belongs to.
FIELD_OF_KIND = {"id": "id_number", "card": "bank_card", "mobile": "mobile"}


def _by_length(digits: str) -> str | None:
    """What a number was meant to be that passes no check: with a slip in it, only its length tells."""
    if len(digits) == ID_LENGTH:
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
        if question is None or question.kind != "text":
            return None
        for number in read_facts(text, self.catalogue, self.answers.today).numbers:
            field = FIELD_OF_KIND.get(number.value.kind) or _by_length(number.value.digits)
            if field is not None and field != question.field:
                return self.script.say("misplaced_wrong", label=self.script.questions[field].label, asked=question.label)
        return None
