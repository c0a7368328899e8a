"""Putting a question: its words, its choices, its step. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from backend.catalogue.entries import Catalogue
from backend.catalogue.rules import checklist, offers
from backend.conversations.messages import Card, Choice, Message, Row, Shown
from backend.interview.display import checklist_card, review_card, show_matters
from backend.interview.draft import Draft
from backend.interview.flow import CONSENTS, REVIEW
from backend.interview.outcome import Outcome
from backend.interview.questions import Question, Script
from backend.interview.sharing import asks_for_both, twin
from backend.locale.text import Joined, Text

#: Wordings of one question: first; after an answer that was not understood; what it is for, with an example.
FIRST, AGAIN, EXPLAINED = "first", "again", "explained"
#: To whoever does not know: what it is for; then what it looks like and where to find it.
WHY, HOW = "why", "how"
#: After something else was answered or noted: nothing was wrong, so it is only asked on.
ON = "on"
#: So many changes after the review was shown, it is shown again.
SEVERAL_CHANGES = 3
OUTSIDE = "other"


@dataclass(frozen=True)
class Asked:
    """A message that ends in a question, and the draft that remembers that it was asked."""

    draft: Draft
    message: Message


def lines(*parts: Shown | None) -> Joined:
    """Lines under each other, without the empty ones."""
    return Joined([part for part in parts if part], separator="\n")


class Asker:
    """Asks the questions of one script about one catalogue."""

    def __init__(self, script: Script, catalogue: Catalogue) -> None:
        self.script = script
        self.catalogue = catalogue

    def ask(self, draft: Draft, name: str, *before: Shown | None, wording: str = FIRST) -> Asked:
        """The question `name` after the sentences of `before`; it becomes the pending one."""
        question = self.script.questions[name]
        words: list[Shown | None] = list(before)
        if wording in (EXPLAINED, WHY, HOW):
            words += self._explained(question, wording)
        else:
            words.append(self._asking(draft, question, wording))
            words += self._particulars(draft, question, wording)
        if question.step != draft.shown_step and wording == FIRST and draft.application is None and question.id not in CONSENTS:
            words[-1] = Joined([words[-1], self._step(question)], separator="")
        choices, several = self.choices(draft, question)
        if question.id == REVIEW and draft.changing:
            choices = [choices[0], Choice(self.script.say("keep_as_is"), value="review=save")]
        elif question.id == REVIEW and not self._shows_review(draft, wording):
            choices = [*choices[:1], Choice(self.script.say("review_show"), value="review=show"), *choices[1:]]
        message = Message(lines(*words), choices, several=several, card=self._card(draft, question, wording))
        return Asked(self._remembered(draft, question, wording), message)

    def ticking(self, outcome: Outcome, told: Sequence[str]) -> Outcome:
        """The outcome that lets a page tick what was chosen of a list, also where it was typed."""
        answers = outcome.draft.answers
        chosen: list[str] = []
        for name in ("matters", "papers_lacking"):
            if name in told:
                chosen += [f"{name}={value}" for value in answers.get(name) or ()]
        if not chosen or not outcome.say:
            return outcome
        return replace(outcome, say=[*outcome.say[:-1], replace(outcome.say[-1], chosen=tuple(chosen))])

    def _explained(self, question: Question, wording: str) -> list[Shown]:
        """Why it is asked, what an answer looks like, where it is to be found: never all at once, so that nothing is said twice."""
        example = self.script.say("example", example=question.example)
        if wording == HOW:
            return [question.find, example] if question.find else [example]
        short = wording == WHY and question.kind != "several" and "\n" not in question.ask.source
        return [question.explain, question.ask if short else example]

    def _remembered(self, draft: Draft, question: Question, wording: str) -> Draft:
        """The draft that knows what is pending, and what was shown of it."""
        draft = replace(
            draft,
            pending=question.id,
            misses=draft.misses if question.id == draft.pending else 0,
            both=draft.both or asks_for_both(draft, question.id) if question.step == "delivery" else False,
            shown_step=None if question.id in CONSENTS else question.step,
            paused=False,
        )
        if question.id == REVIEW and self._shows_review(draft, wording):
            draft = replace(draft, reviewed=True, unseen=0)
        return draft

    @staticmethod
    def _shows_review(draft: Draft, wording: str) -> bool:
        """All that was filled in is shown once, and again after several changes; else only when it is asked for."""
        return wording == FIRST and (not draft.reviewed or draft.unseen >= SEVERAL_CHANGES)

    def _asking(self, draft: Draft, question: Question, wording: str) -> Text:
        """The question itself, where it has other words than its own."""
        if question.id == REVIEW:
            if draft.changing:
                return self.script.say("matters_change_review")
            if not self._shows_review(draft, wording):
                return self.script.say("review_again")
            return self.script.say("correction_review") if draft.application else question.ask
        if wording in (FIRST, ON) and (asks_for_both(draft, question.id) or (draft.both and twin(question.id))):
            return self.script.say(question.id.replace("booklet", "both"))
        return self._wording(question, wording)

    def _wording(self, question: Question, wording: str) -> Text:
        if wording == ON and question.id == "matters":
            return self.script.say("matters_short")
        again = wording == AGAIN or (wording == ON and "\n" in question.ask.source)
        return question.ask_again if again else question.ask

    def _step(self, question: Question) -> Text:
        return self.script.say("step", number=self.script.step_number(question), total=len(self.script.steps))

    def _particulars(self, draft: Draft, question: Question, wording: str) -> list[Shown]:
        """Lines that belong to the first asking of one question only."""
        if wording != FIRST:
            return []
        if question.id == "matters":
            closed = [offer.matter.code for offer in offers(self.catalogue, draft.answers) if not offer.open]
            return [self.script.say("not_open", matters=show_matters(self.catalogue, closed))] if closed else []
        return []

    def _card(self, draft: Draft, question: Question, wording: str) -> Card | None:
        if question.id == "papers_lacking" and wording == FIRST:
            return checklist_card(self.script, self.catalogue, checklist(self.catalogue, draft.answers))
        if question.id == "matters" and wording == FIRST:
            return self._offers_card(draft)
        if question.id == REVIEW and self._shows_review(draft, wording):
            return review_card(self.script, self.catalogue, draft)
        return None

    def _offers_card(self, draft: Draft) -> Card:
        rows = [
            Row(self.script.say("matter_choice", number=offer.matter.number, name=offer.matter.name), "", (offer.why,))
            for offer in offers(self.catalogue, draft.answers)
            if offer.open
        ]
        return Card("notice", self.script.say("offers_title"), rows)

    def choices(self, draft: Draft, question: Question) -> tuple[Sequence[Choice], bool]:
        """What can be pressed under the question, and whether several of it."""
        makers = {
            "county": self._cities,
            "matters": self._matters,
            "papers_lacking": self._papers,
            "education": self._education,
            "card_bank": self._banks,
        }
        own = list(makers[question.id](draft)) if question.id in makers else []
        given = [
            Choice(option.label, value=f"{question.id}={option.value}")
            for option in question.options
            if self._fits(draft, question, option.value)
        ]
        if question.optional:
            given.append(Choice(self.script.say("skip"), intent="skip"))
        return [*own, *given], question.kind == "several"

    @staticmethod
    def _fits(draft: Draft, question: Question, value: str) -> bool:
        """A shortcut is offered only where what it points to is known."""
        if value == "booklet":
            return bool(draft.answers.get("booklet_address"))
        if value == "home":
            return bool(draft.answers.get("home_address"))
        return True

    def _cities(self, _draft: Draft) -> Sequence[Choice]:
        cities = {county.city: county.city_label for county in self.catalogue.counties.values()}
        outside = Choice(self.script.say("county_other"), value=f"county={OUTSIDE}")
        return [*(Choice(label, value=f"county=city:{city}") for city, label in cities.items()), outside]

    def city_label(self, city: str) -> Shown:
        """A city as it is shown."""
        return next((county.city_label for county in self.catalogue.counties.values() if county.city == city), city)

    def counties_of(self, city: str) -> Sequence[Choice]:
        """The county-level units of one city, to be pressed."""
        return [
            Choice(county.own_label, value=f"county={code}")
            for code, county in self.catalogue.counties.items()
            if county.city == city
        ]

    def _matters(self, draft: Draft) -> Sequence[Choice]:
        chosen = draft.answers.get("matters")
        choices = []
        for offer in offers(self.catalogue, draft.answers):
            if not offer.open:
                continue
            kind = (
                "matter_choice_required"
                if offer.required
                else "matter_choice_voluntary"
                if offer.voluntary
                else "matter_choice"
            )
            matter = offer.matter
            ticked = offer.preselected if chosen is None else matter.code in chosen
            label = self.script.say(kind, number=matter.number, name=matter.short)
            choices.append(Choice(label, value=f"matters={matter.code}", checked=ticked, key=str(matter.number)))
        return choices

    def _papers(self, draft: Draft) -> Sequence[Choice]:
        lacking = draft.answers.get("papers_lacking") or ()
        return [
            Choice(
                self.script.say("paper_choice", number=line.material.number, name=line.short),
                value=f"papers_lacking={line.material.number}",
                checked=line.material.number in lacking,
                key=str(line.material.number),
            )
            for line in checklist(self.catalogue, draft.answers)
        ]

    def _education(self, _draft: Draft) -> Sequence[Choice]:
        return [Choice(level.name, value=f"education={code}") for code, level in self.catalogue.education.items()]

    def _banks(self, _draft: Draft) -> Sequence[Choice]:
        return [Choice(bank.name, value=f"card_bank={code}") for code, bank in self.catalogue.partner_banks.items()]
