"""The interview as one plain form, for the window: the same questions, choices, checks and consequences as turn by turn. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from backend.catalogue.rules import ELIGIBILITY_FIELDS
from backend.conversations.messages import Shown
from backend.interview.answering import Reading
from backend.interview.checks import CHECKS
from backend.interview.display import ORGANISATIONS, option_value, show_value
from backend.interview.draft import Draft
from backend.interview.engine import Interview
from backend.interview.flow import CONSENTS, REVIEW, has_consented, is_answered, next_question, questions_needed
from backend.interview.questions import Question
from backend.locale.text import T

#: Typed and shown in full nowhere: what is kept is shown masked, and typed anew to change it.
MASKED = frozenset(CHECKS) - {"discharge_month", "enlist_month"}
#: Where the talk's own wording speaks of numbers to send.
OWN_WORDS = {
    "matters": T("勾上要办的事项；“自愿”的要办才勾。"),
    "papers_lacking": T("哪些材料还没有？没有的勾上，都有就勾“都齐了”。"),
}
#: Long lists are picked from a menu.
MOST_RADIOS = 6
#: The tick that says that no paper is lacking, and the choice that leaves an optional question out.
NONE, SKIP = "none", "skip"


@dataclass(frozen=True)
class Pick:
    """One choice: its value, its words, whether it holds now, and whether it cannot be taken away. group: a heading over it."""

    value: str
    label: Shown
    chosen: bool = False
    fixed: bool = False
    group: Shown | None = None


@dataclass(frozen=True)
class Asked:
    """One question as a field. way: radios, menu, ticks or text.

    picks    choices; of a text: shortcuts beside what is typed
    answered whether there is an answer · shown: it, masked · value: what stands in a text field that is not masked
    """

    question: Question
    way: str
    ask: Shown
    picks: Sequence[Pick]
    answered: bool
    shown: Shown | None
    value: str = ""
    masked: bool = False


@dataclass(frozen=True)
class Filled:
    """The draft with what was right of a form. wrong: question → what is wrong with it · notes: to be said besides · changed: fields."""

    draft: Draft
    wrong: Mapping[str, Shown] = field(default_factory=dict)
    notes: Sequence[Shown] = ()
    changed: Sequence[str] = ()


def questions(interview: Interview, draft: Draft) -> list[Asked]:
    """Every question that the answers call for so far, but for those whose choices hang on what is still open."""
    return [_asked(interview, draft, interview.script.questions[name]) for name in _names(interview, draft)]


def missing(interview: Interview, draft: Draft) -> list[str]:
    """The questions that have no answer yet; more may follow from their answers."""
    return [each.question.id for each in questions(interview, draft) if not each.answered]


def complete(interview: Interview, draft: Draft) -> bool:
    """True when it can be submitted."""
    ready = has_consented(draft) and next_question(draft, interview.catalogue) == REVIEW
    return ready and interview.eligible(draft).ok is True


def _names(interview: Interview, draft: Draft) -> list[str]:
    needed = [name for name in questions_needed(draft, interview.catalogue) if name not in (*CONSENTS, REVIEW)]
    if "discharge_month_exact" in needed and "discharge_month" in needed:
        needed.remove("discharge_month")
    if draft.application is not None:
        return needed
    known = all(name in draft.answers for name in ELIGIBILITY_FIELDS)
    # What may be chosen follows from the situation, and the papers from what was chosen.
    later = set() if known else {"matters", "papers_lacking"}
    return [name for name in needed if name not in later and (name != "papers_lacking" or draft.answers.get("matters"))]


def _asked(interview: Interview, draft: Draft, question: Question) -> Asked:
    known = is_answered(question.id, draft)
    value = draft.answers.get(question.field)
    masked = interview.catalogue.fields[question.field].check in MASKED
    shown = show_value(interview.script, interview.catalogue, question.field, value) if known else None
    picks = _picks(interview, draft, question, known, value)
    way = _way(question, picks)
    ask = OWN_WORDS.get(question.id, question.ask)
    plain = "" if masked or way != "text" or value is None or _is_shortcut(question, value) else str(value)
    return Asked(question, way, ask, picks, known, shown, plain, masked)


def _way(question: Question, picks: Sequence[Pick]) -> str:
    if question.kind == "several":
        return "ticks"
    if question.id == "county":
        return "menu"
    if question.kind in ("text", "number"):
        return "text"
    return "radios" if len(picks) <= MOST_RADIOS else "menu"


def _is_shortcut(question: Question, value: Any) -> bool:
    return question.field in ORGANISATIONS and any(option.value == value for option in question.options)


def _picks(interview: Interview, draft: Draft, question: Question, known: bool, value: Any) -> list[Pick]:
    if question.id == "county":
        counties = interview.catalogue.counties.values()
        return [Pick(each.code, each.own_label, each.code == value, group=each.city_label) for each in counties]
    choices, several = interview.asker.choices(draft, question)
    picks = []
    for choice in choices:
        name, _, pressed = choice.value.partition("=")
        if name != question.id:
            continue
        chosen = choice.checked if several else known and option_value(value) == pressed
        fixed = question.id == "matters" and interview.catalogue.matters[pressed].required
        picks.append(Pick(pressed, choice.label, bool(chosen) or fixed, fixed))
    if question.id == "papers_lacking":
        picks = [each for each in picks if each.value != NONE]
        picks.append(Pick(NONE, interview.script.say("none_lacking"), known and not value))
    if question.optional:
        picks.append(Pick(SKIP, interview.script.say("skip"), known and value is None))
    return picks


def fill(interview: Interview, draft: Draft, given: Mapping[str, Sequence[str]], listed: Sequence[str]) -> Filled:
    """Take a form: question → what was typed or picked; `listed`: the questions that it showed.

    An empty field says nothing and leaves the answer as it is. Answers are taken in the order in which they are asked, each by
    the rules of a turn, so a question that falls away by an earlier answer is passed by.
    """
    wrong: dict[str, Shown] = {}
    notes: list[Shown] = []
    changed: list[str] = []
    for name in [each for each in interview.script.questions if each in listed and each not in (*CONSENTS, REVIEW)]:
        if name not in _names(interview, draft):
            continue
        reading = _reading(interview, draft, interview.script.questions[name], list(given.get(name, ())))
        if reading is None:
            continue
        before = dict(draft.answers)
        if reading is LEFT_OUT:
            draft = draft.put(interview.script.questions[name].field, None)
            changed.append(name)
            continue
        problem = reading.problem or (None if reading.value is not None or reading.extra else _nothing(interview, name))
        if problem:
            wrong[name] = problem
            continue
        draft = interview.take(draft, name, reading, echo=False).draft
        notes += [each for each in reading.notes if each not in notes]
        fields = {*before, *draft.answers}
        changed += [each for each in fields if before.get(each, _ABSENT) != draft.answers.get(each, _ABSENT)]
    return Filled(rested(draft), wrong, notes, [name for name in interview.script.questions if name in changed])


_ABSENT = object()
#: What the choice to leave an optional question out comes to.
LEFT_OUT = Reading()


def rested(draft: Draft) -> Draft:
    """The draft as the talk will find it: nothing is pending there, so what is said next answers no question that was asked before."""
    return replace(draft, pending=None, shown=(), shown_step=None, misses=0, confirming=None, which=False)


def _nothing(interview: Interview, name: str) -> Shown:
    return interview.script.questions[name].ask_again


def _reading(interview: Interview, draft: Draft, question: Question, said: list[str]) -> Reading | None:
    """What a field says; None when it says nothing new."""
    asked = _asked(interview, draft, question)
    said = [each for each in said if each]
    if asked.way == "ticks":
        values = [each for each in said if any(pick.value == each for pick in asked.picks)]
        if question.id == "papers_lacking":
            if not values:
                return None
            if NONE in values and len(values) > 1:
                return Reading(problem=T("“都齐了”和没有的材料只能勾一样。"))
        reading = interview.answers.from_press(draft, question.id, values)
        return None if asked.answered and reading.value == draft.answers.get(question.field) else reading
    if not said:
        return None
    typed = next((each for each in said if not _is_pick(each)), None)
    if asked.way == "text" and typed is not None:
        return None if typed == asked.value else interview.answers.read(draft, question.id, typed)
    value = said[0].removeprefix(PICK)
    pick = next((each for each in asked.picks if each.value == value), None)
    if pick is None:
        return Reading(problem=question.ask_again)
    if pick.chosen:
        return None
    if value == SKIP:
        return LEFT_OUT
    return interview.answers.from_press(draft, question.id, [value])


#: Before the value of a shortcut, so that it is told from what was typed into the same field.
PICK = "pick:"


def _is_pick(value: str) -> bool:
    return value.startswith(PICK)
