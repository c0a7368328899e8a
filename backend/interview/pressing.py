"""Presses, and numbers typed in their place. A press may be of an old message: what it says is checked against the draft. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from backend.conversations.messages import Message
from backend.interview.asking import AGAIN
from backend.interview.draft import Draft
from backend.interview.flow import CONSENTS, REVIEW, has_consented
from backend.interview.heard import Heard
from backend.interview.outcome import Outcome

if TYPE_CHECKING:
    from backend.interview.engine import Interview


class Pressing:
    """Takes what was picked from choices that were shown."""

    def __init__(self, interview: Interview) -> None:
        self.interview = interview
        self.script, self.asker, self.answers = interview.script, interview.asker, interview.answers

    def pressed(self, draft: Draft, heard: Heard) -> Outcome:
        """One press, or several of one list: `field=value` each."""
        name = heard.values[0].partition("=")[0]
        values = [value.partition("=")[2] for value in heard.values]
        if name == "confirm":
            return self.interview.steering.confirmed(self.interview, draft, heard, values[0] == "yes")
        if name in CONSENTS:
            return self.interview.consenting.pressed(draft, name, values[0], heard)
        if not has_consented(draft):
            return self.interview.ask(draft, "consent", wording=AGAIN)
        draft = replace(draft, confirming=None)
        if name == "edit":
            return self.interview.steering.edit(draft, values[0])
        if name == REVIEW:
            return self.interview.reviewing.chose(draft, values[0])
        if name == "county" and values[0].startswith("city:"):
            city = values[0].removeprefix("city:")
            question = self.script.say("county_city", city=self.asker.city_label(city))
            return Outcome(replace(draft, pending="county"), [Message(question, self.asker.counties_of(city))])
        if name not in self.script.questions:
            return self.interview.go_on(draft)
        return self.interview.take(draft, name, self.answers.from_press(draft, name, values), echo=False)

    def picked(self, draft: Draft, heard: Heard) -> Outcome | None:
        """A number that picks one of the choices under the question; lists of several have numbers of their own."""
        question = self.script.questions.get(draft.pending or "")
        if question is None or question.kind == "several":
            return None
        shown = draft.shown or [choice.value for choice in self.asker.choices(draft, question)[0]]
        value = self.answers.picked(shown, heard.text)
        if value is None or value.partition("=")[0] != question.id:
            return None
        if question.id == REVIEW or value.startswith("county=city:"):
            return self.pressed(draft, replace(heard, values=(value,)))
        reading = self.answers.from_press(draft, question.id, [value.partition("=")[2]])
        # Nobody saw which one the number was, so it is said back.
        return self.interview.take(draft, question.id, replace(reading, notable=True), echo=True)
