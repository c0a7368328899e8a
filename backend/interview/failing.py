"""What is said when an answer was not understood or not valid: what is wrong, then why it is asked, then a person. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from backend.conversations.messages import Choice, Message, Shown
from backend.interview.answering import Reading
from backend.interview.asking import AGAIN, EXPLAINED, HOW, ON, WHY, lines
from backend.interview.draft import Draft
from backend.interview.flow import REVIEW
from backend.interview.outcome import Outcome

if TYPE_CHECKING:
    from backend.interview.engine import Interview

#: Failures in a row after which the question is explained with an example, and after which a person is offered.
EXAMPLE_AFTER, PERSON_AFTER = 2, 3


class Failing:
    """Counts the failures of the pending question, whatever failed, and never leaves anybody alone with it."""

    def __init__(self, interview: Interview) -> None:
        self.interview = interview
        self.script, self.asker = interview.script, interview.asker

    def missed(self, draft: Draft, name: str, problem: Shown | None = None) -> Outcome:
        """No valid answer to the question `name`; `problem` says what is wrong where that is known."""
        draft = self._counted(draft, name)
        # From the fourth on it begins anew, so that nobody reads the same lines twice in a row.
        turn = (draft.misses - 1) % PERSON_AFTER + 1
        if turn >= PERSON_AFTER:
            return self.offer_person(draft, problem or self.script.say("not_understood"))
        if turn >= EXAMPLE_AFTER:
            return self.interview.ask(draft, name, problem or self.script.say("not_understood"), wording=EXPLAINED)
        if problem is None:
            return self.interview.ask(draft, name, wording=AGAIN)
        choices, several = self.asker.choices(draft, self.script.questions[name])
        return Outcome(draft, [Message(problem, choices, several=several)])

    def explained(self, draft: Draft) -> Outcome:
        """The answer is not known (不知道): why it is asked; then where to find it; then how to go on without it."""
        name = draft.pending or REVIEW
        draft = self._counted(draft, name)
        if draft.misses < PERSON_AFTER:
            return self.interview.ask(draft, name, wording=WHY if draft.misses == 1 else HOW)
        question = self.script.questions[name]
        own, several = self.asker.choices(draft, question)
        shown = [] if several else list(own)
        without = "unknown_skip" if question.optional else "unknown_later"
        return Outcome(draft, [Message(self.script.say(without, label=question.label), [*shown, self.person()])])

    def off_topic(self, draft: Draft) -> Outcome:
        """What is none of our business is said to be so, twice; then a person is offered."""
        name = draft.pending or REVIEW
        draft = self._counted(draft, name)
        if draft.misses >= PERSON_AFTER:
            return self.offer_person(draft, self.script.say("not_understood"))
        return replace(self.interview.ask(draft, name, wording=ON), side="out_of_scope")

    def not_changed(self, draft: Draft, problem: Shown) -> Outcome:
        """A correction failed; the pending question stays."""
        draft = self._counted(draft, draft.pending or REVIEW)
        if draft.misses >= PERSON_AFTER:
            return self.offer_person(draft, problem)
        return self.interview.ask(draft, draft.pending or REVIEW, problem, wording=AGAIN)

    def which_of(self, draft: Draft, name: str, reading: Reading) -> Outcome:
        """The words fit several, which are shown to be picked from."""
        draft = self._counted(draft, name)
        question = reading.problem or self.script.say("county_ambiguous")
        if draft.misses > PERSON_AFTER:
            return self.offer_person(draft, question, reading.choices)
        return Outcome(draft, [Message(question, reading.choices)])

    def offer_person(self, draft: Draft, problem: Shown | None = None, choices: Sequence[Choice] = ()) -> Outcome:
        """An example once more, and a person to do it with."""
        question = self.script.questions[draft.pending or REVIEW]
        own, several = self.asker.choices(draft, question)
        shown = list(choices or ([] if several else own)) or [Choice(self.script.say("try_again"), intent="repeat")]
        example = self.script.say("example", example=question.example)
        return Outcome(draft, [Message(lines(problem, example, self.script.say("offer_person")), [*shown, self.person()])])

    def person(self) -> Choice:
        """The button that asks for a person."""
        return Choice(self.script.say("person"), intent="handoff")

    @staticmethod
    def _counted(draft: Draft, name: str) -> Draft:
        return replace(draft, pending=name, misses=draft.misses + 1 if draft.pending == name else 1)
