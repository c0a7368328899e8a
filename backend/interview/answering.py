"""From words to answers: what a message says of the pending question, of other fields, and of what is to be changed. Pure.

The reading itself stands in backend.interview.reading and facts, in one place for conversation and commands; this file puts
it to the draft.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from backend.catalogue.entries import Catalogue
from backend.catalogue.rules import checklist, offers
from backend.conversations.messages import Choice, Shown
from backend.interview.draft import Draft
from backend.interview.facts import Facts, Found, read_facts
from backend.interview.heard import Heard
from backend.interview.questions import FIELD_OF_QUESTION, Script
from backend.interview.reading.fields import read_field
from backend.interview.reading.selection import Option, Selection, select
from backend.locale.text import Joined

Span = tuple[int, int]
#: What can be collected or mailed.
THINGS = ("booklet", "card")


@dataclass(frozen=True)
class Reading:
    """What was read for one question.

    value    the answer, or None · problem: what is wrong with it · extra: other fields that the same words answered
    notes    sentences to say besides · notable: it is read back even when it was pressed · choices: candidates to pick from
    span     where in the text the answer stands, so that the rest can be read for other fields
    """

    value: Any = None
    problem: Shown | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    notes: Sequence[Shown] = ()
    notable: bool = False
    choices: Sequence[Choice] = ()
    span: Span | None = None


@dataclass(frozen=True)
class Said:
    """A field that a sentence told of itself, and where."""

    field: str
    value: Any
    span: Span


@dataclass(frozen=True)
class Correction:
    """What is to be changed: new values by field; or only the field that was named; or why the new value cannot be."""

    named: str | None
    values: Mapping[str, Any]
    problem: Shown | None = None


class Answers:
    """Reads answers for one script, one catalogue and one day."""

    def __init__(self, script: Script, catalogue: Catalogue, today: date) -> None:
        self.script = script
        self.catalogue = catalogue
        self.today = today

    # -- the pending question -------------------------------------------------------------------------------------

    def read(self, draft: Draft, name: str, text: str, intent: str = "") -> Reading:
        """What `text` says to the question `name`; nothing at all when it says nothing to it."""
        question = self.script.questions[name]
        pressed = self._option_in_words(draft, name, text)
        if pressed is not None:
            return self.from_press(draft, name, [f"{pressed}"])
        if name == "matters":
            return self._matters(draft, text, intent)
        if name == "papers_lacking":
            return self._papers(draft, text, intent)
        if intent in ("affirm", "deny") and {option.value for option in question.options} >= {"yes", "no"}:
            reading = read_field(question.field, text, self.catalogue, self.today, draft.answers)
            if reading.value is None:
                return Reading(intent == "affirm")
        reading = read_field(question.field, text, self.catalogue, self.today, draft.answers)
        if name == "discharge_month_exact" and reading.value and len(reading.value) == 4:
            return Reading()
        if question.field == "county" and reading.candidates:
            choices = [Choice(self.catalogue.counties[code].label, value=f"county={code}") for code in reading.candidates]
            return Reading(choices=choices)
        return Reading(
            reading.value, reading.problem, reading.extra, notes=self._notes(question.field, reading.value), span=reading.span
        )

    def _option_in_words(self, draft: Draft, name: str, text: str) -> str | None:
        """The choice whose label, or number in the list, is exactly what was typed."""
        options = self.script.questions[name].options
        plain = text.strip().rstrip("。.!！").strip()
        for number, option in enumerate(options, 1):
            label = option.label.source.partition("（")[0]
            same = plain in (option.label.source, label, option.said.source if option.said else label)
            if same or (self.script.questions[name].kind == "choice" and plain == str(number)):
                return option.value
        return None

    def _notes(self, field: str, value: Any) -> Sequence[Shown]:
        if field != "bank_card" or not value:
            return ()
        bank = next((bank for bank in self.catalogue.banks.values() if value.startswith(bank.prefixes)), None)
        if bank is None:
            return ()
        return (self.script.say("bank_guess", bank=bank.name),)

    # -- presses --------------------------------------------------------------------------------------------------

    def from_press(self, draft: Draft, name: str, values: Sequence[str]) -> Reading:
        """The answer that pressed choices stand for."""
        if name == "matters":
            return Reading(self._in_order({"report_in", *values}), notable=True)
        if name == "papers_lacking":
            return Reading([] if "none" in values else sorted(int(value) for value in values), notable=True)
        value = values[0]
        if name == "county" and value == "other":
            return Reading(problem=self.script.say("county_outside"))
        shortcut = self._shortcut(draft, name, value)
        if shortcut is not None:
            return shortcut
        yes_or_no = {option.value for option in self.script.questions[name].options} >= {"yes", "no"}
        return Reading(value == "yes" if yes_or_no else value, notable=name == "county")

    def _shortcut(self, draft: Draft, name: str, value: str) -> Reading | None:
        """Answers that point to another: the settlement county, the veteran's own address, name and mobile."""
        answers = draft.answers
        if value == "same" and name in ("enlist_place", "current_place"):
            return Reading(
                self.catalogue.counties[answers["county"]].full_name
                if name == "enlist_place"
                else self.catalogue.counties[answers["county"]].name,
                notable=True,
            )
        item = name.partition("_")[0]
        own = {f"{item}_recipient": answers.get("name"), f"{item}_mobile": answers.get("mobile")}
        if value == "home":
            return Reading(answers["home_address"], extra={k: v for k, v in own.items() if v}, notable=True)
        if value == "booklet":
            parts = ("recipient", "mobile")
            extra = {f"card_{part}": answers[f"booklet_{part}"] for part in parts if f"booklet_{part}" in answers}
            return Reading(answers["booklet_address"], extra=extra, notable=True)
        if value == "self":
            return Reading(own[name], notable=True)
        return None

    # -- choosing several -----------------------------------------------------------------------------------------

    def _matters(self, draft: Draft, text: str, intent: str, selection: Selection | None = None) -> Reading:
        offered = list(offers(self.catalogue, draft.answers))
        chosen = draft.answers.get("matters") or [offer.matter.code for offer in offered if offer.preselected]
        options = [
            Option(m.number, m.code, (m.short.source, m.name.source, *m.aliases)) for m in self.catalogue.matters.values()
        ]
        selection = selection or select(text, options)
        if not selection.understood:
            return Reading(self._in_order({"report_in", *chosen})) if intent == "affirm" else Reading()
        wanted = set(selection.chosen)
        if selection.mode == "add":
            wanted |= set(chosen)
        elif selection.mode == "remove":
            wanted = set(chosen) - wanted
        by_code = {offer.matter.code: offer for offer in offered}
        closed = [code for code in wanted if code in by_code and not by_code[code].open]
        # 全部 and 除了5都要 mean all that are open: nobody asked for the others by name.
        every = len(selection.chosen) == len(options) or bool(selection.removed)
        notes: list[Shown] = (
            []
            if every
            else [
                self.script.say("matter_closed", matter=by_code[code].matter.short, why=by_code[code].why)
                for code in self._in_order(closed)
            ]
        )
        if selection.unknown:
            notes.append(self.script.say("matter_unknown", numbers=Joined(list(selection.unknown))))
        if selection.mode == "remove" and "report_in" in selection.chosen:
            notes.append(self.script.say("report_in_stays"))
        return Reading(self._in_order((wanted - set(closed)) | {"report_in"}), notes=notes, span=(0, len(text)))

    def _papers(self, draft: Draft, text: str, intent: str) -> Reading:
        lines = checklist(self.catalogue, draft.answers)
        reading = read_field("papers_lacking", text, self.catalogue, self.today, draft.answers)
        if reading.value is not None:
            listed = {line.material.number for line in lines}
            return Reading([number for number in reading.value if number in listed], span=(0, len(text)))
        return Reading([]) if intent == "affirm" else Reading()

    def _in_order(self, codes: set[str] | Sequence[str]) -> list[str]:
        return [code for code in self.catalogue.matters if code in codes]

    # -- said ahead -----------------------------------------------------------------------------------------------

    def said_ahead(self, draft: Draft, text: str, besides: str | None = None, used: Span | None = None) -> list[Said]:
        """What a sentence tells of fields, whether asked or not; without what `used` has been read already."""
        if not text:
            return []
        facts = read_facts(text, self.catalogue, self.today)
        excluded = FIELD_OF_QUESTION.get(besides or "", besides)
        told = [Said(name, found.value, (found.start, found.end)) for name, found in self._meant(draft, facts).items()]
        if facts.matters and besides != "matters":
            reading = self._matters(draft, text, "", facts.matters.value)
            told.append(Said("matters", reading.value, (facts.matters.start, facts.matters.end)))
        return [said for said in told if said.field != excluded and not _overlap(said.span, used)]

    def _meant(self, draft: Draft, facts: Facts) -> dict[str, Found[Any]]:
        """The facts by field. 邮寄 of nothing named is of the delivery that was asked or answered last, if any; else of both."""
        said = facts.fields()
        named = {found.value.thing for found in facts.deliveries if found.value.thing}
        for found in facts.deliveries:
            things = [found.value.thing] if found.value.thing else self._things_meant(draft, named)
            for thing in things:
                said.setdefault(f"{thing}_delivery", Found(found.value.way, found.start, found.end))
        return said

    @staticmethod
    def _things_meant(draft: Draft, named: set[str]) -> list[str]:
        """What 邮寄 of nothing named is about: what the sentence does not name beside it, what was just spoken of, or both."""
        if named:
            return [thing for thing in THINGS if thing not in named]
        for name in (draft.pending or "", draft.last_field() or ""):
            thing, _, part = name.partition("_")
            if thing in THINGS and part in ("delivery", "address", "recipient", "mobile"):
                return [thing]
        return list(THINGS)

    # -- corrections ----------------------------------------------------------------------------------------------

    def correction(self, draft: Draft, heard: Heard) -> Correction | None:
        """What `heard` wants changed, or None when it is no correction."""
        facts = read_facts(heard.text, self.catalogue, self.today)
        if heard.intent != "correct" and not facts.is_correction:
            return None
        values = {said.field: said.value for said in self.said_ahead(draft, heard.text)}
        named = self._named(draft, facts)
        if named and named in values:
            return Correction(named, {named: values[named]})
        if named and facts.new_value:
            reading = read_field(named, facts.new_value, self.catalogue, self.today, draft.answers)
            if reading.value is not None:
                return Correction(named, {named: reading.value, **reading.extra})
            if reading.problem:
                return Correction(named, {}, reading.problem)
        if named:
            return Correction(named, {})
        if values:
            return Correction(None, values)
        if heard.intent != "correct" and not draft.history:
            return None
        last = draft.last_field()
        return Correction(last if last in self.script.questions else None, {})

    def _named(self, draft: Draft, facts: Facts) -> str | None:
        """The field that was named: of several that the name may mean, the one that has an answer, the latest first."""
        if facts.names_field is None:
            return None
        candidates = [name for name in facts.field_candidates if name in self.script.questions]
        for change in reversed(draft.history):
            if change.field in candidates:
                return change.field
        return candidates[0] if candidates else None

    # -- small words ----------------------------------------------------------------------------------------------

    def agrees(self, draft: Draft, name: str, text: str) -> bool | None:
        """Whether the words consent to the question `name` (True), refuse it (False), or say neither (None)."""
        value = read_field(name, text, self.catalogue, self.today, draft.answers).value
        return value if isinstance(value, bool) else None

    def is_yes(self, text: str) -> bool:
        """同意, 好, 可以, 是的, yes and their like, and nothing else."""
        return read_facts(text, self.catalogue, self.today).yes is True

    def is_no(self, text: str) -> bool:
        """不同意, 不要, 不是, no and their like, and nothing else."""
        return read_facts(text, self.catalogue, self.today).yes is False

    def submits(self, text: str) -> bool:
        """提交, 确认提交, 没问题了 and their like."""
        plain = text.strip().rstrip("。.!！~～ ")
        return plain in {"提交", "确认", "确认提交", "提交吧", "没问题", "没问题提交", "没错", "都对", "交吧", "submit"}

    def accepts_unsure(self, name: str, text: str) -> bool:
        """True where not knowing is an answer: which organisation, left to the county."""
        return name in ("party_organisation", "league_organisation")


def _overlap(one: Span, other: Span | None) -> bool:
    return other is not None and one[0] < other[1] and other[0] < one[1]
