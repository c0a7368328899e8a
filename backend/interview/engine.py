"""One turn of the interview: what was heard changes the draft and is answered. Pure; the same for chat and window.

The order in which a turn is read: a press; distress; a yes or no that we are waiting for; steering (上一步, 先停一下 …);
a correction; a question about the service; the answer to the pending question; what was said ahead; else not understood.
A piece of text is used once: what answered the pending question fills no other field, and the other way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from backend.catalogue.entries import Catalogue
from backend.catalogue.rules import eligibility
from backend.conversations.messages import Choice, Message, Shown
from backend.interview.answering import Answers, Reading
from backend.interview.asking import AGAIN, EXPLAINED, FIRST, WITH_EXAMPLE, Asked, Asker, lines
from backend.interview.draft import Draft
from backend.interview.flow import CONSENTS, REVIEW, fields_to_file, has_consented, next_question, settle
from backend.interview.heard import QUESTIONS, STEERING, Heard, sounds_like_question
from backend.interview.outcome import Outcome
from backend.interview.questions import Script
from backend.interview.steering import Steering

#: From this confidence on, an intent outweighs reading the words as the answer to a question in free words.
SURE = 0.75
#: Failures in a row after which an example is shown, and after which a person is offered.
EXAMPLE_AFTER, PERSON_AFTER = 2, 3
PLACES = ("county", "enlist_place", "current_place")


class Interview:
    """The interview over one script and one catalogue, as of one day."""

    def __init__(self, script: Script, catalogue: Catalogue, today: date) -> None:
        self.script = script
        self.catalogue = catalogue
        self.today = today
        self.asker = Asker(script, catalogue)
        self.answers = Answers(script, catalogue, today)
        self.steering = Steering(script, catalogue, self.asker)

    def turn(self, draft: Draft, heard: Heard) -> Outcome:
        """Take what was heard. The draft of the outcome replaces the one given, whatever came of it."""
        if heard.intent == "distress":
            return Outcome(draft, side="distress")
        if draft.pending is None and not heard.values:
            return self._begin(draft, heard)
        if heard.values:
            return self._pressed(draft, heard)
        if draft.confirming:
            return self._confirmed(draft, heard)
        if not has_consented(draft):
            return self._consent(draft, heard)
        for reader in (self._steer, self._corrected, self._asked, self._answered, self._ahead):
            outcome = reader(draft, heard)
            if outcome is not None:
                return outcome
        return self._missed(draft, heard)

    # -- opening and consent --------------------------------------------------------------------------------------

    def _begin(self, draft: Draft, heard: Heard) -> Outcome:
        if has_consented(draft):
            return self.go_on(draft, self.script.say("resumed"))
        if self.answers.agrees(draft, "consent", heard.text):
            return self._consent(replace(draft, pending="consent"), heard)
        return self._ask(draft, "consent")

    def _consent(self, draft: Draft, heard: Heard) -> Outcome:
        pending = draft.pending if draft.pending in CONSENTS else "consent"
        # A consent is what the words say, never what a classifier makes of them.
        agrees = self.answers.agrees(draft, pending, heard.text)
        if agrees:
            return self._agreed(draft, pending, heard)
        if agrees is False or heard.intent == "withdraw":
            return Outcome(draft, [Message(self.script.say("declined"))], act="decline")
        if heard.intent in ("unsure", "faq/privacy", "faq/consent"):
            return self._ask(draft, pending, wording=EXPLAINED)
        if heard.intent in QUESTIONS:
            return replace(self._ask(draft, pending, wording=AGAIN), side=heard.intent)
        return self._ask(draft, pending, wording=AGAIN)

    def _agreed(self, draft: Draft, pending: str, heard: Heard) -> Outcome:
        draft = replace(draft, answers={**draft.answers, pending: True})
        if not has_consented(draft):
            return self._ask(draft, "consent_sensitive")
        # What was said before the consent was waiting for it, and is taken now.
        before = dict(draft.answers)
        told = [said for text in heard.earlier for said in self.answers.said_ahead(draft, text)]
        for said in told:
            draft = draft.put(said.field, said.value)
        return self._after_change(before, draft, [said.field for said in told])

    # -- presses --------------------------------------------------------------------------------------------------

    def _pressed(self, draft: Draft, heard: Heard) -> Outcome:
        name, _, _ = heard.values[0].partition("=")
        values = [value.partition("=")[2] for value in heard.values]
        if name == "edit":
            return self.steering.edit(draft, values[0])
        if name == "confirm":
            return self._confirmed(draft, heard, values[0] == "yes")
        if name in CONSENTS:
            return self._consent_pressed(draft, name, values[0], heard)
        if not has_consented(draft):
            return self._ask(draft, "consent", wording=AGAIN)
        if name == REVIEW:
            return self._reviewed(draft, values[0])
        if name == "county" and values[0].startswith("city:"):
            city = values[0].removeprefix("city:")
            question = self.script.say("county_city", city=city)
            return Outcome(replace(draft, pending="county"), [Message(question, self.asker.counties_of(city))])
        reading = self.answers.from_press(draft, name, values)
        return self._take(draft, name, reading, echo=False)

    def _consent_pressed(self, draft: Draft, name: str, value: str, heard: Heard) -> Outcome:
        if value == "more":
            return self._ask(draft, name, wording=EXPLAINED)
        if value == "no":
            return Outcome(draft, [Message(self.script.say("declined"))], act="decline")
        return self._agreed(draft, name, heard)

    def _reviewed(self, draft: Draft, value: str) -> Outcome:
        if value != "submit":
            return Outcome(replace(draft, paused=True), [Message(self.script.say("saved"))], act="stop")
        if next_question(draft, self.catalogue) != REVIEW:
            return self.go_on(draft)
        return Outcome(draft, act="correct" if draft.to_correct else "file", filed=fields_to_file(draft, self.catalogue))

    # -- steering -------------------------------------------------------------------------------------------------

    def _confirmed(self, draft: Draft, heard: Heard, yes: bool | None = None) -> Outcome:
        if yes is None:
            yes = heard.intent in ("affirm", draft.confirming) or self.answers.is_yes(heard.text)
        waiting, draft = draft.confirming, replace(draft, confirming=None)
        if not yes:
            return self.go_on(draft, self.script.say("again"))
        if waiting == "cancel":
            return Outcome(draft, [Message(self.script.say("cancelled"))], act="cancel")
        kept = dict.fromkeys(CONSENTS, True)
        return self.go_on(Draft(answers=kept), self.script.say("started_over"))

    def _steer(self, draft: Draft, heard: Heard) -> Outcome | None:
        if heard.intent not in STEERING or not self._trusted(draft, heard):
            return None
        if heard.intent == "unsure" and self.answers.accepts_unsure(draft.pending or "", heard.text):
            return None
        return self.steering.steer(self, draft, heard)

    def _trusted(self, draft: Draft, heard: Heard) -> bool:
        """Whether the intent may be believed although the words answer the pending question.

        What answers a question with choices or figures is that answer (在 is no greeting there); a question in free words
        takes anything for an answer, so there the classifier has to be sure.
        """
        question = self.script.questions.get(draft.pending or "")
        if question is None or question.id == REVIEW or self.answers.read(draft, question.id, heard.text).value is None:
            return True
        return question.kind == "text" and heard.confidence >= SURE

    # -- corrections ----------------------------------------------------------------------------------------------

    def _corrected(self, draft: Draft, heard: Heard) -> Outcome | None:
        correction = self.answers.correction(draft, heard)
        if correction is None:
            return None
        if correction.problem:
            name = correction.named or draft.pending or REVIEW
            kept = self.steering.kept(draft, name)
            return self._ask(draft, draft.pending or REVIEW, correction.problem, kept, wording=AGAIN)
        if not correction.values:
            return self.steering.edit(draft, correction.named) if correction.named else self.steering.which(draft)
        before, changed = dict(draft.answers), []
        for name, value in correction.values.items():
            draft = draft.put(name, value)
            changed.append(name)
        return self._after_change(before, draft, changed, sentence="changed")

    # -- questions ------------------------------------------------------------------------------------------------

    def _asked(self, draft: Draft, heard: Heard) -> Outcome | None:
        if heard.intent not in QUESTIONS:
            return None
        if not sounds_like_question(heard.text) and not self._trusted(draft, heard):
            return None
        if heard.intent in ("handoff", "abuse", "bye"):
            return Outcome(draft, side=heard.intent)
        return replace(self._ask(draft, draft.pending or REVIEW, wording=AGAIN), side=heard.intent)

    # -- answers --------------------------------------------------------------------------------------------------

    def _answered(self, draft: Draft, heard: Heard) -> Outcome | None:
        name = draft.pending or REVIEW
        if name == REVIEW:
            submits = heard.intent == "affirm" or self.answers.submits(heard.text)
            return self._reviewed(draft, "submit") if submits else None
        if self.answers.submits(heard.text) and self.script.questions[name].kind == "text":
            return self.go_on(draft)
        reading = self.answers.read(draft, name, heard.text, heard.intent)
        if reading.value is None and reading.problem is None and not reading.extra and not reading.choices:
            return None
        if reading.problem and self.answers.said_ahead(draft, heard.text, besides=name):
            return None
        return self._take(draft, name, reading, echo=True, text=heard.text)

    def _take(self, draft: Draft, name: str, reading: Reading, echo: bool, text: str = "") -> Outcome:
        """Put what was read for the question `name` into the draft, or say what is wrong with it."""
        if reading.choices:
            return Outcome(
                replace(draft, pending=name), [Message(reading.problem or self.script.say("county_ambiguous"), reading.choices)]
            )
        if reading.problem:
            return self._failed(draft, name, reading.problem)
        before = dict(draft.answers)
        target = self.script.questions[name].field
        draft = draft.put(target, reading.value)
        told = [target] if reading.notable or (echo and self._worth_saying_back(name, reading)) else []
        for extra, value in reading.extra.items():
            draft = draft.put(extra, value)
            told.append(extra)
        for said in self.answers.said_ahead(draft, text, besides=name, used=reading.span) if text else ():
            if said.field not in draft.answers:
                draft = draft.put(said.field, said.value)
                told.append(said.field)
        return self._after_change(before, draft, told, *reading.notes)

    def _worth_saying_back(self, name: str, reading: Reading) -> bool:
        """An answer is read back where it had to be interpreted; what was picked or copied needs no echo."""
        return self.script.questions[name].kind in ("number", "several") or name in PLACES or bool(reading.extra)

    def _ahead(self, draft: Draft, heard: Heard) -> Outcome | None:
        told = self.answers.said_ahead(draft, heard.text)
        if not told:
            return None
        before = dict(draft.answers)
        known = {said.field for said in told if said.field in draft.answers}
        for said in told:
            draft = draft.put(said.field, said.value)
        return self._after_change(before, draft, [said.field for said in told], sentence="changed" if known else "noted")

    # -- what follows ---------------------------------------------------------------------------------------------

    def _after_change(
        self, before: dict[str, Any], draft: Draft, told: Sequence[str], *notes: Shown, sentence: str = "noted"
    ) -> Outcome:
        """Make the answers agree again, say back what was understood, and go on with what is missing."""
        settled = settle(before, draft, self.catalogue)
        said = self.steering.read_back(settled.draft, told, sentence)
        closed = self.steering.closed(settled.draft, settled.dropped_matters)
        return self.go_on(replace(settled.draft, misses=0), said, *notes, *closed)

    def go_on(self, draft: Draft, *before: Shown | None) -> Outcome:
        """Ask what is missing next; who cannot apply is told why instead, and keeps everything."""
        verdict = eligibility(draft.answers, self.today) if not draft.to_correct else None
        if verdict is not None and verdict.ok is False and has_consented(draft):
            pending = draft.last_field() if draft.last_field() in ("discharge_month", "county") else "discharge_month"
            text = lines(*before, verdict.why, self.script.say("ineligible_keep"))
            person = Choice(self.script.say("person"), intent="handoff")
            return Outcome(replace(draft, pending=pending), [Message(text, [person])])
        return self._ask(draft, next_question(draft, self.catalogue), *before)

    def _ask(self, draft: Draft, name: str, *before: Shown | None, wording: str = FIRST) -> Outcome:
        asked: Asked = self.asker.ask(draft, name, *before, wording=wording)
        return Outcome(asked.draft, [asked.message])

    def _failed(self, draft: Draft, name: str, problem: Shown) -> Outcome:
        """An answer that is not valid: what is wrong, then an example, then a person. What was right stays."""
        misses = draft.misses + 1 if draft.pending == name else 1
        draft = replace(draft, pending=name, misses=misses)
        if misses >= PERSON_AFTER:
            return self._offer_person(draft, problem)
        if misses >= EXAMPLE_AFTER:
            example = self.script.say("example", example=self.script.questions[name].example)
            choices, several = self.asker.choices(draft, self.script.questions[name])
            return Outcome(draft, [Message(lines(problem, example), choices, several=several)])
        choices, several = self.asker.choices(draft, self.script.questions[name])
        return Outcome(draft, [Message(lines(problem), choices, several=several)])

    def _missed(self, draft: Draft, heard: Heard) -> Outcome:
        """Words that nothing could be made of: ask in other words, then with an example, then offer a person."""
        draft = replace(draft, misses=draft.misses + 1)
        name = draft.pending or REVIEW
        if draft.misses >= PERSON_AFTER:
            return self._offer_person(draft, self.script.say("not_understood"))
        before = None if draft.misses == 1 else self.script.say("not_understood")
        return self._ask(draft, name, before, wording=AGAIN if draft.misses < EXAMPLE_AFTER else WITH_EXAMPLE)

    def _offer_person(self, draft: Draft, problem: Shown) -> Outcome:
        example = self.script.say("example", example=self.script.questions[draft.pending or REVIEW].example)
        choices = [
            Choice(self.script.say("try_again"), intent="repeat"),
            Choice(self.script.say("person"), intent="handoff"),
        ]
        return Outcome(draft, [Message(lines(problem, example, self.script.say("offer_person")), choices)])
