"""Steering the interview (上一步, 跳过, 先停一下, 重新开始 …) and the sentences around a change. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from backend.catalogue.entries import Catalogue
from backend.catalogue.rules import offers
from backend.conversations.messages import Choice, Message, Shown
from backend.interview.asking import EXPLAINED, FIRST, Asker
from backend.interview.display import matters_held_up as held_up
from backend.interview.display import read_back, show_matters, show_papers, show_value
from backend.interview.draft import Draft
from backend.interview.flow import CONSENTS, REVIEW
from backend.interview.heard import Heard
from backend.interview.outcome import Outcome
from backend.interview.questions import FIELD_OF_QUESTION, Script
from backend.locale.text import Joined

if TYPE_CHECKING:
    from backend.interview.engine import Interview


class Steering:
    """What the veteran can say about the talk itself."""

    def __init__(self, script: Script, catalogue: Catalogue, asker: Asker) -> None:
        self.script = script
        self.catalogue = catalogue
        self.asker = asker

    def steer(self, interview: Interview, draft: Draft, heard: Heard) -> Outcome:
        """Do what the intent says."""
        pending = draft.pending or REVIEW
        if heard.intent == "go_back":
            return self._back(interview, draft)
        if heard.intent == "skip":
            return self._skip(interview, draft, pending)
        if heard.intent == "stop":
            return self._outcome(replace(draft, paused=True), Message(self.script.say("stopped")), act="stop")
        if heard.intent in ("start_over", "withdraw"):
            return self._confirm(draft, "start_over" if heard.intent == "start_over" else "cancel")
        if heard.intent == "unsure":
            return self._asked(draft, pending, wording=EXPLAINED)
        if heard.intent == "apply" and interview.answers.said_ahead(draft, heard.text):
            said = interview._ahead(draft, heard)
            if said is not None:
                return said
        before = self.script.say("resumed") if draft.paused else None
        return self._asked(draft, pending, before, wording=FIRST)

    def edit(self, draft: Draft, name: str | None) -> Outcome:
        """Open the question of a field again, showing what it holds."""
        if name is None or name not in self.script.questions or name in (*CONSENTS, REVIEW):
            return self.which(draft)
        field = FIELD_OF_QUESTION.get(name, name)
        label = self.script.questions[name].label
        if field in draft.answers:
            shown = show_value(self.script, self.catalogue, field, draft.answers[field])
            return self._asked(draft, name, self.script.say("edit", label=label, value=shown))
        return self._asked(draft, name, self.script.say("edit_empty", label=label))

    def which(self, draft: Draft) -> Outcome:
        """Ask which field is to be changed; the pending question stays."""
        return self._outcome(draft, Message(self.script.say("which_to_change")))

    def kept(self, draft: Draft, name: str) -> Shown | None:
        """That a failed correction left the old value, if there was one."""
        field = FIELD_OF_QUESTION.get(name, name)
        if field not in draft.answers or field not in self.script.questions:
            return None
        shown = show_value(self.script, self.catalogue, field, draft.answers[field])
        return self.script.say("kept", label=self.script.questions[field].label, value=shown)

    def read_back(self, draft: Draft, told: Sequence[str], sentence: str) -> Shown | None:
        """What was understood, said back: matters and papers in a sentence of their own."""
        parts: list[Shown] = []
        facts = [name for name in dict.fromkeys(told) if name not in ("matters", "papers_lacking") and name in draft.answers]
        if facts:
            shown = [read_back(self.script, self.catalogue, name, draft.answers[name]) for name in facts]
            parts.append(self.script.say(sentence, facts=Joined(shown, separator="，")))
        if "matters" in told and "matters" in draft.answers:
            parts.append(self._matters(draft))
        if "papers_lacking" in told and "papers_lacking" in draft.answers:
            parts.append(self._papers(draft))
        return Joined(parts, separator="\n") if parts else None

    def closed(self, draft: Draft, codes: Sequence[str]) -> list[Shown]:
        """Why matters that were chosen are closed to this person."""
        why = {offer.matter.code: offer.why for offer in offers(self.catalogue, draft.answers)}
        return [self.script.say("matter_closed", matter=self.catalogue.matters[code].short, why=why[code]) for code in codes]

    def _matters(self, draft: Draft) -> Shown:
        chosen = draft.answers["matters"]
        rest = [o.matter.code for o in offers(self.catalogue, draft.answers) if o.open and o.matter.code not in chosen]
        shown = show_matters(self.catalogue, chosen)
        if not rest:
            return self.script.say("matters_all", count=len(chosen), chosen=shown)
        return self.script.say("matters_some", count=len(chosen), chosen=shown, rest=show_matters(self.catalogue, rest))

    def _papers(self, draft: Draft) -> Shown:
        lacking = draft.answers["papers_lacking"]
        if not lacking:
            return self.script.say("papers_ready")
        waiting = held_up(self.catalogue, draft.answers, lacking)
        shown = show_papers(self.catalogue, lacking)
        if not waiting:
            return self.script.say("papers_missing_none", papers=shown)
        return self.script.say("papers_missing", papers=shown, matters=show_matters(self.catalogue, waiting))

    def _back(self, interview: Interview, draft: Draft) -> Outcome:
        earlier, name = draft.undo()
        if name is None or name in CONSENTS:
            return self._asked(draft, draft.pending or REVIEW, self.script.say("nothing_before"))
        label = self.script.questions[name].label
        return self._asked(earlier, name, self.script.say("stepped_back", label=label))

    def _skip(self, interview: Interview, draft: Draft, pending: str) -> Outcome:
        question = self.script.questions[pending]
        if pending == REVIEW or not question.optional:
            return self._asked(draft, pending, self.script.say("cannot_skip", label=question.label))
        return interview.go_on(draft.put(question.field, None), self.script.say("skipped", label=question.label))

    def _confirm(self, draft: Draft, what: str) -> Outcome:
        choices = [
            Choice(self.script.say(f"{what}_yes"), value="confirm=yes"),
            Choice(self.script.say(f"{what}_no"), value="confirm=no"),
        ]
        return self._outcome(replace(draft, confirming=what), Message(self.script.say(f"{what}_sure"), choices))

    def _asked(self, draft: Draft, name: str, *before: Shown | None, wording: str = FIRST) -> Outcome:
        asked = self.asker.ask(draft, name, *before, wording=wording)
        return self._outcome(asked.draft, asked.message)

    @staticmethod
    def _outcome(draft: Draft, *say: Message, act: str | None = None) -> Outcome:
        return Outcome(draft, say, act=act)
