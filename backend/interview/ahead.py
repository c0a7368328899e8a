"""What a message says of other fields than the one that was asked, and of what is to be changed. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from backend.catalogue.rules import REPORT_IN
from backend.conversations.messages import Shown
from backend.interview.answering import Answers, Span
from backend.interview.besides import Besides, Said, overlap, things_meant
from backend.interview.checks import check_discharge_month, check_enlist_month
from backend.interview.draft import Draft
from backend.interview.facts import CHOOSES, Facts, Found, read_facts
from backend.interview.heard import Heard
from backend.interview.misplaced import field_of
from backend.interview.questions import FIELD_OF_QUESTION
from backend.interview.reading.normalise import normalise
from backend.interview.reading.selection import Selection
from backend.interview.sharing import sent_together, twin

_ONLY = re.compile(r"(?:只|仅|光|就)(?:要|办|选|需要|想办|想要|申请)|(?<![a-z])(?:only|just)(?![a-z])")
# 他的手机, 收件人电话: a number, but not the veteran's.
_OF_ANOTHER = re.compile(
    r"(?:他|她|爸|妈|父亲|母亲|老婆|老公|对象|哥|姐|弟|妹|收件人?|收货人?|战友|朋友)[^，,。\d]{0,6}(?:手机|电话|号码|\d)"
)

_CHANGE = "(?:修改|更改|改|换)"
_WRONG = r"(?:好像)?[写填输弄]?(?:错了?|不对|有误)[，,。\s]*(?:应该是|改成|是)?"


@dataclass(frozen=True)
class Correction:
    """What is to be changed: new values by field; or only the field that was named; or why the new value cannot be.

    both   fields that take over what their twin of the other thing gets: 改邮寄地址, where both go to one address
    """

    named: str | None
    values: Mapping[str, Any]
    problem: Shown | None = None
    both: Sequence[str] = ()


#: What a correction is made of that names nothing: 刚才那个填错了，改一下.
_NOTHING_NAMED = re.compile(
    r"刚才|刚刚|上面|前面|那个|这个|那里|这里|上一个|填|写|输|打|搞|弄|错|改|换|一下|重新|不对|不是|我|想|要|的|了|吧|啊|呢|等等|哎|好像|[\s，,。！!、]"
)
FEW_WORDS = 2
_INSTEAD = re.compile(r".*(?:改成|改为|换成|换为|应该是)\s*(?P<new>\S.*)$", re.DOTALL)
#: 改资料: something of it all.
_IN_GENERAL = re.compile(r"资料|信息|内容")


class Listener:
    """Hears what was not asked for, by the same readers as the answers."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.script, self.catalogue, self.today = answers.script, answers.catalogue, answers.today
        self.besides = Besides(answers)

    # -- said ahead -----------------------------------------------------------------------------------------------

    def said_ahead(self, draft: Draft, text: str, besides: str | None = None, used: Span | None = None) -> list[Said]:
        """What a sentence tells of fields, whether asked or not; without what `used` has been read already."""
        if not text:
            return []
        facts = read_facts(text, self.catalogue, self.today)
        excluded = FIELD_OF_QUESTION.get(besides or "", besides)
        told = [
            Said(name, found.value, (found.start, found.end), name in facts.field_candidates, self._problem(draft, name, facts))
            for name, found in self._meant(draft, facts).items()
        ]
        # Figures alone choose matters only where matters were asked for: anywhere else they answer something else.
        # Nor does 报到 alone: it is part of every application, and the others would never be asked about.
        if facts.matters and not facts.bare_numbers and set(facts.matters.value.chosen) - {REPORT_IN}:
            reading = self.answers.matters(draft, text, "", self._added(draft, text, facts))
            told.append(Said("matters", reading.value, (facts.matters.start, facts.matters.end), named=True))
        told = self.besides.of(draft, text, facts, told)
        if _OF_ANOTHER.search(text):
            told = [said for said in told if said.field != "mobile"]
        return [said for said in told if said.field != excluded and not overlap(said.span, used)]

    def new(self, draft: Draft, said: Sequence[Said]) -> list[Said]:
        """Of what was said, what may go into the draft: what fills a gap, and what replaces an answer by its name."""
        return [
            each
            for each in said
            if not each.problem
            and draft.answers.get(each.field) != each.value
            and (each.named or each.field not in draft.answers)
        ]

    def fills(self, draft: Draft, text: str, besides: str) -> bool:
        """True when the text tells of another field that has no answer yet, or names one that it changes."""
        return bool(self.new(draft, self.said_ahead(draft, text, besides=besides)))

    def drops_matters(self, text: str) -> bool:
        """True for 不办社保卡了: some matters are not wanted, which is no wish to give up the whole."""
        facts = read_facts(text, self.catalogue, self.today)
        return facts.matters is not None and facts.matters.value.mode == "remove" and not facts.bare_numbers

    def _added(self, draft: Draft, text: str, facts: Facts) -> Selection | None:
        """要办社保卡, said when matters are chosen already, adds to them; 只办社保卡 and 改成 choose anew."""
        selection = facts.matters.value if facts.matters else None
        if selection is None or not draft.answers.get("matters") or facts.is_correction or _ONLY.search(text):
            return selection
        every = len(selection.chosen) == len(self.catalogue.matters)
        return replace(selection, mode="add") if selection.mode == "set" and not every else selection

    def _problem(self, draft: Draft, name: str, facts: Facts) -> Shown | None:
        """What is wrong with a month that is said of the service: not to come, one before the other."""
        left = facts.discharge_month.value if facts.discharge_month else draft.answers.get("discharge_month")
        joined = facts.enlist_month.value if facts.enlist_month else draft.answers.get("enlist_month")
        if name == "discharge_month" and left:
            return check_discharge_month(left, joined, self.today).problem
        if name == "enlist_month" and joined:
            return check_enlist_month(joined, left, self.today).problem
        return None

    def _meant(self, draft: Draft, facts: Facts) -> dict[str, Found[Any]]:
        """The facts by field. 邮寄 of nothing named is of the delivery that was asked or answered last, if any; else of both."""
        said = facts.fields()
        named = {found.value.thing for found in facts.deliveries if found.value.thing}
        for found in facts.deliveries:
            things = [found.value.thing] if found.value.thing else things_meant(draft, named)
            for thing in things:
                said.setdefault(f"{thing}_delivery", Found(found.value.way, found.start, found.end))
        return said

    # -- corrections ----------------------------------------------------------------------------------------------

    def correction(self, draft: Draft, heard: Heard) -> Correction | None:
        """What `heard` wants changed, or None when it is no correction."""
        facts = read_facts(heard.text, self.catalogue, self.today)
        if not facts.is_correction and (heard.intent != "correct" or self._answers_pending(draft, heard, facts)):
            return None
        labelled = self._by_label(draft, heard.text)
        if labelled is not None:
            return labelled
        said = self.said_ahead(draft, heard.text)
        if said and not facts.is_correction and not facts.names_field:
            # The intent alone is a guess, and no reason to change what has an answer.
            return None
        values = {each.field: each.value for each in said}
        wrong = {each.field: each.problem for each in said if each.problem}
        named = self._named(draft, facts)
        if wrong and (named is None or named in wrong):
            field = named or next(iter(wrong))
            return Correction(field, {}, wrong[field])
        beside = self._answered_before(draft, heard.text, facts)
        if named and named not in values and any(field_of(number.value) == named for number in facts.numbers):
            # 换成建行，卡号6222…, with a slip in the number: what is right is taken, and the number is spoken of beside it. A bank
            # that is not chosen only says whose card it is.
            picked = facts.bank is not None and CHOOSES.search(normalise(heard.text)[: facts.bank.start])
            right = {name: value for name, value in values.items() if name != "card_bank" or picked}
            if right:
                return Correction(None, right)
        if named and named in values:
            return Correction(named, {**beside, named: values[named]})
        if named:
            correction = self._to(draft, named, facts.new_value)
            generic = twin(named) in facts.field_candidates and sent_together(draft)
            both = [str(twin(name)) for name in (correction.values or {named: None}) if twin(name)] if generic else []
            if correction.values:
                correction = replace(correction, values={**beside, **correction.values})
            return replace(correction, both=both)
        if values:
            return Correction(None, values)
        anew = _INSTEAD.match(heard.text) if draft.last_field() == "matters" else None
        if anew is not None:
            # 改成1 3 4, said just after choosing.
            chosen = self.answers.matters(draft, anew["new"], "")
            if chosen.value is not None:
                return Correction("matters", {"matters": chosen.value})
        if self._asked_anew(draft, facts):
            return None
        if heard.intent != "correct" and not draft.history:
            return None
        left = _NOTHING_NAMED.sub("", normalise(heard.text))
        if len(left) > FEW_WORDS or _IN_GENERAL.search(left):
            return Correction(None, {})
        last = draft.last_field()
        return Correction(last if last in self.script.questions else None, {})

    def _answered_before(self, draft: Draft, text: str, facts: Facts) -> Mapping[str, Any]:
        """自取，手机号改成…: the answer to the pending question that stands before the field that is named."""
        question = self.script.questions.get(draft.pending or "")
        head = text[: facts.names_field.start].strip(" ，,。;；") if facts.names_field else ""
        if question is None or question.id == "review" or question.field in draft.answers:
            return {}
        if not _NOTHING_NAMED.sub("", normalise(head)):
            return {}
        reading = self.answers.read(draft, question.id, head)
        return {} if reading.value is None or reading.problem else {question.field: reading.value, **reading.extra}

    def field_named(self, draft: Draft, text: str) -> str | None:
        """The field that a text names and says nothing else of: 手机号, answered to “which is to be changed?”."""
        facts = read_facts(text, self.catalogue, self.today)
        by_label = self._by_label(draft, f"改{text}")
        return by_label.named if by_label and not by_label.values else self._named(draft, facts)

    def _by_label(self, draft: Draft, text: str) -> Correction | None:
        """改自主就业, 户口簿邮寄地址改成…: the label as it is shown, which may read as a value or as another field's name."""
        plain = normalise(text).strip(" 。.，,！!")
        for name in sorted(self.script.questions, key=lambda each: -len(self.script.questions[each].label.source)):
            label = re.escape(normalise(self.script.questions[name].label.source))
            if re.fullmatch(rf"(?:我)?(?:想|要|得)?{_CHANGE}(?:一下|下)?(?:我的)?{label}(?:吧|了)?", plain):
                return Correction(name, {})
            changed = re.match(rf"(?:我的|把)?{label}(?:{_CHANGE}(?:成|为|到|做)?|{_WRONG})(?P<new>.*)", plain)
            if changed:
                return self._to(draft, name, changed["new"])
        return None

    def _to(self, draft: Draft, name: str, new: str | None) -> Correction:
        """The field `name` is to hold what `new` says; without it, or where it says nothing, the field is only named."""
        if not new:
            return Correction(name, {})
        reading = self.answers.read(draft, name, new)
        if reading.problem and not reading.choices:
            return Correction(name, {}, reading.problem)
        values = {name: reading.value} if reading.value is not None else {}
        return Correction(
            name, {FIELD_OF_QUESTION.get(each, each): value for each, value in {**values, **reading.extra}.items()}
        )

    def _answers_pending(self, draft: Draft, heard: Heard, facts: Facts) -> bool:
        """True when the words name no field and answer the pending question, well or badly: a guessed intent gives way."""
        question = self.script.questions.get(draft.pending or "")
        if question is None or question.id == "review" or facts.names_field:
            return False
        reading = self.answers.read(draft, question.id, heard.text)
        return reading.said_something

    def _asked_anew(self, draft: Draft, facts: Facts) -> bool:
        """True for 改成1、3 and the like at a question with choices or figures: what is new answers the pending question."""
        question = self.script.questions.get(draft.pending or "")
        if question is None or question.kind == "text" or question.id == "review":
            return False
        if question.kind != "number" and not facts.new_value:
            return False
        return self.answers.read(draft, question.id, facts.text).value is not None

    def _named(self, draft: Draft, facts: Facts) -> str | None:
        """The field that was named: of several that the name may mean, the one that has an answer, the latest first."""
        if facts.names_field is None:
            return None
        candidates = [name for name in facts.field_candidates if name in self.script.questions]
        for change in reversed(draft.history):
            if change.field in candidates:
                return change.field
        answered = [name for name in candidates if name in draft.answers]
        return next(iter(answered or candidates), None)
