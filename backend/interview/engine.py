"""One turn of the interview: what was heard changes the draft and is answered. Pure; the same for chat and window.

The order in which a turn is read: a press; distress; a yes or no that we are waiting for; steering (上一步, 先停一下 …);
a correction; a question about the service; the answer to the pending question; what was said ahead; else not understood.
A piece of text is used once: what answered the pending question fills no other field, and the other way round. What has an
answer is only changed by a correction, by its name, or by an answer to its own question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from backend.catalogue.entries import Catalogue
from backend.catalogue.rules import Verdict, eligibility
from backend.conversations.messages import Message, Shown
from backend.interview.ahead import Listener
from backend.interview.answering import Answers, Reading
from backend.interview.asking import FIRST, ON, Asked, Asker, lines
from backend.interview.consenting import Consenting
from backend.interview.draft import Draft
from backend.interview.failing import Failing
from backend.interview.flow import REVIEW, has_consented, next_question, put_back_fixed, settle
from backend.interview.heard import QUESTIONS, STEERING, Heard, asks_where_to, asks_whether_all, leaves_it, sounds_like_question
from backend.interview.misplaced import Misplaced
from backend.interview.outcome import Outcome
from backend.interview.pressing import Pressing
from backend.interview.questions import Script
from backend.interview.reading.parcels import sends_apart
from backend.interview.reviewing import Reviewing
from backend.interview.sharing import sent_together, share, twin
from backend.interview.steering import Steering

#: From this confidence on, an intent outweighs reading the words as the answer to a question in free words.
SURE = 0.75
PLACES = ("county", "enlist_place", "current_place")


class Interview:
    """The interview over one script and one catalogue, as of one day."""

    def __init__(self, script: Script, catalogue: Catalogue, today: date) -> None:
        self.script = script
        self.catalogue = catalogue
        self.today = today
        self.asker = Asker(script, catalogue)
        self.answers = Answers(script, catalogue, today)
        self.listener = Listener(self.answers)
        self.steering = Steering(script, catalogue, self.asker)
        self.consenting = Consenting(self)
        self.failing = Failing(self)
        self.pressing = Pressing(self)
        self.reviewing = Reviewing(self)
        self.misplaced = Misplaced(self.answers)

    def turn(self, draft: Draft, heard: Heard) -> Outcome:
        """Take what was heard. The draft of the outcome replaces the one given, whatever came of it."""
        outcome = self.misplaced.beside(draft, self._turn(draft, heard), heard.text)
        if not outcome.say:
            return outcome
        shown = tuple(choice.value for choice in outcome.say[-1].choices)
        return replace(outcome, draft=replace(outcome.draft, shown=shown))

    def _turn(self, draft: Draft, heard: Heard) -> Outcome:
        if heard.intent == "distress":
            return Outcome(draft, side="distress")
        if heard.values:
            return self.pressing.pressed(draft, heard)
        if draft.pending is None:
            return self._begin(draft, heard)
        if draft.confirming:
            return self.steering.confirmed(self, draft, heard)
        if not has_consented(draft):
            return self.consenting.said(draft, heard)
        if sends_apart(heard.text):
            draft = replace(draft, apart=True)
        if draft.which:
            draft = replace(draft, which=False)
            named = self.listener.field_named(draft, heard.text)
            if named is not None:
                return self.steering.edit(draft, named)
        return self.read(draft, heard) or self._unanswered(draft, heard)

    def read(self, draft: Draft, heard: Heard) -> Outcome | None:
        """What the words come to, in the order of this module's docstring; None when nothing understands them."""
        readers = (self.pressing.picked, self._steer, self._corrected, self._asked, self._answered, self.ahead)
        return next((outcome for reader in readers if (outcome := reader(draft, heard)) is not None), None)

    def _unanswered(self, draft: Draft, heard: Heard) -> Outcome:
        """Nothing was understood. A question that is none of the known ones is most likely about what was asked."""
        misplaced = self.misplaced.problem(draft, heard.text)
        if misplaced is not None:
            return self.missed(draft, None, misplaced)
        return self.failing.explained(draft) if sounds_like_question(heard.text) else self.missed(draft)

    def _begin(self, draft: Draft, heard: Heard) -> Outcome:
        if not has_consented(draft):
            return self.consenting.begin(draft, heard)
        draft = replace(draft, pending=next_question(draft, self.catalogue))
        correction = self.listener.correction(draft, heard)
        told = self._corrected(draft, heard) if correction and correction.values else self.ahead(draft, heard)
        return told or self.go_on(draft, self.steering.welcome(draft))

    # -- steering -------------------------------------------------------------------------------------------------

    def _steer(self, draft: Draft, heard: Heard) -> Outcome | None:
        if draft.changing and leaves_it(heard.text):
            return Outcome(draft, act="drop")
        if draft.pending != REVIEW and self.answers.said_at_review(heard.text) == "show":
            return self.reviewing.so_far(draft)
        if draft.pending == "matters" and asks_whether_all(heard.text):
            return self.failing.explained(draft)
        if heard.intent not in STEERING or not self._trusted(draft, heard):
            return None
        if heard.intent == "withdraw" and self.listener.drops_matters(heard.text):
            return None
        if heard.intent == "unsure":
            known = self.answers.accepts_unsure(draft.pending or "", heard.text)
            return None if known else self.failing.explained(draft)
        return self.steering.steer(self, draft, heard)

    def _trusted(self, draft: Draft, heard: Heard) -> bool:
        """Whether the intent may be believed although the words answer the pending question: one with choices or figures
        takes them for its answer (在 is no greeting there); free words may be anything, so there the classifier has to be sure.
        """
        question = self.script.questions.get(draft.pending or "")
        if question is None or question.id == REVIEW:
            return True
        reading = self.answers.read(draft, question.id, heard.text)
        if reading.value is None and not reading.choices:
            return True
        return question.kind == "text" and heard.confidence >= SURE

    # -- corrections ----------------------------------------------------------------------------------------------

    def _corrected(self, draft: Draft, heard: Heard) -> Outcome | None:
        correction = self.listener.correction(draft, heard)
        if correction is None:
            return None
        pending = draft.pending or REVIEW
        if correction.problem:
            kept = self.steering.kept(draft, correction.named or pending)
            return self.failing.not_changed(draft, lines(correction.problem, kept))
        if not correction.values:
            draft = replace(draft, both=bool(correction.both))
            return self.steering.edit(draft, correction.named) if correction.named else self.steering.which(draft)
        before, changed = dict(draft.answers), []
        for name, value in correction.values.items():
            draft = draft.put(name, value)
            changed.append(name)
        for name in correction.both:
            draft = draft.put(name, draft.answers[str(twin(name))])
            changed.append(name)
        known = any(name in before for name in changed)
        return self.after_change(before, draft, changed, sentence="changed" if known else "noted")

    # -- questions ------------------------------------------------------------------------------------------------

    def _asked(self, draft: Draft, heard: Heard) -> Outcome | None:
        if heard.intent not in QUESTIONS:
            return None
        if heard.intent == "faq/missing_paper" and draft.pending == "papers_lacking":
            # 介绍信丢了怎么办 says that it is lacking, and is told where to get it.
            return self._answered(draft, replace(heard, intent="inform"))
        if draft.pending and twin(draft.pending) and asks_where_to(heard.text):
            return self.failing.explained(draft)
        if not sounds_like_question(heard.text) and (
            self.listener.drops_matters(heard.text) or not self._trusted(draft, heard)
        ):
            return None
        if heard.intent in ("handoff", "abuse", "bye"):
            return Outcome(draft, side=heard.intent)
        if heard.intent == "greet" and heard.away:
            return self.ask(draft, draft.pending or REVIEW, self.steering.welcome(draft))
        if heard.intent == "out_of_scope":
            return self.failing.off_topic(draft)
        return replace(self.ask(draft, draft.pending or REVIEW, wording=ON), side=heard.intent)

    # -- answers --------------------------------------------------------------------------------------------------

    def _answered(self, draft: Draft, heard: Heard) -> Outcome | None:
        name = draft.pending or REVIEW
        if name == REVIEW:
            return self.reviewing.said(draft, heard)
        if self.answers.hands_in(heard.text):
            return self.ask(draft, name, self.script.say("not_all_yet"), wording=ON)
        if self.answers.submits(heard.text) and self.script.questions[name].kind == "text":
            return self.go_on(draft)
        reading = self.answers.read(draft, name, heard.text, heard.intent)
        if not reading.said_something:
            return None
        if reading.problem and not reading.choices and self.listener.fills(draft, heard.text, besides=name):
            return None
        return self.take(draft, name, reading, echo=True, text=heard.text)

    def take(self, draft: Draft, name: str, reading: Reading, echo: bool, text: str = "") -> Outcome:
        """Put what was read for the question `name` into the draft, or say what is wrong with it."""
        if reading.choices:
            return self.failing.which_of(draft, name, reading)
        if reading.problem:
            return self.missed(draft, name, reading.problem)
        before, told, both = dict(draft.answers), [], draft.both
        target = self.script.questions[name].field
        changed = reading.value is not None and before.get(target, reading.value) != reading.value
        if reading.value is not None:
            draft = draft.put(target, reading.value)
            told += [target] if reading.notable or changed or (echo and self._worth_saying_back(name, reading)) else []
        for extra, value in reading.extra.items():
            draft = draft.put(extra, value)
            told.append(extra)
        if both and sent_together(replace(draft, answers=before)):
            # One address for both was to be changed, and is.
            for part in [each for each in (target, *reading.extra) if twin(each)]:
                draft = draft.put(str(twin(part)), draft.answers[part])
        ahead = self.listener.said_ahead(draft, text, besides=name, used=reading.span) if text else ()
        for said in self.listener.new(draft, ahead):
            draft = draft.put(said.field, said.value)
            told.append(said.field)
        if draft.answers == before and reading.value is None:
            return self.missed(draft, name)
        if reading.value is None:
            # Only something beside it was said: that is kept, and the question stays.
            return self._noted_beside(before, draft, name, told, text)
        return self.after_change(before, draft, told, *reading.notes, sentence="changed" if changed else "noted")

    def _noted_beside(self, before: dict[str, Any], draft: Draft, name: str, told: Sequence[str], text: str) -> Outcome:
        draft = settle(before, draft, self.catalogue).draft
        said = self.misplaced.kept(draft, told, text) or self.steering.read_back(draft, told, "noted")
        return self.ask(draft, name, said, wording=ON)

    def _worth_saying_back(self, name: str, reading: Reading) -> bool:
        """An answer is read back where it had to be interpreted, and a name once; what was picked or copied needs no echo."""
        question = self.script.questions[name]
        read = question.kind in ("number", "several") or name in PLACES or self.answers.is_name(question)
        return read or bool(reading.extra)

    def ahead(self, draft: Draft, heard: Heard) -> Outcome | None:
        """What a message tells of other fields than the pending one; None when it tells of none."""
        told = self.listener.said_ahead(draft, heard.text)
        new = self.listener.new(draft, told)
        if not new:
            return self._told_again(draft, [said.field for said in told if said.field in draft.answers and not said.problem])
        before = dict(draft.answers)
        known = {said.field for said in new if said.field in draft.answers}
        for said in new:
            draft = draft.put(said.field, said.value)
        fields = [said.field for said in new]
        if not known and (misplaced := self.misplaced.kept(draft, fields, heard.text)):
            return self.after_change(before, draft, [], misplaced)
        return self.after_change(before, draft, fields, sentence="changed" if known else "noted")

    def _told_again(self, draft: Draft, fields: Sequence[str]) -> Outcome | None:
        """Something that has an answer was said again, or otherwise: what stands is said, and how to change it."""
        fields = [name for name in fields if name != "matters"]
        if not fields:
            return None
        label = self.script.questions[fields[0]].label
        return self.missed(draft, None, self.steering.stands(draft, fields[0], label))

    # -- what follows ---------------------------------------------------------------------------------------------

    def after_change(
        self, before: dict[str, Any], draft: Draft, told: Sequence[str], *notes: Shown, sentence: str = "noted"
    ) -> Outcome:
        """Make the answers agree again, say back what was understood, and go on with what is missing."""
        draft, fixed = put_back_fixed(before, draft)
        notes = (*notes, *(self.steering.fixed(draft, name) for name in fixed))
        settled = settle(before, draft, self.catalogue)
        told = [name for name in told if name not in fixed]
        shared, together = share(settled.draft)
        said = self.steering.read_back(shared, told, sentence, before)
        closed = self.steering.closed(shared, settled.dropped_matters)
        also = self.script.say("sent_together") if together else None
        outcome = self.go_on(replace(shared, misses=0, unseen=shared.unseen + bool(told)), said, *notes, also, *closed)
        return self.asker.ticking(outcome, told)

    def eligible(self, draft: Draft) -> Verdict:
        """A filed application goes by the day it was filed. # notice 二(一)"""
        day = date.fromisoformat(draft.filed_on) if draft.filed_on else self.today
        return eligibility(draft.answers, day)

    def go_on(self, draft: Draft, *before: Shown | None) -> Outcome:
        """Ask what is missing next; who cannot apply is told why instead, and keeps everything."""
        verdict = self.eligible(draft)
        if verdict.ok is False and has_consented(draft):
            pending = draft.last_field() if draft.last_field() in ("discharge_month", "county") else "discharge_month"
            text = lines(*before, verdict.why, self.script.say("ineligible_keep"))
            return Outcome(replace(draft, pending=pending), [Message(text, [self.failing.person()])])
        return self.ask(draft, next_question(draft, self.catalogue), *before)

    def ask(self, draft: Draft, name: str, *before: Shown | None, wording: str = FIRST) -> Outcome:
        """Put the question `name` after what stands before it."""
        asked: Asked = self.asker.ask(draft, name, *before, wording=wording)
        return Outcome(asked.draft, [asked.message])

    def missed(self, draft: Draft, name: str | None = None, problem: Shown | None = None) -> Outcome:
        """No answer, or none that is valid; what was right stays."""
        return self.failing.missed(draft, name or draft.pending or REVIEW, problem)
