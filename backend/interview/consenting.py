"""Consent: to the talk, and separately to sensitive data. Nothing else is kept before both are given. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from backend.conversations.messages import Message
from backend.interview.asking import AGAIN, EXPLAINED
from backend.interview.draft import Draft
from backend.interview.flow import CONSENTS, has_consented
from backend.interview.heard import QUESTIONS, Heard
from backend.interview.outcome import Outcome

if TYPE_CHECKING:
    from backend.interview.engine import Interview


class Consenting:
    """Asks for both consents and takes them, or the refusal, by its words or its buttons."""

    def __init__(self, interview: Interview) -> None:
        self.interview = interview
        self.script = interview.script

    def begin(self, draft: Draft, heard: Heard) -> Outcome:
        """The first words of all: the page has asked already, so they may consent or refuse."""
        if self.interview.answers.agrees(draft, "consent", heard.text) is not None:
            return self.said(replace(draft, pending="consent"), heard)
        return self.interview.ask(draft, "consent")

    def said(self, draft: Draft, heard: Heard) -> Outcome:
        """What was typed while a consent is missing."""
        pending = draft.pending if draft.pending in CONSENTS else "consent"
        # A consent is what the words say, never what a classifier makes of them.
        agrees = self.interview.answers.agrees(draft, pending, heard.text)
        if agrees:
            return self._agreed(draft, pending, heard)
        if agrees is False or heard.intent == "withdraw":
            return self._declined(draft)
        if heard.intent in ("unsure", "faq/privacy", "faq/consent"):
            return self.interview.ask(draft, pending, wording=EXPLAINED)
        if heard.intent in QUESTIONS:
            return replace(self.interview.ask(draft, pending, wording=AGAIN), side=heard.intent)
        if self.interview.listener.said_ahead(draft, heard.text):
            # It is understood, and taken once they have agreed.
            draft = replace(draft, misses=draft.misses + 1 if draft.pending == pending else 1)
            if draft.misses % 2 == 0:
                # Nobody reads the same lines twice in a row.
                asked = self.interview.ask(draft, pending, wording=AGAIN)
                return replace(asked, say=[replace(asked.say[-1], text=self.script.say("consent_first_again"))])
            return self.interview.ask(draft, pending, self.script.say("consent_first"), wording=AGAIN)
        return self.interview.missed(draft, pending)

    def pressed(self, draft: Draft, name: str, value: str, heard: Heard) -> Outcome:
        """A button under one of the two questions."""
        if value == "more":
            return self.interview.ask(draft, name, wording=EXPLAINED)
        if value != "no":
            return self._agreed(draft, name, heard)
        # Given up to here, it is only taken back with everything that was filled in: that is asked about first.
        return self.interview.steering.confirm(draft, "cancel") if has_consented(draft) else self._declined(draft)

    def _declined(self, draft: Draft) -> Outcome:
        return Outcome(draft, [Message(self.script.say("declined"))], act="decline")

    def _agreed(self, draft: Draft, pending: str, heard: Heard) -> Outcome:
        draft = replace(draft, answers={**draft.answers, pending: True})
        if not has_consented(draft):
            return self.interview.ask(draft, "consent_sensitive")
        # What was said before the consent was waiting for it, and is taken now; of two the later holds.
        before, told = dict(draft.answers), []
        for text in heard.earlier:
            for said in self.interview.listener.said_ahead(draft, text):
                if not said.problem:
                    draft = draft.put(said.field, said.value)
                    told.append(said.field)
        return self.interview.after_change(before, draft, told)
