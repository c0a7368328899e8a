"""How answers are shown: read back in a sentence, and masked on the review. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from backend.catalogue.counties import County
from backend.catalogue.entries import Catalogue
from backend.catalogue.rules import PaperLine
from backend.conversations.messages import Card, Choice, Row, Shown
from backend.interview.draft import Draft
from backend.interview.flow import CONSENTS, REVIEW, questions_needed
from backend.interview.questions import Script
from backend.locale.text import Joined, Month, T, Text
from backend.security.masking import mask_address, mask_bank_card, mask_id_number, mask_mobile, mask_name

#: Places that are kept in words, the official ones where they are known.
PLACES = ("enlist_place", "current_place")
ORGANISATIONS = ("party_organisation", "league_organisation")
CIRCLED = "⓪①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def option_value(value: Any) -> str:
    """An answer as the `value` of a choice: booleans are yes and no."""
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def show_value(script: Script, catalogue: Catalogue, field: str, value: Any) -> Shown:
    """An answer as the veteran sees it: names for codes, figures masked."""
    if value is None or value == "":
        return script.say("left_empty")
    known = catalogue.fields[field]
    if known.codes == "matters":
        return show_matters(catalogue, value)
    if known.codes == "materials":
        return show_papers(catalogue, value) if value else script.say("none_lacking")
    if known.codes is not None:
        return NAME_OF[known.codes](catalogue, value)
    if known.check in SHOWN:
        return SHOWN[known.check](value)
    if field in ORGANISATIONS and value == "county":
        return script.say("by_county")
    if field in PLACES and (unit := _unit_named(catalogue, str(value))):
        return unit.label
    for option in script.questions[field].options if field in script.questions else ():
        if option.value == option_value(value):
            return option.said or option.label
    return str(value)


def _unit_named(catalogue: Catalogue, name: str) -> County | None:
    """The county-level unit whose official name that is, with or without the province."""
    return next((county for county in catalogue.counties.values() if name in (county.name, county.full_name)), None)


def number_sign(number: int) -> str:
    """A matter's number as it stands before its name: ① to ⑳, plain beyond."""
    return CIRCLED[number] if number < len(CIRCLED) else f"{number} "


def show_month(value: str) -> Shown:
    """ "2026-09" as a month, "2026" as a year, in the reader's language."""
    year, _, month = value.partition("-")
    return Month(date(int(year), int(month), 1)) if month else T("{year}年", year=year)


def show_matters(catalogue: Catalogue, codes: Sequence[str]) -> Joined:
    """Matters by circled number and everyday name."""
    return Joined(
        [T("{number}{name}", number=number_sign(catalogue.matters[c].number), name=catalogue.matters[c].short) for c in codes]
    )


def show_papers(catalogue: Catalogue, numbers: Sequence[int]) -> Joined:
    """Materials by everyday name."""
    return Joined([catalogue.materials[number].short for number in numbers])


#: A code of one of the catalogue's lists, by its name.
NAME_OF: Mapping[str, Callable[[Catalogue, str], Shown]] = {
    "counties": lambda catalogue, code: catalogue.counties[code].label,
    "banks": lambda catalogue, code: catalogue.banks[code].name,
    "education": lambda catalogue, code: catalogue.education[code].name,
}
#: What was checked, by the name of its check: as a month, or masked.
SHOWN: Mapping[str | None, Callable[[str], Shown]] = {
    "discharge_month": show_month,
    "enlist_month": show_month,
    "name": mask_name,
    "mobile": mask_mobile,
    "address": mask_address,
    "id_number": mask_id_number,
    "bank_card": mask_bank_card,
}


def read_back(script: Script, catalogue: Catalogue, field: str, value: Any) -> Shown:
    """An answer said back within a sentence: “2026年9月退役”, “安置在福州市鼓楼区”, “手机号：138****1234”."""
    question = script.questions[field]
    shown = show_value(script, catalogue, field, value)
    if question.said:
        return Text(question.said.source, {"value": shown})
    if any(option.said and option.value == option_value(value) for option in question.options):
        return shown
    return script.say("fact", label=question.label, value=shown)


def review_card(script: Script, catalogue: Catalogue, draft: Draft) -> Card:
    """Everything that will be filed, a row an answer, each with a press to change it; of a correction only what it is about."""
    rows = []
    names = questions_needed(draft, catalogue)
    if names == [REVIEW]:
        # Papers alone were sent back: everything is shown as it was filed.
        names = questions_needed(replace(draft, application=None), catalogue)
    for name in names:
        question = script.questions[name]
        if name in (*CONSENTS, REVIEW) or question.field not in draft.answers or name != question.field:
            continue
        rows.append(
            Row(
                title=question.label,
                detail=show_value(script, catalogue, name, draft.answers[name]),
                lines=(script.say("correction_reason", reason=draft.to_correct[name]),) if draft.to_correct.get(name) else (),
                choice=Choice(script.say("change"), value=f"edit={name}"),
            )
        )
    return Card("review", script.say("review_title"), rows)


def checklist_card(script: Script, catalogue: Catalogue, lines: Sequence[PaperLine], lacking: Sequence[int] = ()) -> Card:
    """The papers of this person: a row each, unfolding to why, who issues it and which matters use it."""
    rows = [
        Row(
            title=script.say("paper_choice", number=line.material.number, name=line.name),
            detail=script.say(f"paper_{line.form}"),
            lines=(
                script.say("checklist_why", why=line.why),
                script.say("checklist_issuer", issuer=line.issuer),
                script.say("checklist_used", matters=show_matters(catalogue, line.matters)),
            ),
            state="lacking" if line.material.number in lacking else "",
            material=line.material.number,
        )
        for line in lines
    ]
    return Card("checklist", script.say("checklist_title"), rows)
