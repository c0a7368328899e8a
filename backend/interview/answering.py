"""From words to answers: what a message or a press says of the question that was asked. Pure.

The reading itself stands in backend.interview.reading and facts, in one place for conversation and commands; this file puts
it to the draft.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from backend.catalogue.entries import Catalogue
from backend.catalogue.rules import checklist, offers
from backend.conversations.messages import Choice, Shown
from backend.interview.draft import Draft
from backend.interview.facts import read_facts
from backend.interview.heard import sounds_like_question
from backend.interview.questions import Question, Script
from backend.interview.reading.answers_of_choice import no_such_number
from backend.interview.reading.fields import read_field
from backend.interview.reading.lexicon import matter_options
from backend.interview.reading.normalise import normalise
from backend.interview.reading.numerals import count_of
from backend.interview.reading.people import is_name, named_person
from backend.interview.reading.selection import Selection, select
from backend.locale.text import Joined

Span = tuple[int, int]
#: What can be collected or mailed.
THINGS = ("booklet", "card")
#: Where a name was asked, these intents mean that none was given.
NO_NAME = frozenset({"deny", "unsure", "stop", "skip", "resume", "repeat", "go_back", "affirm"})
#: So many papers are named one by one; 只有1和2 lacks all the others, also those that this person needs none of.
NAMED_ALONE = 4
# At the list of matters: an address, or 都 that is about something else.
_NO_CHOICE = re.compile(r"[镇乡村路街弄巷]|\d+(?:号|室)$|^都(?:不是|邮寄|自取|齐|有|没|对|知道)")
# 1、3、10可以吗 chooses; 那我都要吗 asks.
_POLITE = re.compile(r"(?:可以|行|好|成|对|ok)\s*(?:吗|么|不|嘛)?\s*[?？。]*\s*$", re.IGNORECASE)
_BEFORE_IT = re.compile(r"^(?:ok|好的?|行|那就?|嗯+|可以)[，,\s]*(?=.)", re.IGNORECASE)
_LACKS = re.compile(r"没|缺|丢|差|找不|不见|除了|lack|missing|don't have|except")
_PICKS = re.compile(r"\s*(?:我?选|第|选第)?\s*(?P<place>\d{1,2}|[一二三四五六七八九十]{1,3})\s*(?:个|项|种|家|吧|。|\.|、)?\s*")


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

    @property
    def said_something(self) -> bool:
        """False when the words say nothing to the question: then they are no answer, good or bad."""
        return self.value is not None or bool(self.problem or self.extra or self.choices)


class Answers:
    """Reads answers for one script, one catalogue and one day."""

    def __init__(self, script: Script, catalogue: Catalogue, today: date) -> None:
        self.script = script
        self.catalogue = catalogue
        self.today = today

    def is_name(self, question: Question) -> bool:
        """True where a person's name is asked."""
        return self.catalogue.fields[question.field].check == "name"

    # -- the pending question -------------------------------------------------------------------------------------

    def read(self, draft: Draft, name: str, text: str, intent: str = "") -> Reading:
        """What `text` says to the question `name`; nothing at all when it says nothing to it."""
        question = self.script.questions[name]
        pressed = self._option_in_words(name, text)
        if pressed is not None:
            return self.from_press(draft, name, [pressed])
        if name == "matters":
            return self.matters(draft, text, intent)
        if self.is_name(question) and intent in NO_NAME and not (is_name(text.strip()) or named_person(text)):
            return Reading()
        if name == "papers_lacking":
            return self._papers(draft, text, intent)
        if intent in ("affirm", "deny") and question.kind == "yes_no":
            reading = read_field(question.field, text, self.catalogue, self.today, draft.answers)
            if reading.value is None:
                return Reading(intent == "affirm")
        reading = read_field(question.field, text, self.catalogue, self.today, draft.answers)
        if name == "discharge_month_exact" and reading.value and len(reading.value) == 4:
            return Reading()
        if name == "enlist_month" and reading.value and len(reading.value) == 4:
            # The year is kept, and the month asked for.
            return Reading(extra={name: reading.value}, span=reading.span)
        if reading.candidates:
            return self._candidates(question.field, reading.candidates, reading.problem)
        return Reading(
            reading.value, reading.problem, reading.extra, notes=self._notes(question.field, reading.value), span=reading.span
        )

    def _option_in_words(self, name: str, text: str) -> str | None:
        """The choice whose label is exactly what was typed."""
        plain = text.strip().rstrip("。.!！").strip()
        for option in self.script.questions[name].options:
            label = option.label.source.partition("（")[0]
            if plain in (option.label.source, label, option.said.source if option.said else label):
                return option.value
        return None

    def picked(self, shown: Sequence[str], text: str) -> str | None:
        """The value of the choice that a bare number picks from those that were `shown` (by value, in order): 3, 第三个, 选3."""
        number = _PICKS.fullmatch(normalise(text))
        place = count_of(number["place"]) if number else None
        return shown[place - 1] if place and place <= len(shown) and shown[place - 1] else None

    def _candidates(self, field: str, codes: Sequence[str], problem: Shown | None) -> Reading:
        """The words fit several: which of them is meant, to be picked."""
        if field == "county":
            counties = [self.catalogue.counties[code] for code in codes]
            cities = {county.city for county in counties}
            of_city = len(cities) == 1 and {c.code for c in self.catalogue.counties.values() if c.city in cities} == set(codes)
            question = (
                self.script.say("county_city", city=counties[0].city_label) if of_city else self.script.say("county_ambiguous")
            )
            return Reading(problem=question, choices=[Choice(c.label, value=f"county={c.code}") for c in counties])
        names = {
            "card_bank": {code: bank.name for code, bank in self.catalogue.banks.items()},
            "education": {code: level.name for code, level in self.catalogue.education.items()},
        }.get(field) or {option.value: option.label for option in self.script.questions[field].options}
        if not set(codes) <= set(names):
            return Reading(problem=problem)
        choices = [Choice(names[code], value=f"{field}={code}") for code in codes]
        return Reading(problem=self.script.say("one_of_these"), choices=choices)

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
        yes_or_no = self.script.questions[name].kind == "yes_no"
        return Reading(value == "yes" if yes_or_no else value, notable=name == "county")

    def _shortcut(self, draft: Draft, name: str, value: str) -> Reading | None:
        """Answers that point to another: the settlement county, the veteran's own address, name and mobile."""
        answers = draft.answers
        item = name.partition("_")[0]
        own = {f"{item}_recipient": answers.get("name"), f"{item}_mobile": answers.get("mobile")}
        if value == "same" and name in ("enlist_place", "current_place"):
            settled = self.catalogue.counties.get(str(answers.get("county")))
            place = settled and (settled.full_name if name == "enlist_place" else settled.name)
            return Reading(place, notable=True)
        if value == "home":
            return Reading(answers.get("home_address"), extra={k: v for k, v in own.items() if v}, notable=True)
        if value == "booklet":
            parts = ("recipient", "mobile")
            extra = {f"card_{part}": answers[f"booklet_{part}"] for part in parts if f"booklet_{part}" in answers}
            return Reading(answers.get("booklet_address"), extra=extra, notable=True)
        if value == "self":
            # Who receives it themselves is called on their own mobile.
            mobile = {f"{item}_mobile": own[f"{item}_mobile"]} if name.endswith("_recipient") else {}
            return Reading(own[name], extra={k: v for k, v in mobile.items() if v}, notable=True)
        return None

    # -- choosing several -----------------------------------------------------------------------------------------

    def matters(self, draft: Draft, text: str, intent: str, selection: Selection | None = None) -> Reading:
        """Which matters `text` chooses, adds or takes away; `selection` is what was read of it already."""
        offered = list(offers(self.catalogue, draft.answers))
        chosen = draft.answers.get("matters") or [offer.matter.code for offer in offered if offer.preselected]
        options = matter_options(self.catalogue)
        if selection is None:
            none_chosen = _NO_CHOICE.search(normalise(text)) or (sounds_like_question(text) and not _POLITE.search(text))
            selection = Selection() if none_chosen else select(text, options)
        if not selection.understood:
            return Reading(self._in_order({"report_in", *chosen})) if intent == "affirm" else Reading()
        wanted = selection.applied_to(chosen)
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
        # Without a span: what else the sentence tells (医保参保，居民那种) is read, too.
        return Reading(self._in_order((wanted - set(closed)) | {"report_in"}), notes=notes)

    def _papers(self, draft: Draft, text: str, intent: str) -> Reading:
        if sounds_like_question(text) and not _LACKS.search(text):
            # 照片要几张 asks.
            return Reading()
        lines = checklist(self.catalogue, draft.answers)
        reading = read_field("papers_lacking", text, self.catalogue, self.today, draft.answers)
        if reading.value is not None:
            listed = {line.material.number for line in lines}
            unlisted = [str(number) for number in reading.value if number not in listed]
            lacking = [number for number in reading.value if number in listed]
            if unlisted and not lacking:
                return Reading(problem=no_such_number(unlisted))
            notes = (
                [self.script.say("matter_unknown", numbers=Joined(unlisted))]
                if unlisted and len(lacking) <= NAMED_ALONE
                else []
            )
            return Reading(lacking, notes=notes, span=(0, len(text)))
        return Reading([]) if intent == "affirm" else Reading()

    def _in_order(self, codes: set[str] | Sequence[str]) -> list[str]:
        return [code for code in self.catalogue.matters if code in codes]

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
        plain = _BEFORE_IT.sub("", text.strip().rstrip("。.!！~～ "))
        # 提交提交, of who has no patience.
        plain = re.sub(r"^(..+?)[\s，,]*\1$", r"\1", plain)
        return plain in {"提交", "确认", "确认提交", "提交吧", "没问题", "没问题提交", "没错", "都对", "交吧", "submit"}

    def hands_in(self, text: str) -> bool:
        """提交 and its like, which are no yes to any other question; 确认 and 没问题 can be."""
        return "交" in text and self.submits(text)

    def said_at_review(self, text: str) -> str | None:
        """`submit`, `save` (先存着, 晚点再提交) or `show` (再看一遍)."""
        value = read_field("review", text, self.catalogue, self.today, {}).value
        return value if isinstance(value, str) else None

    def accepts_unsure(self, name: str, text: str) -> bool:
        """True where not knowing is an answer: which organisation, left to the county."""
        return name in ("party_organisation", "league_organisation")
