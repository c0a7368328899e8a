"""Under the review: submit, save, see it again; of a change of matters, leave it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from backend.conversations.messages import Message
from backend.interview.asking import ON
from backend.interview.display import review_card
from backend.interview.draft import Draft
from backend.interview.flow import REVIEW, fields_to_file, next_question
from backend.interview.heard import Heard
from backend.interview.outcome import Outcome

if TYPE_CHECKING:
    from backend.interview.engine import Interview


class Reviewing:
    """Takes what is said or pressed where everything is to be checked."""

    def __init__(self, interview: Interview) -> None:
        self.interview = interview
        self.script, self.answers = interview.script, interview.answers

    def said(self, draft: Draft, heard: Heard) -> Outcome | None:
        """The words under the review; None when they are about something else. To see it again is no yes."""
        value = self.answers.said_at_review(heard.text)
        if draft.changing and heard.intent == "deny":
            value = "save"
        if value in ("save", "show"):
            return self.chose(draft, value)
        submits = heard.intent == "affirm" or self.answers.submits(heard.text)
        return self.chose(draft, "submit") if submits else None

    def so_far(self, draft: Draft) -> Outcome:
        """What was filled in up to here, and the pending question after it."""
        asked = self.interview.ask(draft, draft.pending or REVIEW, wording=ON)
        card = review_card(self.script, self.interview.catalogue, draft)
        return replace(asked, say=[Message(self.script.say("so_far"), card=card), *asked.say])

    def chose(self, draft: Draft, value: str) -> Outcome:
        """`submit`, `save` or `show`, said or pressed."""
        if value == "show":
            return self.interview.ask(replace(draft, reviewed=False), REVIEW)
        if value != "submit":
            if draft.changing:
                return Outcome(draft, act="drop")
            return Outcome(replace(draft, paused=True), [Message(self.script.say("saved"))], act="stop")
        catalogue = self.interview.catalogue
        if next_question(draft, catalogue) != REVIEW or self.interview.eligible(draft).ok is False:
            return self.interview.go_on(draft)
        act = "change" if draft.changing else "correct" if draft.application is not None else "file"
        return Outcome(draft, act=act, filed=fields_to_file(draft, catalogue))
